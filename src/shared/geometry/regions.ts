import { type AreaShape, shapeSpans } from '../masks/draw-shape.ts'
import { pixelsOfBox } from '../masks/spans.ts'
import type { RegionShape } from '../records/region.ts'
import { type Box, expandBox, intersectionArea } from './box.ts'
import type { Point, Size } from './point.ts'
import { type PlacedShape, shapeBounds } from './shape-bounds.ts'

/** Where an object is held to lie: the middle of its bounds. */
export function centreOf(shape: PlacedShape): Point {
  const { x, y, width, height } = shapeBounds(shape)
  return { x: x + width / 2, y: y + height / 2 }
}

/** Regions of one image together. Whatever is asked, they are their pixels: the same that a map of them has. */
export interface RegionTest {
  /** Whether the pixel that a point lies in is one of the regions'. */
  has(point: Point): boolean
  /** Whether an object belongs to the regions: its centre lies in one. */
  holds(shape: PlacedShape): boolean
  /** Whether a box (image pixels) has a pixel of the regions. */
  touches(box: Box): boolean
  /** How many pixels of an area are of the regions. */
  pixelsOf(shape: AreaShape): number
}

/** Rows of one region: spans as [from, to, from, to, ...] by y. */
interface Rows {
  readonly bounds: Box
  row(y: number): readonly number[] | undefined
}

/** Reads each region once, when it is first asked for. Throws AppError `mask-damaged` then. */
export function regionTest(shapes: readonly RegionShape[]): RegionTest {
  const regions = shapes.map(rowsOf)
  const has = ({ x, y }: Point): boolean => {
    const [column, row] = [Math.floor(x), Math.floor(y)]
    return regions.some((region) => holdsPixel(region, column, row))
  }
  return {
    has,
    holds: (shape) => has(centreOf(shape)),
    touches: (box) => regions.some((region) => touchesBox(region, box)),
    pixelsOf: (shape) => {
      const near = regions.filter(({ bounds }) => intersectionArea(bounds, expandBox(shapeBounds(shape), 1)) > 0)
      return near.length === 0 ? 0 : sharedPixels(shape, near)
    },
  }
}

function rowsOf(shape: RegionShape): Rows {
  const bounds = shapeBounds(shape)
  if (shape.type === 'box') {
    const { x, y, width, height } = pixelsOfBox(shape)
    return { bounds, row: (at) => (at >= y && at < y + height ? [x, x + width] : undefined) }
  }
  let rows: Map<number, number[]> | null = null
  return {
    bounds,
    row: (y) => {
      rows ??= spansByRow([shape])
      return rows.get(y)
    },
  }
}

function spansByRow(shapes: readonly RegionShape[], frame?: Box): Map<number, number[]> {
  const rows = new Map<number, number[]>()
  for (const shape of shapes)
    shapeSpans(
      shape,
      frame,
    )((y, from, to) => {
      const row = rows.get(y)
      if (row) row.push(from, to)
      else rows.set(y, [from, to])
    })
  return rows
}

function sharedPixels(shape: AreaShape, regions: readonly Rows[]): number {
  let pixels = 0
  shapeSpans(shape)((y, from, to) => {
    const inside = regions.flatMap(({ row }) => clipped(row(y) ?? [], from, to))
    pixels += coveredBy(inside)
  })
  return pixels
}

/** Spans in turn (from, to), as far as they lie in one. */
function clipped(spans: readonly number[], from: number, to: number): number[] {
  const kept: number[] = []
  for (let i = 0; i < spans.length; i += 2) {
    const [left, right] = [Math.max(from, spans[i]!), Math.min(to, spans[i + 1]!)]
    if (left < right) kept.push(left, right)
  }
  return kept
}

/** Pixels of a row that spans cover together. */
function coveredBy(spans: readonly number[]): number {
  if (spans.length === 2) return spans[1]! - spans[0]!
  let [pixels, reached] = [0, -Infinity]
  const starts = Array.from({ length: spans.length / 2 }, (_, i) => 2 * i).sort((a, b) => spans[a]! - spans[b]!)
  for (const i of starts) {
    const from = Math.max(reached, spans[i]!)
    pixels += Math.max(0, spans[i + 1]! - from)
    reached = Math.max(reached, spans[i + 1]!)
  }
  return pixels
}

function holdsPixel({ bounds, row }: Rows, x: number, y: number): boolean {
  if (x + 1 < bounds.x || y + 1 < bounds.y || x > bounds.x + bounds.width || y > bounds.y + bounds.height) return false
  const spans = row(y) ?? []
  for (let i = 0; i < spans.length; i += 2) if (x >= spans[i]! && x < spans[i + 1]!) return true
  return false
}

function touchesBox({ bounds, row }: Rows, box: Box): boolean {
  const [left, right] = [Math.floor(box.x), Math.ceil(box.x + box.width)]
  const top = Math.max(Math.floor(box.y), Math.floor(bounds.y))
  const bottom = Math.min(Math.ceil(box.y + box.height), Math.ceil(bounds.y + bounds.height))
  for (let y = top; y < bottom; y++) {
    const spans = row(y) ?? []
    for (let i = 0; i < spans.length; i += 2) if (spans[i]! < right && spans[i + 1]! > left) return true
  }
  return false
}

/** Pixels of an image that regions cover together: those that several cover count once. Throws AppError `mask-damaged`. */
export function regionPixels(shapes: readonly RegionShape[], { width, height }: Size): number {
  let pixels = 0
  for (const spans of spansByRow(shapes, { x: 0, y: 0, width, height }).values()) pixels += coveredBy(spans)
  return pixels
}
