/** Side of a look: an image as so many grey values across and down. */
export const LOOK_SIDE = 32
/** A look whose grey values spread less than this (standard deviation) says too little to be told from others. */
const FLAT = 4
/** Grey values by which a neighbour must be lighter for its bit to be set: the grain of an even ground must not toss coins. */
const LIGHTER = 3
/** Side of the grid whose gradients make a key, bits of a piece of a key, and pieces of a key that must be the same for two to be compared. */
const GRID = 16
const PIECE_BITS = 12
const SAME_PIECES = 3
/** Of a piece that more looks than this, and than this share of all, have in common, the first few looks are kept: of many copies each finds those. */
const COMMON = 20
const COMMON_SHARE = 0.02
const KEPT_OF_COMMON = 8
/** Correlation from which two looks are held to show the same. */
const SAME = 0.985

/** An image's grey values, 0 to 255, `LOOK_SIDE` a row, row by row. */
export type Look = Uint8Array<ArrayBuffer>

/** An image that shows the same as another. */
export interface LookAlike {
  /** Its place in the list. */
  readonly index: number
  /** Pearson correlation of the grey values, 0.985 to 1. */
  readonly correlation: number
}

/**
 * Finds among many looks those that show nearly the same as another, as it is, turned or mirrored: copies saved anew or lit a little differently.
 * Candidates share pieces of their difference hash (horizontal gradients of a 16 x 16 grid; Krawetz 2013); of pieces that many share only the first
 * looks are kept, so that of many alike each finds some. They are look-alikes where the looks themselves correlate. Flat looks are left out.
 */
export function lookIndex(looks: readonly Look[]): (look: Look) => LookAlike[] {
  const buckets = new Map<number, number[]>()
  const measured = looks.map(measure)
  for (const [index, one] of measured.entries()) if (!isFlat(one)) for (const piece of piecesOf(one.look)) put(buckets, piece, index)
  const common = Math.max(COMMON, COMMON_SHARE * looks.length)
  for (const [piece, own] of buckets) if (own.length > common) buckets.set(piece, own.slice(0, KEPT_OF_COMMON))
  return (look) => (isFlat(measure(look)) ? [] : matchesOf(look, measured, buckets))
}

function put(buckets: Map<number, number[]>, piece: number, index: number): void {
  const known = buckets.get(piece)
  if (known) known.push(index)
  else buckets.set(piece, [index])
}

function matchesOf(look: Look, looks: readonly Measured[], buckets: ReadonlyMap<number, readonly number[]>): LookAlike[] {
  const best = new Map<number, number>()
  for (const variant of variantsOf(look).map(measure)) {
    const shared = new Map<number, number>()
    for (const piece of piecesOf(variant.look))
      for (const index of buckets.get(piece) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1)
    for (const [index, pieces] of shared) {
      if (pieces < SAME_PIECES) continue
      const correlation = correlationOf(variant, looks[index]!)
      if (correlation >= SAME && correlation > (best.get(index) ?? 0)) best.set(index, correlation)
    }
  }
  return [...best].map(([index, correlation]) => ({ index, correlation })).sort((a, b) => a.index - b.index)
}

/** A look with the mean of its grey values, and the sum of their squared distances from it. */
interface Measured {
  readonly look: Look
  readonly mean: number
  readonly squares: number
}

function measure(look: Look): Measured {
  let [sum, ofSquares] = [0, 0]
  for (const value of look) {
    sum += value
    ofSquares += value * value
  }
  return { look, mean: sum / look.length, squares: ofSquares - sum ** 2 / look.length }
}

const isFlat = ({ look, squares }: Measured): boolean => squares / look.length < FLAT ** 2

/** Pieces of the difference hash, each with its place, so that only like places meet. */
function piecesOf(look: Look): number[] {
  const step = LOOK_SIDE / GRID
  const at = (x: number, y: number): number => {
    let sum = 0
    for (let dy = 0; dy < step; dy++) for (let dx = 0; dx < step; dx++) sum += look[(y * step + dy) * LOOK_SIDE + x * step + dx]!
    return sum
  }
  const bits: number[] = []
  for (let y = 0; y < GRID; y++) for (let x = 0; x + 1 < GRID; x++) bits.push(at(x + 1, y) - at(x, y) > LIGHTER * step ** 2 ? 1 : 0)
  return Array.from({ length: Math.floor(bits.length / PIECE_BITS) }, (_, piece) => {
    const own = bits.slice(piece * PIECE_BITS, (piece + 1) * PIECE_BITS)
    // An even ground is nothing to know a picture by.
    return own.includes(1) ? [own.reduce((value, bit) => value * 2 + bit, piece)] : []
  }).flat()
}

/** A look in its eight orientations. */
function variantsOf(look: Look): Look[] {
  const last = LOOK_SIDE - 1
  const turned = (from: (x: number, y: number) => readonly [number, number]): Look =>
    Uint8Array.from(look, (_, i) => {
      const [x, y] = from(i % LOOK_SIDE, Math.floor(i / LOOK_SIDE))
      return look[y * LOOK_SIDE + x]!
    })
  return [
    look,
    turned((x, y) => [last - x, y]),
    turned((x, y) => [x, last - y]),
    turned((x, y) => [last - x, last - y]),
    turned((x, y) => [y, x]),
    turned((x, y) => [last - y, x]),
    turned((x, y) => [y, last - x]),
    turned((x, y) => [last - y, last - x]),
  ]
}

/** Pearson's correlation of the grey values. */
function correlationOf(a: Measured, b: Measured): number {
  if (a.squares === 0 || b.squares === 0) return 0
  let products = 0
  for (let i = 0; i < a.look.length; i++) products += a.look[i]! * b.look[i]!
  return (products - a.look.length * a.mean * b.mean) / Math.sqrt(a.squares * b.squares)
}
