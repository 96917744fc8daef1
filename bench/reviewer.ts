// A reviewer who always answers the truth, on the malaria cells: the held-out accuracy after so many decisions, with the cells asked about in the
// order of Review's queue and at random. Starts from a few labelled cells; then by turns a model is trained (on from the last one), looks at what is
// not labelled, and the next cells of its queue are answered. Held out are a quarter of the patients.
// Use: node bench/reviewer.ts [--preset classifier-lite0] [--seeds 3] [--start 40] [--each 40] [--rounds 4] [--steps 60] [--batch 16] [--pool 600] [--held 400]
//   [--orders help,random] [--json FILE] [--picture FILE.png]
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { JobSamples } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import type { QueueOrder } from '../src/renderer/review/queue.ts'
import { CELL_CLASSES } from './malaria-cells.ts'
import { type Cell, type CellSplit, splitCells } from './reviewer/cells.ts'
import { forget, learn, scoresOf } from './reviewer/learner.ts'
import { nextCells } from './reviewer/queue.ts'
import { reviewAll } from './reviewer/report.ts'

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

/** Share of cells of which a model says the truth. */
function accuracy(cells: readonly Cell[], scores: readonly (readonly number[])[]): number {
  return cells.filter(({ truth }, i) => scores[i]!.indexOf(Math.max(...scores[i]!)) === truth).length / cells.length
}

const samplesOf = (cells: readonly Cell[]): JobSamples => ({
  ...{ task: 'classification', classes: [...CELL_CLASSES] },
  ...{ train: cells.map(({ sample }) => sample), val: [] },
})

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
      samples: samplesOf(labelled),
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

await reviewAll(
  {
    ...{ decisions, args },
    title: (reviews) => `Held-out accuracy on malaria cells, ${reviews} reviews (mean, range)`,
    axis: `Decisions, beside ${start} cells that were labelled before`,
  },
  async (seed, folder) => {
    const split = await splitCells(seed, { pool: Number(args.pool), held: Number(args.held) })
    const labelled = createRandom(`${seed}/start`).shuffle([...split.pool]).slice(0, start) // prettier-ignore
    const model = await learn({
      ...{ folder: path.join(folder, 'begin'), preset: args.preset, samples: samplesOf(labelled), from: null },
      ...{ steps: 2 * steps, batch: Number(args.batch), seed },
    })
    return (order) => review({ split, labelled, model, folder, seed }, order)
  },
)
