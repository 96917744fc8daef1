import { type PolygonShape } from '../records/shape.ts'
import { type Spans } from './spans.ts'

/** Flat rings of corners, [x0, y0, x1, y1, ...], not closed. */
export type Rings = number[][]

/**
 * The outline of an area of whole pixels, along the pixels' edges: rings with whole coordinates and a corner at every turn.
 * Outer borders run clockwise as seen on the screen (y down), borders of holes counter-clockwise. Each object of pixels that share
 * sides has one outer ring; no ring passes a place twice, so that where pixels touch at a corner only, rings touch. Filled by the even-odd rule (`polygonSpans`) they give exactly the same pixels.
 *
 * Horizontal edges are where two neighbouring rows differ; every end of one is a corner, and corners of one column are
 * joined by vertical edges in pairs from the top (an orthogonal outline is given by its corners: O'Rourke 1988).
 * Spans come from the top and are as long as they can be (`maskSpans`, `mapSpans`). O(spans).
 */
export function outlines(spans: Spans): Rings {
  return traceRings(collectCorners(spans))
}

/** The outline as a shape; null where there are no pixels. */
export function polygonOf(spans: Spans): PolygonShape | null {
  const rings = outlines(spans)
  return rings.length === 0 ? null : { type: 'polygon', rings }
}

/** The area within a ring in square pixels, positive where it runs clockwise on the screen (y down): negative for a hole's. */
export function ringArea(ring: ArrayLike<number>): number {
  let twice = 0
  for (let i = 0; i < ring.length; i += 2) {
    const next = i + 2 < ring.length ? i + 2 : 0
    twice += ring[i]! * ring[next + 1]! - ring[next]! * ring[i + 1]!
  }
  return twice / 2
}

/** Corners by number: 2k and 2k + 1 are the left and right end of horizontal edge k. */
interface Corners {
  readonly x: number[]
  readonly y: number[]
  /** The corner at the other end of the vertical edge. */
  readonly vertical: number[]
  /** By edge: 1 where the pixels below are in (the outline runs to the right), -1 where those above are (to the left). */
  readonly kind: number[]
  /** Corners where two pixels touch and two do not: the outline comes here twice. */
  readonly crossed: Set<number>
  /** By column: the corner whose vertical edge still waits for its lower end. */
  readonly open: Map<number, number>
}

function collectCorners(spans: Spans): Corners {
  const corners: Corners = { x: [], y: [], vertical: [], kind: [], crossed: new Set(), open: new Map() }
  let [y, above, row]: [number, number[], number[]] = [-Infinity, [], []]
  const finishRow = (): void => {
    addEdges(corners, y, above, row)
    above = row
    row = []
  }
  spans((next, from, to) => {
    if (next !== y) {
      finishRow()
      if (next !== y + 1) {
        y++
        finishRow()
      }
      y = next
    }
    row.push(from, to)
  })
  finishRow()
  y++
  finishRow()
  return corners
}

/** The edges at height y, where exactly one of two rows is in. A row is the ascending ends of its spans. */
function addEdges(corners: Corners, y: number, above: readonly number[], below: readonly number[]): void {
  let [i, j, from, kind, last] = [0, 0, 0, 0, -1]
  while (i < above.length || j < below.length) {
    const x = Math.min(above[i] ?? Infinity, below[j] ?? Infinity)
    if (kind !== 0) {
      const left = addCorner(corners, from, y)
      const right = addCorner(corners, x, y)
      corners.kind.push(kind)
      if (last >= 0 && corners.x[last] === from) cross(corners, last, left, kind)
      last = right
    }
    if (above[i] === x) i++
    if (below[j] === x) j++
    kind = (j & 1) - (i & 1)
    from = x
  }
}

function addCorner({ x: xs, y: ys, vertical, open }: Corners, x: number, y: number): number {
  const corner = xs.length
  const upper = open.get(x)
  xs.push(x)
  ys.push(y)
  vertical.push(upper ?? -1)
  if (upper === undefined) {
    open.set(x, corner)
  } else {
    vertical[upper] = corner
    open.delete(x)
  }
  return corner
}

/** Notes a place where the outline comes twice; each of the two pixels that touch there keeps its own side of the corner. */
function cross({ x, vertical, crossed, open }: Corners, right: number, left: number, kind: number): void {
  crossed.add(right).add(left)
  if (kind > 0) return
  // The pixels are below on the left and above on the right: the edge from above belongs to the right one.
  const upper = vertical[right]!
  vertical[upper] = left
  vertical[left] = upper
  vertical[right] = -1
  open.set(x[right]!, right)
}

function traceRings(corners: Corners): Rings {
  const rings: Rings = []
  const done = new Uint8Array(corners.kind.length)
  for (const [edge, kind] of corners.kind.entries()) {
    if (done[edge] === 0) traceRing(corners, kind > 0 ? 2 * edge : 2 * edge + 1, done, rings)
  }
  return rings
}

/** Walks along edges from a corner until it is back; whenever a place comes again, the loop between is a ring of its own. */
function traceRing(corners: Corners, start: number, done: Uint8Array, rings: Rings): void {
  const path: number[] = []
  /** Where in the path a crossed place was passed. */
  const passed = new Map<number, number>()
  const pass = (corner: number): void => {
    if (corners.crossed.has(corner)) {
      const place = placeOf(corners, corner)
      const before = passed.get(place)
      if (before !== undefined) {
        const loop = path.splice(before)
        for (const other of loop) passed.delete(placeOf(corners, other))
        rings.push(ringOf(corners, loop))
      }
      passed.set(place, path.length)
    }
    path.push(corner)
  }
  let corner = start
  do {
    done[corner >> 1] = 1
    pass(corner)
    pass(corner ^ 1)
    corner = corners.vertical[corner ^ 1]!
  } while (corner !== start)
  rings.push(ringOf(corners, path))
}

/** One number for a corner's coordinates, which stay below 2^25 from the origin. */
function placeOf({ x, y }: Corners, corner: number): number {
  return y[corner]! * 2 ** 26 + x[corner]!
}

function ringOf({ x, y }: Corners, path: readonly number[]): number[] {
  return path.flatMap((corner) => [x[corner]!, y[corner]!])
}
