import { groupBy } from '../group-by.ts'

/** What is to be asked about, by columns of one length. */
export interface OrderItems {
  /** 0 to 1; 0.5 is where the model is undecided. */
  readonly scores: ArrayLike<number>
  /** How unsure the model is, 0 (sure) to 1, where the score does not tell (images as wholes); NaN or left out: by the score. */
  readonly doubts?: ArrayLike<number> | null
  /** Score of the same object by another model: 0 where that found none, NaN where it was not asked. */
  readonly rivals: ArrayLike<number>
  /** Class, image, and slide or patient of each, as small whole numbers. */
  readonly classes: ArrayLike<number>
  readonly images: ArrayLike<number>
  readonly groups: ArrayLike<number>
  /** How much of the image each takes, in any unit; 0, or left out: it takes none, as the label of an image as a whole. */
  readonly areas?: ArrayLike<number> | null
  /** A place in a random order, as of `ReviewItems`. */
  readonly draws: ArrayLike<number>
}

/** Areas of the bounds of predictions (x, y, width, height in turn); of whole images 0. */
export const areasOf = ({ bounds }: { readonly bounds: Float64Array }): Float64Array =>
  Float64Array.from({ length: bounds.length / 4 }, (_, row) => bounds[4 * row + 2]! * bounds[4 * row + 3]!)

/** Why an item is asked about where it is. */
export const REASONS = ['doubt', 'rivals', 'rare', 'sure', 'random'] as const
export type Reason = (typeof REASONS)[number]

export interface ReviewOrder {
  /** Rows in the order in which they are asked about. */
  readonly order: Uint32Array
  /** Place of each row by use alone, the random share left out. */
  readonly ranks: Uint32Array
  /** By row: places in `REASONS`. */
  readonly reasons: Uint8Array
}

/** Every so many-th item is the next one in the random order: without them the corrected count could not be estimated. */
export const RANDOM_EVERY = 5
/** A class of which there are few weighs more, at most so much. */
const MOST_RARE = 3
/** From this weight on rarity is told as the reason. */
const TOLD_RARE = 1.5
/** A speck weighs less than an object of the usual size, at least so much. */
const LEAST_WHOLE = 0.25
/** Below this use an item is one of the sure ones. */
const SURE = 0.6
/** How much less another item of the same image, or of the same slide or patient, is worth than the one before it. */
const SAME_IMAGE = 0.1
const SAME_GROUP = 0.02

/**
 * The order in which decisions help most. The use of an item is how unsure its model is (the entropy of its score in bits), or how far another
 * model's score is off, whichever says more; it weighs more where its class is rare and less the more of its image and patient came before, so
 * that look-alikes do not follow each other. A speck weighs less than what is as large as its class usually is: a net that is unsure of large things
 * finds specks by the dozen. Every fifth place is drawn at random from all items.
 */
export function orderByUse(items: OrderItems, rows: readonly number[]): ReviewOrder {
  const ranked = spread(items, rows, usesOf(items, rows))
  const ranks = new Uint32Array(items.scores.length)
  for (const [place, row] of ranked.entries()) ranks[row] = place
  const reasons = reasonsOf(items, rows)
  const order = new Uint32Array(rows.length)
  const drawn = [...rows].sort((a, b) => items.draws[a]! - items.draws[b]!)
  const taken = new Uint8Array(items.scores.length)
  const next = (list: readonly number[], from: number): number => {
    let at = from
    while (at < list.length && taken[list[at]!] === 1) at++
    return at
  }
  let [byUse, byDraw] = [0, 0]
  for (let place = 0; place < rows.length; place++) {
    byUse = next(ranked, byUse)
    byDraw = next(drawn, byDraw)
    const isRandom = place % RANDOM_EVERY === RANDOM_EVERY - 1
    const row = isRandom ? drawn[byDraw]! : ranked[byUse]!
    if (isRandom && row !== ranked[byUse]) reasons[row] = REASONS.indexOf('random')
    taken[row] = 1
    order[place] = row
  }
  return { order, ranks, reasons }
}

