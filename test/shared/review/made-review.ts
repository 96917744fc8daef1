import { ANSWER } from '#shared/contracts/review.ts'
import { createRandom, type Random } from '#shared/random.ts'
import { orderByUse } from '#shared/review/order.ts'
import type { ReviewItems } from '#shared/review/estimate.ts'

/** A review before anything is decided, with what each item really is. */
export interface MadeReview extends Omit<ReviewItems, 'outcome'> {
  readonly order: readonly number[]
  readonly rank: readonly number[]
  readonly truth: readonly number[]
}

const CLASSES = 3

/** Predictions of a model whose scores are off by a random slope and bias, on images that differ, one class often taken for the next. */
export function madeReview(seed: number, { items }: { readonly items: number }): MadeReview {
  const random = createRandom(seed)
  const [bias, slope] = [random.uniform(-1.5, 1.5), random.uniform(0.5, 1.5)]
  const ofImage = Array.from({ length: 60 }, () => random.normal())
  const rows = Array.from({ length: items }, () => made(random, { bias, slope, ofImage }))
  const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key])
  const [predicted, score, draw, images] = [column('predicted'), column('score'), column('draw'), column('image')]
  const { order, ranks } = orderByUse(
    { scores: score, rivals: score.map(() => Number.NaN), classes: predicted, images, groups: images, draws: draw },
    rows.map((_, row) => row),
  )
  return { classes: CLASSES, predicted, score, draw, order: [...order], rank: [...ranks], truth: column('truth') }
}

function made(random: Random, { bias, slope, ofImage }: { bias: number; slope: number; ofImage: readonly number[] }) {
  const predicted = random.chance(0.8) ? 0 : random.chance(0.7) ? 1 : 2
  // Most scores lie at the ends, as those of trained nets do.
  const score = 1 / (1 + Math.exp(-(random.chance(0.7) ? random.normal(3, 1.2) : random.normal(-0.5, 1.5))))
  const image = random.int(ofImage.length)
  const odds = Math.log(score / (1 - score)) * slope + bias + ofImage[image]!
  const isThere = random.chance(1 / (1 + Math.exp(-odds)))
  const really = random.chance(0.95) ? predicted : (predicted + 1) % CLASSES
  return { predicted, score, image, draw: random.next(), truth: isThere ? really : ANSWER.nothing }
}

/** The outcome after so many decisions in the queue's order, all of them right. */
export function decideSome({ order, truth }: MadeReview, decisions: number): number[] {
  const outcome = truth.map(() => ANSWER.open as number)
  for (const row of order.slice(0, decisions)) outcome[row] = truth[row]!
  return outcome
}
