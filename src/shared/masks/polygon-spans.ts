import { type Box } from '../geometry/box.ts'
import { firstPixel, pixelsOfBox, type Spans, type SpanSink } from './spans.ts'

/** Sides of polygons that cross the centre line of at least one pixel row, upper end first. */
interface Sides {
  readonly count: number
  /** Four values a side: x and y of the upper end, x and y of the lower end. */
  readonly ends: Float64Array
  /** First row whose centre line the side crosses, and the row after the last. */
  readonly first: Int32Array
  readonly end: Int32Array
}

/**
 * The pixels whose centres lie inside rings filled by the even-odd rule. A ring is flat, [x0, y0, x1, y1, ...], and closes
 * by itself. A centre on a left or upper side is in, one on a right or lower side is out, so that areas that share a side
 * neither overlap nor leave a gap. With a frame, only rows of the frame are looked at and spans are cut to it.
 * A scan of the active sides (Foley & van Dam, Computer Graphics, 3.6): O(sides + crossings), crossings computed
 * from the ends, not summed up, so that nothing drifts on large areas.
 */
export function polygonSpans(rings: readonly (readonly number[])[], frame?: Box): Spans {
  const limits = frame === undefined ? null : pixelsOfBox(frame)
  return (sink) => {
    const sides = collectSides(rings, limits)
    if (sides.count > 0) scan(sides, limits, sink)
  }
}

function collectSides(rings: readonly (readonly number[])[], limits: Box | null): Sides {
  const capacity = rings.reduce((sum, ring) => sum + ring.length / 2, 0)
  const sides = { count: 0, ends: new Float64Array(4 * capacity), first: new Int32Array(capacity), end: new Int32Array(capacity) }
  const top = limits?.y ?? -Infinity
  const bottom = limits === null ? Infinity : limits.y + limits.height
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const next = i + 2 < ring.length ? i + 2 : 0
      const [a, b] = ring[i + 1]! <= ring[next + 1]! ? [i, next] : [next, i]
      const first = Math.max(top, firstPixel(ring[a + 1]!))
      const end = Math.min(bottom, firstPixel(ring[b + 1]!))
      if (first >= end) continue
      sides.ends.set([ring[a]!, ring[a + 1]!, ring[b]!, ring[b + 1]!], 4 * sides.count)
      sides.first[sides.count] = first
      sides.end[sides.count++] = end
    }
  }
  return sides
}

/** Sides by first row, in the order given within a row. */
function byFirstRow({ count, first }: Sides, top: number, rows: number): { start: Int32Array; order: Int32Array } {
  const start = new Int32Array(rows + 1)
  for (let i = 0; i < count; i++) start[first[i]! - top + 1]!++
  for (let row = 0; row < rows; row++) start[row + 1]! += start[row]!
  const place = start.slice(0, rows)
  const order = new Int32Array(count)
  for (let i = 0; i < count; i++) order[place[first[i]! - top]!++] = i
  return { start, order }
}

function scan(sides: Sides, limits: Box | null, sink: SpanSink): void {
  let [top, bottom] = [Infinity, -Infinity]
  for (let i = 0; i < sides.count; i++) {
    top = Math.min(top, sides.first[i]!)
    bottom = Math.max(bottom, sides.end[i]!)
  }
  const { start, order } = byFirstRow(sides, top, bottom - top)
  const active = new Int32Array(sides.count)
  const crossing = new Float64Array(sides.count)
  let count = 0
  for (let y = top; y < bottom; y++) {
    let kept = 0
    for (let k = 0; k < count; k++) if (sides.end[active[k]!]! > y) active[kept++] = active[k]!
    for (let k = start[y - top]!; k < start[y - top + 1]!; k++) active[kept++] = order[k]!
    count = kept
    sortCrossings(sides, active, crossing, count, y + 0.5)
    emitRow(crossing, count, y, limits, sink)
  }
}

/** Where the active sides cross height y, left to right. They hardly change their order from row to row: insertion sort. */
function sortCrossings({ ends }: Sides, active: Int32Array, crossing: Float64Array, count: number, y: number): void {
  for (let k = 0; k < count; k++) {
    const side = active[k]!
    const [x0, y0] = [ends[4 * side]!, ends[4 * side + 1]!]
    const x = x0 + ((y - y0) * (ends[4 * side + 2]! - x0)) / (ends[4 * side + 3]! - y0)
    let place = k
    for (; place > 0 && crossing[place - 1]! > x; place--) {
      crossing[place] = crossing[place - 1]!
      active[place] = active[place - 1]!
    }
    crossing[place] = x
    active[place] = side
  }
}

/** Spans between the first and second, third and fourth ... crossing; spans that meet become one. */
function emitRow(crossing: Float64Array, count: number, y: number, limits: Box | null, sink: SpanSink): void {
  const left = limits?.x ?? -Infinity
  const right = limits === null ? Infinity : limits.x + limits.width
  let from = -Infinity
  let to = -Infinity
  for (let k = 0; k + 1 < count; k += 2) {
    const a = Math.max(left, firstPixel(crossing[k]!))
    const b = Math.min(right, firstPixel(crossing[k + 1]!))
    if (a >= b) continue
    if (a > to) {
      if (from < to) sink(y, from, to)
      from = a
    }
    to = b
  }
  if (from < to) sink(y, from, to)
}
