/** Pixels `from` to `to` - 1 of row y, and the sum of a number over them. */
export interface Run {
  readonly y: number
  readonly from: number
  readonly to: number
  readonly sum: number
}

/** An area under way. Where it was joined to another, `into` leads there. */
interface OpenArea<R extends Run> {
  runs: R[]
  /** Number of its first run. */
  first: number
  /** The last row that it has a run in. */
  lastRow: number
  joined: boolean
  closed: boolean
  into: OpenArea<R> | null
}

/**
 * Connected areas of an image that comes row by row: neighbouring pixels belong together (8 neighbours). Only runs are kept, not pixels (He et
 * al., "A run-based two-scan labeling algorithm", IEEE TIP 17, 2008), and an area is handed on as soon as the row below it has nothing
 * more of it, so that memory holds the areas under way, whatever the size of the image.
 */
export class AreaRuns<R extends Run = Run> {
  readonly #done: (area: R[], first: number) => void
  /** Runs of the row under way and of the row above it, each with its area. */
  #row: { readonly run: R; readonly area: OpenArea<R> }[] = []
  #above: { readonly run: R; readonly area: OpenArea<R> }[] = []
  /** The first run above that a run to come may touch. */
  #candidate = 0
  #y = -Infinity
  #count = 0

  /** `done` is told an area's runs in the order in which they came, and how many runs came before its first. */
  constructor(done: (area: R[], first: number) => void) {
    this.#done = done
  }

  /** Rows come from the top, the runs of a row from the left; they do not touch each other. */
  add(run: R): void {
    if (run.y !== this.#y) this.#nextRow(run.y)
    while (this.#candidate < this.#above.length && this.#above[this.#candidate]!.run.to < run.from) this.#candidate++
    let area: OpenArea<R> | null = null
    for (let i = this.#candidate; i < this.#above.length && this.#above[i]!.run.from <= run.to; i++) {
      const other = rootOf(this.#above[i]!.area)
      area = area === null ? other : joinedAreas(area, other)
    }
    area ??= { runs: [], first: this.#count, lastRow: run.y, joined: false, closed: false, into: null }
    this.#count++
    area.runs.push(run)
    area.lastRow = run.y
    this.#row.push({ run, area })
  }

  /** No more runs come: what is under way is handed on. */
  end(): void {
    this.#nextRow(Infinity)
  }

  #nextRow(y: number): void {
    this.#close(this.#above, this.#y)
    this.#above = this.#row
    this.#row = []
    if (y !== this.#y + 1) {
      this.#close(this.#above, Infinity)
      this.#above = []
    }
    this.#candidate = 0
    this.#y = y
  }

  /** Hands on the areas of a row that have no run in row `last`, below it. */
  #close(row: readonly { readonly area: OpenArea<R> }[], last: number): void {
    for (const { area } of row) {
      const root = rootOf(area)
      if (root.closed || root.lastRow === last) continue
      root.closed = true
      if (root.joined) root.runs.sort((a, b) => a.y - b.y || a.from - b.from)
      this.#done(root.runs, root.first)
      root.runs = []
    }
  }
}

function rootOf<R extends Run>(area: OpenArea<R>): OpenArea<R> {
  let root = area
  while (root.into !== null) {
    if (root.into.into !== null) root.into = root.into.into
    root = root.into
  }
  return root
}

/** The smaller one goes into the larger, so that a run is moved a few times at most. */
function joinedAreas<R extends Run>(a: OpenArea<R>, b: OpenArea<R>): OpenArea<R> {
  if (a === b) return a
  const [into, from] = a.runs.length >= b.runs.length ? [a, b] : [b, a]
  for (const run of from.runs) into.runs.push(run)
  into.first = Math.min(into.first, from.first)
  into.lastRow = Math.max(into.lastRow, from.lastRow)
  into.joined = true
  from.runs = []
  from.into = into
  return into
}
