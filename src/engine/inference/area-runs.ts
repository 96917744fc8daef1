/** Pixels `from` to `to` - 1 of row y, and the sum of a number over them. */
export interface Run {
  readonly y: number
  readonly from: number
  readonly to: number
  readonly sum: number
}

/**
 * Connected areas of an image that comes row by row: neighbouring pixels belong together (8 neighbours). Only the runs are kept, not the
 * pixels, so an image of any size can be worked through (He et al., "A run-based two-scan labeling algorithm", IEEE TIP 17, 2008).
 */
export class AreaRuns {
  readonly #runs: Run[] = []
  /** Of each run another of the same area that came before, in the end the area's first; itself where it is the first. */
  readonly #parents: number[] = []
  /** The first run of the row under way and of the row above it. */
  #row = 0
  #above = 0
  /** The first run above that a run to come may touch. */
  #candidate = 0
  #y = -Infinity

  /** Rows come from the top, the runs of a row from the left; they do not touch each other. */
  add(run: Run): void {
    if (run.y !== this.#y) this.#nextRow(run.y)
    const index = this.#runs.length
    this.#runs.push(run)
    this.#parents.push(index)
    while (this.#candidate < this.#row && this.#runs[this.#candidate]!.to < run.from) this.#candidate++
    for (let i = this.#candidate; i < this.#row && this.#runs[i]!.from <= run.to; i++) this.#unite(i, index)
  }

  /** The areas in the order of their first runs; the runs of each in the order in which they came. */
  areas(): Run[][] {
    const byRoot = new Map<number, Run[]>()
    for (const [index, run] of this.#runs.entries()) {
      const root = this.#rootOf(index)
      const known = byRoot.get(root)
      if (known) known.push(run)
      else byRoot.set(root, [run])
    }
    return [...byRoot.values()]
  }

  #nextRow(y: number): void {
    const adjacent = y === this.#y + 1
    this.#above = adjacent ? this.#row : this.#runs.length
    this.#row = this.#runs.length
    this.#candidate = this.#above
    this.#y = y
  }

  #unite(a: number, b: number): void {
    const [p, q] = [this.#rootOf(a), this.#rootOf(b)]
    this.#parents[Math.max(p, q)] = Math.min(p, q)
  }

  #rootOf(index: number): number {
    let i = index
    while (this.#parents[i] !== i) {
      this.#parents[i] = this.#parents[this.#parents[i]!]!
      i = this.#parents[i]!
    }
    return i
  }
}
