// A reviewer who always answers the truth, on the malaria cells: the held-out accuracy after so many decisions, with the cells asked about in the
// order of Review's queue and at random. Starts from a few labelled cells; then by turns a model is trained (on from the last one), looks at what is
// not labelled, and the next cells of its queue are answered. Held out are a quarter of the patients.
// Use: node bench/reviewer.ts [--preset classifier-lite0] [--seeds 3] [--start 40] [--each 40] [--rounds 4] [--steps 60] [--batch 16] [--pool 600] [--held 400]
//   [--orders help,random] [--json FILE] [--picture FILE.png]
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { createRandom } from '#shared/random.ts'
import type { QueueOrder } from '../src/renderer/review/queue.ts'
import { type Cell, type CellSplit, splitCells } from './reviewer/cells.ts'
import { type Curve, curveSvg, decisionsTo, meanOf } from './reviewer/curve.ts'
import { forget, learn, scoresOf } from './reviewer/learner.ts'
import { nextCells } from './reviewer/queue.ts'

const { values: args } = parseArgs({
  options: {
    preset: { type: 'string', default: 'classifier-lite0' }, seeds: { type: 'string', default: '3' }, start: { type: 'string', default: '40' },
    each: { type: 'string', default: '40' }, rounds: { type: 'string', default: '4' }, steps: { type: 'string', default: '60' }, batch: { type: 'string', default: '16' },
    pool: { type: 'string', default: '600' }, held: { type: 'string', default: '400' }, orders: { type: 'string', default: 'help,random' },
    json: { type: 'string' }, picture: { type: 'string' },
  },
}) // prettier-ignore

const [start, each, rounds, steps] = [args.start, args.each, args.rounds, args.steps].map(Number) as [number, number, number, number]
const decisions = Array.from({ length: rounds + 1 }, (_, round) => each * round)
const NAMES: Readonly<Record<string, string>> = { help: 'the queue’s order', doubt: 'most uncertain first', random: 'at random' }
const COLORS = ['#0072b2', '#d55e00', '#009e73']

/** Share of cells of which a model says the truth. */
function accuracy(cells: readonly Cell[], scores: readonly (readonly number[])[]): number {
  return cells.filter(({ truth }, i) => scores[i]!.indexOf(Math.max(...scores[i]!)) === truth).length / cells.length
}

interface Begun {
  readonly split: CellSplit
  readonly labelled: readonly Cell[]
  /** The model of the cells that are labelled from the start. */
  readonly model: string
  readonly folder: string
  readonly seed: number
}

/** One review: the held-out accuracy before it, and after each round of decisions. */
async function review({ split, labelled: first, model: begun, folder, seed }: Begun, order: QueueOrder): Promise<number[]> {
  let [labelled, model] = [[...first], begun]
  const found = [accuracy(split.held, await scoresOf(model, split.held))]
  console.error(`seed ${seed}, ${order}: before it, accuracy ${found[0]!.toFixed(4)}`)
  for (let round = 1; round <= rounds; round++) {
    const known = new Set(labelled)
    const open = split.pool.filter((cell) => !known.has(cell))
    const asked = nextCells(open, await scoresOf(model, open), { order, count: each, seed: 100 * seed + round })
    labelled = [...labelled, ...asked]
    const before = model
    model = await learn({
      folder: path.join(folder, `${order}-${round}`),
      preset: args.preset,
      cells: labelled,
      from: before,
      steps,
      batch: Number(args.batch),
      seed: seed + round,
    })
    if (before !== begun) await forget(path.dirname(before))
    found.push(accuracy(split.held, await scoresOf(model, split.held)))
    const infected = asked.filter(({ truth }) => truth === 1).length
    console.error(
      `seed ${seed}, ${order}: ${each * round} decisions (${infected} of the last ${each} infected), accuracy ${found.at(-1)!.toFixed(4)}`,
    )
  }
  return found
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reviewer-'))
  const orders = args.orders.split(',') as QueueOrder[]
  const scores = new Map(orders.map((order): [QueueOrder, number[][]] => [order, []]))
  try {
    for (let seed = 1; seed <= Number(args.seeds); seed++) {
      const split = await splitCells(seed, { pool: Number(args.pool), held: Number(args.held) })
      const labelled = createRandom(`${seed}/start`)
        .shuffle([...split.pool])
        .slice(0, start)
      const own = path.join(folder, String(seed))
      const model = await learn({
        folder: path.join(own, 'begin'),
        preset: args.preset,
        cells: labelled,
        from: null,
        steps: 2 * steps,
        batch: Number(args.batch),
        seed,
      })
      for (const order of orders) {
        scores.get(order)!.push(await review({ split, labelled, model, folder: own, seed }, order))
        await tell(orders, scores)
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is known so far, also as files: a long bench that is ended early has not run for nothing. */
async function tell(orders: readonly QueueOrder[], scores: ReadonlyMap<QueueOrder, number[][]>): Promise<void> {
  const whole = Math.min(...orders.map((order) => scores.get(order)!.length))
  if (whole === 0) return
  const curves = orders.map((order) => ({ order, curve: { decisions, scores: scores.get(order)!.slice(0, whole) } satisfies Curve }))
  const random = curves.find(({ order }) => order === 'random')
  const ratios = curves.flatMap(({ order, curve }) => {
    if (random === undefined || order === 'random') return []
    const [mean, against] = [meanOf(curve), meanOf(random.curve)]
    const to = [...new Set([Math.max(...against.slice(1, Math.ceil(against.length / 2))), Math.max(...against)])]
    return to.map((score) => {
      const [ours, theirs] = [decisionsTo(score, decisions, mean), decisionsTo(score, decisions, against)]
      return { order, score, decisions: ours, random: theirs, ratio: ours === null || theirs === null ? null : ours / theirs }
    })
  })
  const report = {
    args,
    reviews: whole,
    decisions,
    curves: curves.map(({ order, curve }) => ({ order, mean: meanOf(curve), ...curve })),
    ratios,
  }
  console.log(JSON.stringify(report))
  if (args.json) await writeFile(args.json, JSON.stringify(report, null, 1))
  if (args.picture === undefined) return
  const svg = curveSvg({
    title: `Held-out accuracy on malaria cells, ${whole} reviews (mean, range)`,
    axis: `Decisions, beside ${start} cells that were labelled before`,
    curves: curves.map(({ order, curve }, at) => ({ name: NAMES[order] ?? order, color: COLORS[at]!, curve })),
  })
  await sharp(Buffer.from(svg)).png().toFile(args.picture)
}

await main()
