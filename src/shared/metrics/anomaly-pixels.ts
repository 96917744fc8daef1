import { type RankedScores } from './classification-curves.ts'

/** One image's map as the tally takes it. */
export interface AnomalyPixels {
  /** Anomaly score a pixel, higher is worse; finite float32. */
  readonly map: Float32Array
  /** Region number a pixel: 0 normal, 1 to `regionSizes.length` an anomalous region, -1 ignored. */
  readonly regions: Int32Array
  /** Pixels of each region, region 1 first. */
  readonly regionSizes: ArrayLike<number>
}

/** Pixels by score, highest first, those of equal score in one entry. */
export interface RankedPixels extends RankedScores {
  /** Sum over an entry's anomalous pixels of 1 / the size of their region: what the mean region's overlap grows by. */
  readonly overlap: ArrayLike<number>
  readonly regions: number
}

/** Ranks the pixels of many maps in bounded memory. */
export interface PixelTally {
  /** Throws RangeError for lists of unlike length or a score that is not finite. */
  add(pixels: AnomalyPixels): void
  /** All so far. An entry's score is its lowest. */
  ranked(): RankedPixels
  /**
   * Low bits of the float32 scores that had to be dropped so far: 0 as long as there are at most `mostDistinct` different
   * scores, and all is exact; each bit doubles the width of what counts as equal.
   */
  droppedBits(): number
}

export interface PixelTallyOptions {
  /** Different scores kept, 28 bytes each. Default 2^22. */
  readonly mostDistinct?: number | undefined
  /** Pixels taken up before they are sorted in, 8 bytes each. Default 2^20. */
  readonly buffer?: number | undefined
}

/** A score's order and a region's place share the 53 bits of a float: 32 and 21. Sorting numbers is all it takes then. */
const SLOTS = 2 ** 21

export function createPixelTally({ mostDistinct = 2 ** 22, buffer = 2 ** 20 }: PixelTallyOptions = {}): PixelTally {
  const codes = new Float64Array(buffer)
  let filled = 0
  // Weights of the regions met since the last sorting; slot 0 is the normal pixels.
  let weights: number[] = [0]
  let table = emptyTable()
  let dropped = 0
  let regionCount = 0
  const flush = (): void => {
    table = mergeTables(table, tableOf(codes.subarray(0, filled).sort(), weights, dropped))
    filled = 0
    while (table.keys.length > mostDistinct) table = coarsen(table, ++dropped)
  }
  return {
    add({ map, regions, regionSizes }) {
      checkMap(map, regions)
      if (regionSizes.length >= SLOTS) throw new RangeError(`${regionSizes.length} regions in one image`)
      const bits = new Uint32Array(map.buffer, map.byteOffset, map.length)
      if (weights.length + regionSizes.length > SLOTS) {
        flush()
        weights = [0]
      }
      const firstSlot = weights.length - 1
      for (let r = 0; r < regionSizes.length; r++) weights.push(1 / regionSizes[r]!)
      regionCount += regionSizes.length
      for (let i = 0; i < map.length; i++) {
        const region = regions[i]!
        if (region < 0) continue
        if (filled === codes.length) flush()
        codes[filled++] = orderOf(bits[i]!) * SLOTS + (region === 0 ? 0 : firstSlot + region)
      }
    },
    ranked() {
      flush()
      return { ...fallingTable(table), regions: regionCount }
    },
    droppedBits: () => dropped,
  }
}

function checkMap(map: Float32Array, regions: Int32Array): void {
  if (map.length !== regions.length) throw new RangeError(`A map of ${map.length} pixels, but regions of ${regions.length}`)
  for (let i = 0; i < map.length; i++) if (!Number.isFinite(map[i])) throw new RangeError(`The score of pixel ${i} is ${map[i]}`)
}

/** An unsigned 32-bit number that orders as the float32 of these bits does; -0 is 0. */
function orderOf(bits: number): number {
  if (bits <= 0x80000000) return (bits | 0x80000000) >>> 0
  return ~bits >>> 0
}

function scoresOf(orders: Uint32Array): Float32Array {
  return new Float32Array(orders.map((order) => (order >= 0x80000000 ? order & 0x7fffffff : ~order)).buffer)
}

/** Distinct orders, rising, each with what has it. */
interface Table {
  readonly keys: Uint32Array
  readonly negatives: Float64Array
  readonly positives: Float64Array
  readonly overlap: Float64Array
}

function emptyTable(size = 0): Table {
  return {
    keys: new Uint32Array(size),
    negatives: new Float64Array(size),
    positives: new Float64Array(size),
    overlap: new Float64Array(size),
  }
}

function cutTable({ keys, negatives, positives, overlap }: Table, size: number): Table {
  return {
    keys: keys.slice(0, size),
    negatives: negatives.slice(0, size),
    positives: positives.slice(0, size),
    overlap: overlap.slice(0, size),
  }
}

function tableOf(sorted: Float64Array, weights: readonly number[], dropped: number): Table {
  const table = emptyTable(sorted.length)
  let last = -1
  for (const code of sorted) {
    const slot = code % SLOTS
    const key = clearLow((code - slot) / SLOTS, dropped)
    if (last === -1 || table.keys[last] !== key) table.keys[++last] = key
    if (slot === 0) table.negatives[last]! += 1
    else {
      table.positives[last]! += 1
      table.overlap[last]! += weights[slot]!
    }
  }
  return cutTable(table, last + 1)
}

function clearLow(key: number, bits: number): number {
  return ((key >>> bits) << bits) >>> 0
}

function mergeTables(a: Table, b: Table): Table {
  if (a.keys.length === 0) return b
  const out = emptyTable(a.keys.length + b.keys.length)
  let [i, j, size] = [0, 0, 0]
  while (i < a.keys.length || j < b.keys.length) {
    const key = Math.min(a.keys[i] ?? Infinity, b.keys[j] ?? Infinity)
    out.keys[size] = key
    if (a.keys[i] === key) addEntry(a, i++, out, size)
    if (b.keys[j] === key) addEntry(b, j++, out, size)
    size++
  }
  return cutTable(out, size)
}

function addEntry(from: Table, i: number, to: Table, at: number): void {
  to.negatives[at]! += from.negatives[i]!
  to.positives[at]! += from.positives[i]!
  to.overlap[at]! += from.overlap[i]!
}

function coarsen(table: Table, dropped: number): Table {
  const out = emptyTable(table.keys.length)
  let last = -1
  for (let i = 0; i < table.keys.length; i++) {
    const key = clearLow(table.keys[i]!, dropped)
    if (last === -1 || out.keys[last] !== key) out.keys[++last] = key
    addEntry(table, i, out, last)
  }
  return cutTable(out, last + 1)
}

function fallingTable({ keys, negatives, positives, overlap }: Table): Omit<RankedPixels, 'regions'> {
  return {
    score: scoresOf(keys).reverse(),
    negatives: negatives.slice().reverse(),
    positives: positives.slice().reverse(),
    overlap: overlap.slice().reverse(),
  }
}
