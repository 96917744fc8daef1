import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import type { QueueOrder } from '../../src/renderer/review/queue.ts'
import { type Curve, curveSvg, decisionsTo, meanOf } from './curve.ts'

const NAMES: Readonly<Record<QueueOrder, string>> = {
  help: 'the queue’s order',
  doubt: 'most uncertain first',
  random: 'at random',
  image: 'image by image',
}
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']

interface Told {
  readonly decisions: readonly number[]
  /** As the bench was called. */
  readonly args: {
    readonly seeds: string
    readonly orders: string
    readonly json?: string | undefined
    readonly picture?: string | undefined
  }
  readonly title: (reviews: number) => string
  readonly axis: string
}

/**
 * Reviews by each of the orders, from one start a seed. `begin` makes that start in a folder of the seed's own and answers with one review of it:
 * the held-out scores after so many decisions.
 */
export async function reviewAll(
  told: Told,
  begin: (seed: number, folder: string) => Promise<(order: QueueOrder) => Promise<number[]>>,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reviewer-'))
  const scores = new Map(told.args.orders.split(',').map((order): [QueueOrder, number[][]] => [order as QueueOrder, []]))
  try {
    for (let seed = 1; seed <= Number(told.args.seeds); seed++) {
      const review = await begin(seed, path.join(folder, String(seed)))
      for (const [order, of] of scores) {
        of.push(await review(order))
        await tellCurves(scores, told)
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * What is known so far, also as files: a long bench that is ended early has not run for nothing. For each order the held-out scores by decisions, and
 * after how many decisions it reaches the best that a random order has, up to the middle and up to the end.
 */
async function tellCurves(
  scores: ReadonlyMap<QueueOrder, readonly (readonly number[])[]>,
  { decisions, args, title, axis }: Told,
): Promise<void> {
  const whole = Math.min(...[...scores.values()].map((of) => of.length))
  if (whole === 0) return
  const curves = [...scores].map(([order, of]) => ({ order, curve: { decisions, scores: of.slice(0, whole) } satisfies Curve }))
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
  const told = curves.map(({ order, curve }) => ({ order, mean: meanOf(curve), ...curve }))
  const report = { args, reviews: whole, decisions, curves: told, ratios }
  console.log(JSON.stringify(report))
  if (args.json) await writeFile(args.json, JSON.stringify(report, null, 1))
  if (args.picture === undefined) return
  const drawn = curves.map(({ order, curve }, at) => ({ name: NAMES[order], color: COLORS[at]!, curve }))
  await sharp(Buffer.from(curveSvg({ title: title(whole), axis, curves: drawn })))
    .png()
    .toFile(args.picture)
}