/** Entropy of a yes or no in bits, 0 to 1. */
function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p))
}

function doubtOf({ scores, doubts }: OrderItems, row: number): number {
  const known = doubts?.[row]
  return known === undefined || Number.isNaN(known) ? entropy(scores[row]!) : known
}

/** How far two models are apart, 0 to 1. */
function distanceOf({ scores, rivals }: OrderItems, row: number): number {
  return Number.isNaN(rivals[row]!) ? 0 : Math.abs(scores[row]! - rivals[row]!)
}

/** Weight of each class by how rare it is among the items: the root of the mean share over its own, 1 to `MOST_RARE`. */
function rarityOf({ classes }: OrderItems, rows: readonly number[]): (row: number) => number {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(classes[row]!, (counts.get(classes[row]!) ?? 0) + 1)
  const mean = rows.length / Math.max(1, counts.size)
  return (row) => Math.min(MOST_RARE, Math.max(1, Math.sqrt(mean / counts.get(classes[row]!)!)))
}

/**
 * Weight of each by its size among its class: its diameter over the usual one, `LEAST_WHOLE` to 1. Usual is what half of the class's area consists
 * of at least: specks are many, but of little area.
 */
function wholenessOf({ classes, areas }: OrderItems, rows: readonly number[]): (row: number) => number {
  if (!areas) return () => 1
  const usual = new Map<number, number>()
  const byClass = groupBy(
    rows.filter((row) => areas[row]! > 0),
    (row) => classes[row]!,
  )
  for (const [of, mine] of byClass) {
    const sorted = mine.map((row) => areas[row]!).sort((a, b) => b - a)
    const half = sorted.reduce((a, b) => a + b, 0) / 2
    let sum = 0
    usual.set(
      of,
      sorted.find((area) => (sum += area) >= half)!,
    )
  }
  return (row) => (areas[row]! > 0 ? Math.min(1, Math.max(LEAST_WHOLE, Math.sqrt(areas[row]! / usual.get(classes[row]!)!))) : 1)
}

function usesOf(items: OrderItems, rows: readonly number[]): Float64Array {
  const [rarity, wholeness] = [rarityOf(items, rows), wholenessOf(items, rows)]
  const uses = new Float64Array(items.scores.length)
  for (const row of rows) uses[row] = Math.max(doubtOf(items, row), distanceOf(items, row)) * rarity(row) * wholeness(row)
  return uses
}

/** Rows by use, each worth less the more of its image and group stand before it; of like use in the order they came. */
function spread({ images, groups }: OrderItems, rows: readonly number[], use: Float64Array): number[] {
  const byUse = (a: number, b: number): number => use[b]! - use[a]! || a - b
  const before = { images: new Map<number, number>(), groups: new Map<number, number>() }
  for (const row of [...rows].sort(byUse)) {
    const [ofImage, ofGroup] = [before.images.get(images[row]!) ?? 0, before.groups.get(groups[row]!) ?? 0]
    before.images.set(images[row]!, ofImage + 1)
    before.groups.set(groups[row]!, ofGroup + 1)
    use[row]! /= 1 + SAME_IMAGE * ofImage + SAME_GROUP * ofGroup
  }
  return [...rows].sort(byUse)
}

function reasonsOf(items: OrderItems, rows: readonly number[]): Uint8Array {
  const rarity = rarityOf(items, rows)
  const reasons = new Uint8Array(items.scores.length)
  for (const row of rows) {
    const [doubt, distance] = [doubtOf(items, row), distanceOf(items, row)]
    const reason: Reason = distance > doubt ? 'rivals' : doubt < SURE ? 'sure' : rarity(row) >= TOLD_RARE ? 'rare' : 'doubt'
    reasons[row] = REASONS.indexOf(reason)
  }
  return reasons
}
