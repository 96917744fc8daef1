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
/** A piece that more looks than this, and than this share of all, have in common tells nothing. */
const COMMON = 20
const COMMON_SHARE = 0.02
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
 * Candidates share pieces of their difference hash (horizontal gradients of a 16 x 16 grid; Krawetz 2013), but for pieces that many share; they
 * are look-alikes where the looks themselves correlate. Flat looks are left out.
 */
export function lookIndex(looks: readonly Look[]): (look: Look) => LookAlike[] {
  const buckets = new Map<number, number[]>()
  for (const [index, look] of looks.entries()) if (!isFlat(look)) for (const piece of piecesOf(look)) put(buckets, piece, index)
  const common = Math.max(COMMON, COMMON_SHARE * looks.length)
  for (const [piece, { length }] of buckets) if (length > common) buckets.delete(piece)
  return (look) => (isFlat(look) ? [] : matchesOf(look, looks, buckets))
}

function put(buckets: Map<number, number[]>, piece: number, index: number): void {
  const known = buckets.get(piece)
  if (known) known.push(index)
  else buckets.set(piece, [index])
}

function matchesOf(look: Look, looks: readonly Look[], buckets: ReadonlyMap<number, readonly number[]>): LookAlike[] {
  const best = new Map<number, number>()
  for (const variant of variantsOf(look)) {
    const shared = new Map<number, number>()
    for (const piece of piecesOf(variant)) for (const index of buckets.get(piece) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1)
    for (const [index, pieces] of shared) {
      if (pieces < SAME_PIECES) continue
      const correlation = correlationOf(variant, looks[index]!)
      if (correlation >= SAME && correlation > (best.get(index) ?? 0)) best.set(index, correlation)
    }
  }
  return [...best].map(([index, correlation]) => ({ index, correlation })).sort((a, b) => a.index - b.index)
}

function meanOf(look: Look): number {
  return look.reduce((sum, value) => sum + value, 0) / look.length
}

function isFlat(look: Look): boolean {
  const mean = meanOf(look)
  return look.reduce((sum, value) => sum + (value - mean) ** 2, 0) / look.length < FLAT ** 2
}

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
function correlationOf(a: Look, b: Look): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}
