// A reviewer who always answers the truth, on objects: boxes of blood cells (BCCD) or areas of glomeruli. By turns a model is trained (on from the
// last one), looks at the images that are not done, and images are finished in the order in which Review's queue comes to them, by use or at random: each
// prediction on an image is one decision, and so is each object that the model did not find; an image with neither is one look. With `--by object` no
// image is finished: prediction after prediction is decided on, on whatever image it lies, and what the model missed is never drawn; `--unknown` says
// what is then learned of the rest (see `Unknown`). Told is the score on
// held-out images after so many decisions, between two trainings by a straight line: AP50 of boxes, Dice of areas over all pixels (a third of the
// slides has too few glomeruli for an AP that tells two models apart). Pictures are small and trainings short, so that a review takes
// minutes on two cores: the models are far from what the presets can do.
// Use: node bench/reviewer-objects.ts --data bccd|glomeruli [--seeds 3] [--start 4] [--each 120] [--rounds 4] [--steps 40] [--first 160] [--batch 4] [--pool 60]
//   [--held 30] [--low 0.1] [--orders help,random] [--by image|object] [--unknown background|ignored|guessed] [--json FILE] [--picture FILE.png]
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Found, JobSample, JobSamples } from '#shared/contracts/job.ts'
import { overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { evaluateCoco } from '#shared/metrics/coco-ap.ts'
import { addCounts, classOverlap, countPixels } from '#shared/metrics/segmentation-overlap.ts'
import { createRandom } from '#shared/random.ts'
import type { QueueOrder } from '../src/renderer/review/queue.ts'
import { Answers, type Unknown } from './reviewer/answers.ts'
import { forget, learn, objectsOf } from './reviewer/learner.ts'
import { boxOf, type ObjectData, type ObjectSplit, splitObjects } from './reviewer/objects.ts'
import { nextImages, nextObjects } from './reviewer/queue.ts'
import { reviewAll } from './reviewer/report.ts'

const { values: args } = parseArgs({
  options: {
    data: { type: 'string', default: 'bccd' }, seeds: { type: 'string', default: '3' }, start: { type: 'string', default: '4' },
    each: { type: 'string', default: '120' }, rounds: { type: 'string', default: '4' }, steps: { type: 'string', default: '40' }, first: { type: 'string', default: '160' },
    batch: { type: 'string', default: '4' }, pool: { type: 'string', default: '60' }, held: { type: 'string', default: '30' }, low: { type: 'string', default: '0.1' },
    orders: { type: 'string', default: 'help,random' }, by: { type: 'string', default: 'image' }, unknown: { type: 'string', default: 'guessed' }, json: { type: 'string' }, picture: { type: 'string' },
  },
}) // prettier-ignore

const PRESETS = { bccd: 'cells-lite0', glomeruli: 'unet-lite0' } as const
const SCORES = { bccd: 'AP50', glomeruli: 'Dice' } as const
const data = args.data as ObjectData
const [start, each, rounds, steps] = [args.start, args.each, args.rounds, args.steps].map(Number) as [number, number, number, number]
const low = Number(args.low)
const decisions = Array.from({ length: rounds + 1 }, (_, round) => each * round)

/** From what score up a model's area counts: as the product counts it before anybody chose a threshold. */
const COUNTED = 0.5

/** The score, 0 to 1, of what a model finds on images. */
async function judge(model: string, split: ObjectSplit): Promise<number> {
  const found = await objectsOf(model, split.held, split.task === 'segmentation' ? COUNTED : 0.02)
  return split.task === 'segmentation' ? pixelDice(split, found) : averagePrecision(split, found)
}

/** AP at IoU 0.5 of boxes. */
function averagePrecision({ classes, held }: ObjectSplit, found: readonly (readonly Found[])[]): number {
  const truths = held.flatMap(({ id, labels }) =>
    labels.map(({ shape, classIndex, ignore }) => ({ imageId: id, classId: classes[classIndex]!, box: boxOf(shape), ignore })),
  )
  const guesses = held.flatMap(({ id }, i) =>
    found[i]!.map(({ shape, classIndex, score }) => ({ imageId: id, classId: classes[classIndex]!, box: boxOf(shape), score })),
  )
  return Math.max(0, evaluateCoco(truths, guesses).summary.ap50)
}

/** Dice of the one class over the pixels of all images. */
function pixelDice({ held }: ObjectSplit, found: readonly (readonly Found[])[]): number {
  const counts = [[0, 0], [0, 0]] // prettier-ignore
  for (const [i, { width, height, labels }] of held.entries()) {
    const map = (shapes: readonly { readonly shape: Found['shape'] }[]): Uint8Array => {
      const out = new Uint8Array(width * height)
      for (const { shape } of shapes) if (isAreaShape(shape)) drawShape(shape, out, { x: 0, y: 0, width, height }, 1)
      return out
    }
    addCounts(counts, countPixels(map(labels), map(found[i]!), 2))
  }
  return classOverlap(counts, 1).dice ?? 0
}

/** Decisions that finish an image: one a prediction, and one for each object that none of them shows; at least the look at it. */
function decisionsOn({ labels }: JobSample, found: readonly Found[]): number {
  const index = overlapIndex(found.map(({ shape }) => shape))
  const missed = labels.filter(({ shape }) => !index.overlaps(shape).some(({ overlap }) => overlap >= SAME_OBJECT))
  return Math.max(1, found.length + missed.length)
}

interface Begun {
  readonly split: ObjectSplit
  readonly labelled: readonly JobSample[]
  /** The model of the images that are labelled from the start. */
  readonly model: string
  readonly folder: string
  readonly seed: number
}

const samplesOf = ({ task, classes }: ObjectSplit, train: readonly JobSample[]): JobSamples => ({ task, classes: [...classes], train: [...train], val: [] }) // prettier-ignore

interface Asked {
  readonly decided: number
  readonly train: readonly JobSample[]
}

/** Goes on with a review until so many decisions are made, by what the newest model finds; answers with all that is learned from then. */
type Ask = (model: string, asking: { readonly order: QueueOrder; readonly seed: number; readonly upTo: number }) => Promise<Asked | null>

/** Images are finished as a whole, in the order in which the queue comes to them. */
function byImage({ split, labelled: first }: Begun): Ask {
  let [labelled, decided] = [[...first], 0]
  return async (model, { order, seed, upTo }) => {
    const done = new Set(labelled)
    const open = split.pool.filter((image) => !done.has(image))
    if (open.length === 0) return null
    const found = await objectsOf(model, open, low)
    for (const at of nextImages(open, found, split.classes, { order, low, seed, slideOf: split.slideOf })) {
      if (decided >= upTo) break
      decided += decisionsOn(open[at]!, found[at]!)
      labelled = [...labelled, open[at]!]
    }
    return { decided, train: labelled }
  }
}

/** Prediction after prediction is decided on, and no image is finished. */
function byObject({ split, labelled }: Begun): Ask {
  const begun = split.pool.filter((image) => !labelled.includes(image))
  const answers = begun.map((image) => new Answers(image))
  let decided = 0
  return async (model, { order, seed, upTo }) => {
    const found = (await objectsOf(model, begun, low)).map((of, i) => of.filter((one) => !answers[i]!.isShown(one)))
    const isDecided = new Set<Found>()
    for (const { image, at } of nextObjects(begun, found, split.classes, { order, low, seed, slideOf: split.slideOf })) {
      if (decided >= upTo) break
      const one = found[image]![at]!
      if (answers[image]!.isShown(one)) continue
      answers[image]!.decide(one)
      isDecided.add(one)
      decided++
    }
    const lessons = answers.flatMap((of, i) => {
      const open = found[i]!.filter((one) => !isDecided.has(one) && !of.isShown(one))
      return of.isBegun ? [of.lesson(open, args.unknown as Unknown)] : []
    })
    return { decided, train: [...labelled, ...lessons] }
  }
}

/** One review: decisions so far and the held-out score, before it and after each training. */
async function review(start: Begun, order: QueueOrder): Promise<(readonly [number, number])[]> {
  const { split, folder, seed } = start
  const ask = (args.by === 'object' ? byObject : byImage)(start)
  let { model } = start
  const points: (readonly [number, number])[] = [[0, await judge(model, split)]]
  for (let round = 1; round <= rounds; round++) {
    const asked = await ask(model, { order, seed: 100 * seed + round, upTo: decisions[round]! })
    if (asked === null) break
    const before = model
    model = await learn({
      ...{ folder: path.join(folder, `${order}-${round}`), preset: PRESETS[data], samples: samplesOf(split, asked.train), from: before },
      ...{ steps, batch: Number(args.batch), seed: seed + round },
    })
    if (before !== start.model) await forget(path.dirname(before))
    points.push([asked.decided, await judge(model, split)])
    console.error(
      `seed ${seed}, ${order}: ${asked.decided} decisions, ${asked.train.length} images learned from, held-out ${SCORES[data]} ${points.at(-1)![1].toFixed(4)}`,
    )
  }
  return points
}

/** The score after so many decisions, by a straight line between the trainings; behind the last one as after it. */
function scoreAt(count: number, points: readonly (readonly [number, number])[]): number {
  const next = points.findIndex(([at]) => at >= count)
  if (next < 0) return points.at(-1)![1]
  if (next === 0) return points[0]![1]
  const [[from, before], [to, after]] = [points[next - 1]!, points[next]!]
  return before + ((count - from) / (to - from)) * (after - before)
}

await reviewAll(
  {
    ...{ decisions, args },
    title: (reviews) => `Held-out ${SCORES[data]}, ${data === 'bccd' ? 'blood cells' : 'glomeruli'}, ${reviews} reviews (mean, range)`,
    axis: `Decisions, beside ${start} images that were labelled before`,
  },
  async (seed, folder) => {
    const split = await splitObjects(data, seed, { pool: Number(args.pool), held: Number(args.held) }, path.join(folder, 'parts'))
    const labelled = createRandom(`${seed}/start`).shuffle([...split.pool]).slice(0, start) // prettier-ignore
    const model = await learn({
      ...{ folder: path.join(folder, 'begin'), preset: PRESETS[data], samples: samplesOf(split, labelled), from: null },
      ...{ steps: Number(args.first), batch: Number(args.batch), seed },
    })
    return async (order) => {
      const points = await review({ split, labelled, model, folder, seed }, order)
      return decisions.map((count) => scoreAt(count, points))
    }
  },
)
