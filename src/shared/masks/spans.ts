import { type Box } from '../geometry/box.ts'
import { type Point } from '../geometry/point.ts'

/** Takes pixels `from` to `to` - 1 of row y; whole numbers, from < to. */
export type SpanSink = (y: number, from: number, to: number) => void

/**
 * An area of whole pixels as horizontal spans, given to the sink row by row from the top and, within a row, from the
 * left. What fills, erases, draws and outlines works on spans, so that every shape goes through the same few lines.
 */
export type Spans = (sink: SpanSink) => void

/** The first pixel whose centre is at or beyond a coordinate: the pixel-centre rule at a left or top edge. */
export function firstPixel(coordinate: number): number {
  return Math.ceil(coordinate - 0.5)
}

/** The whole pixels whose centres lie in a box, as a box; width and height are 0 where there are none. */
export function pixelsOfBox(box: Box): Box {
  const x = firstPixel(box.x)
  const y = firstPixel(box.y)
  return { x, y, width: Math.max(0, firstPixel(box.x + box.width) - x), height: Math.max(0, firstPixel(box.y + box.height) - y) }
}

/** The pixels whose centres lie in the box (left and top edges belong to it, right and bottom do not). */
export function boxSpans(box: Box): Spans {
  const { x, y, width, height } = pixelsOfBox(box)
  return (sink) => {
    if (width === 0) return
    for (let row = y; row < y + height; row++) sink(row, x, x + width)
  }
}

/** The pixels whose centres are no further from `centre` than `radius` pixels; see `strokeSpans` for the smallest. */
export function discSpans(centre: Point, radius: number): Spans {
  return strokeSpans(centre, centre, radius)
}

/** Just above half a pixel's diagonal. */
const SMALLEST_RADIUS = 0.70711

/**
 * One piece of a brush stroke: the pixels whose centres are no further than `radius` from the segment between two points
 * (a capsule). A radius below half a pixel's diagonal counts as that, so that a stroke has no gaps however thin it is.
 */
export function strokeSpans(a: Point, b: Point, radius: number): Spans {
  const r = Math.max(SMALLEST_RADIUS, radius)
  const inside = nearSegment(a, b, r)
  const first = firstPixel(Math.min(a.y, b.y) - r) - 1
  const last = Math.ceil(Math.max(a.y, b.y) + r)
  return (sink) => {
    for (let y = first; y <= last; y++) {
      const estimate = capsuleRow(a, b, r, y + 0.5)
      if (estimate === null) continue
      let [from, to] = [firstPixel(estimate.from), firstPixel(estimate.to)]
      // The estimate is off by rounding alone: the rule itself decides about the pixels at its ends.
      while (inside(from - 1, y)) from--
      while (from < to && !inside(from, y)) from++
      while (inside(to, y)) to++
      while (to > from && !inside(to - 1, y)) to--
      if (from < to) sink(y, from, to)
    }
  }
}

/** Whether a pixel's centre is no further than r from a segment. */
export function nearSegment(a: Point, b: Point, r: number): (x: number, y: number) => boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const square = dx * dx + dy * dy
  return (x, y) => {
    const [px, py] = [x + 0.5 - a.x, y + 0.5 - a.y]
    const t = square === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / square))
    return (px - t * dx) ** 2 + (py - t * dy) ** 2 <= r * r
  }
}

/** Where the line at height y enters and leaves a capsule: the hull of what it cuts from the two discs and the band between. */
function capsuleRow(a: Point, b: Point, r: number, y: number): { from: number; to: number } | null {
  const cut = { from: Infinity, to: -Infinity }
  const include = (from: number, to: number): void => {
    cut.from = Math.min(cut.from, from)
    cut.to = Math.max(cut.to, to)
  }
  for (const end of [a, b]) {
    const half = Math.sqrt(r * r - (y - end.y) ** 2)
    if (half >= 0) include(end.x - half, end.x + half)
  }
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = Math.hypot(dx, dy)
  // The band's four corners; the line cuts its two long sides where these pass the height y.
  const [nx, ny] = length === 0 ? [0, 0] : [(-dy / length) * r, (dx / length) * r]
  for (const side of [1, -1]) {
    const top = a.y + side * ny
    const t = dy === 0 ? -1 : (y - top) / dy
    if (t >= 0 && t <= 1) include(a.x + side * nx + t * dx, a.x + side * nx + t * dx)
  }
  return cut.from <= cut.to ? cut : null
}

/** A stroke through all points, one piece after the other (a single point is a disc): give each piece to the same paint. */
export function strokePieces(points: readonly Point[], radius: number): Spans[] {
  if (points.length < 2) return points.map((point) => discSpans(point, radius))
  return points.slice(1).map((point, index) => strokeSpans(points[index]!, point, radius))
}

/** What of an area lies in a frame of whole pixels. */
export function clipSpans(spans: Spans, frame: Box): Spans {
  const { x, y, width, height } = pixelsOfBox(frame)
  return (sink) => {
    spans((row, from, to) => {
      if (row < y || row >= y + height) return
      const left = Math.max(from, x)
      const right = Math.min(to, x + width)
      if (left < right) sink(row, left, right)
    })
  }
}
