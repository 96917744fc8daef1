// How often the 95 % range of a review's live estimate holds the final count, over simulated reviews: truth decides, in the queue's order, and the
// range is looked at after so many decisions. With --project the predictions of its newest run against the annotations of the same images (an
// annotation answers the best prediction that overlaps it by 0.5), each review with another random order; without, made reviews of models whose
// scores are off by a random slope and bias.
// Use: node bench/review-coverage.ts [--reviews 200] [--project <folder>] [--from 0.1]
import { parseArgs } from 'node:util'
import { ANSWER } from '#shared/contracts/review.ts'
import { overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { drawOf } from '#shared/review/draws.ts'
import { estimateReview } from '#shared/review/estimate.ts'
import { orderByUse } from '#shared/review/order.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { decideSome, madeReview, type MadeReview } from '../test/shared/review/made-review.ts'

const { values } = parseArgs({
  options: {
    reviews: { type: 'string', default: '200' },
    project: { type: 'string' },
    from: { type: 'string', default: '0.1' },
  },
})

type Items = Omit<MadeReview, 'order' | 'rank' | 'draw'> & { readonly ids: readonly number[]; readonly images: readonly number[] }

/** What the newest run of a project found, and what each really is by the annotations. */
async function itemsOf(folder: string, from: number): Promise<Items> {
  const bench = await Workbench.open(folder, 'Bench')
  try {
    const run = bench.runs().at(-1)
    if (!run) throw new Error('the project has no run')
    const classes = bench.classes().map(({ id }) => id)
    const seen = new Set(bench.project.db.imagesOfRun(run.id))
    const rows = bench
      .images()
      .filter(({ id }) => seen.has(id))
      .flatMap(({ id }, image) => {
        const labels = bench.project.db.annotationsOf(id)
        const index = overlapIndex(labels.map(({ shape }) => shape))
        const taken = new Set<number>()
        return bench.predictions(id, run.id).flatMap(({ id: key, classId, score, shape }) => {
          if (score < from) return []
          const best = index.overlaps(shape).filter(({ index: at, overlap }) => overlap >= SAME_OBJECT && !taken.has(at)).sort((a, b) => b.overlap - a.overlap)[0] // prettier-ignore
          if (best) taken.add(best.index)
          return [{ key, image, score, predicted: classes.indexOf(classId), truth: best ? classes.indexOf(labels[best.index]!.classId) : ANSWER.nothing }] // prettier-ignore
        })
      })
    return {
      classes: classes.length,
      ...{ ids: rows.map(({ key }) => key), images: rows.map(({ image }) => image) },
      ...{ predicted: rows.map((row) => row.predicted), score: rows.map((row) => row.score), truth: rows.map((row) => row.truth) },
    }
  } finally {
    await bench.close()
  }
}

/** The same predictions in a review with another random order. */
function reviewOf({ ids, images, ...items }: Items, seed: number): MadeReview {
  const draw = ids.map((id) => drawOf(id, seed))
  const { order, ranks } = orderByUse(
    { scores: items.score, rivals: ids.map(() => Number.NaN), classes: items.predicted, images, groups: images, draws: draw },
    ids.map((_, row) => row),
  )
  return { ...items, draw, order: [...order], rank: [...ranks] }
}

const reviews = Number(values.reviews)
const items = values.project === undefined ? null : await itemsOf(values.project, Number(values.from))
const size = items?.ids.length ?? 2000
const names = [...Array.from({ length: items?.classes ?? 3 }, (_, k) => `class ${k + 1}`), 'all']
console.log(`${reviews} reviews of ${size} predictions; share of ranges that hold the final count, and their half width`)
for (const share of [0.1, 0.2, 0.3, 0.5, 0.7]) {
  const decisions = Math.round(size * share)
  const held = names.map(() => 0)
  const widths = names.map(() => 0)
  for (let seed = 0; seed < reviews; seed++) {
    const review = items ? reviewOf(items, seed + 1) : madeReview(seed, { items: size })
    const { perClass, total } = estimateReview({ ...review, outcome: decideSome(review, decisions) })
    for (const [k, { interval }] of [...perClass, total].entries()) {
      const count = review.truth.filter((what) => (k === perClass.length ? what >= 0 : what === k)).length
      if (interval.lower <= count && count <= interval.upper) held[k]! += 1
      widths[k]! += (interval.upper - interval.lower) / 2 / reviews
    }
  }
  const told = names.map((name, k) => `${name} ${((100 * held[k]!) / reviews).toFixed(1)} % (±${widths[k]!.toFixed(1)})`)
  console.log(`after ${decisions} decisions: ${told.join(', ')}`)
}
