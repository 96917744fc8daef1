/** Finds the row of a key by a hash of 32 bits: one array of numbers, where a Map of a million keys takes a second and a hundred megabytes. */
export class RowHash {
  /** Row + 1; 0 = free. */
  readonly #slots: Uint32Array
  readonly #mask: number

  /** `hashAt`: null for a row that is found by something else. */
  constructor(count: number, hashAt: (row: number) => number | null) {
    const size = 2 ** Math.max(4, Math.ceil(Math.log2(2 * count + 1)))
    this.#slots = new Uint32Array(size)
    this.#mask = size - 1
    for (let row = 0; row < count; row++) {
      const hash = hashAt(row)
      if (hash === null) continue
      let at = spread(hash) & this.#mask
      while (this.#slots[at]! !== 0) at = (at + 1) & this.#mask
      this.#slots[at] = row + 1
    }
  }

  /** The first row with this hash of which `isIt` holds, or -1. */
  find(hash: number, isIt: (row: number) => boolean): number {
    for (let at = spread(hash) & this.#mask; this.#slots[at]! !== 0; at = (at + 1) & this.#mask) {
      const row = this.#slots[at]! - 1
      if (isIt(row)) return row
    }
    return -1
  }
}

/** Hashes that differ in a few bits, as numbers in a row do, are to lie far apart. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
