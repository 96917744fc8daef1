import { assertNever } from '../assert.ts'
import { type Box } from '../geometry/box.ts'
import { type FramedShape, framedRing, isFramed } from '../geometry/frame.ts'
import { type BoxShape, type MaskShape, type PolygonShape, type Shape } from '../records/shape.ts'
import { type BitMask } from './bit-mask.ts'
import { bitMaskOf, maskShapeSpans } from './mask-shape.ts'
import { maskOfSpans } from './paint.ts'
import { polygonSpans } from './polygon-spans.ts'
import { boxSpans, clipSpans, pixelsOfBox, type Spans } from './spans.ts'

/** The shapes that cover an area, so have pixels. */
export type AreaShape = BoxShape | PolygonShape | MaskShape | FramedShape

/** What can be drawn into: a label map, one value a pixel. */
export type AnyMaskTarget = Uint8Array | Uint16Array | Int32Array

export function isAreaShape(shape: Shape): shape is AreaShape {
  return shape.type === 'box' || shape.type === 'polygon' || shape.type === 'mask' || isFramed(shape)
}

/**
 * The pixels of a shape: a mask's own, and those whose centres lie in a polygon (even-odd), box or ellipse. With a frame (whole
 * pixels), only those in it. A mask's come tile by tile, the others from the top. Throws AppError `mask-damaged`.
 */
export function shapeSpans(shape: AreaShape, frame?: Box): Spans {
  switch (shape.type) {
    case 'box':
      return frame === undefined ? boxSpans(shape) : clipSpans(boxSpans(within(shape, frame)), frame)
    case 'polygon':
      return polygonSpans(shape.rings, frame)
    case 'ellipse':
    case 'rotated-box':
      return polygonSpans([framedRing(shape)], frame)
    case 'mask':
      return frame === undefined ? maskShapeSpans(shape) : clipSpans(maskShapeSpans(shape, frame), frame)
    default:
      return assertNever(shape, 'shape')
  }
}

/** Rows of a box outside of the frame are not walked through. */
function within(box: Box, frame: Box): Box {
  const y = Math.max(box.y, frame.y)
  return { ...box, y, height: Math.max(0, Math.min(box.y + box.height, frame.y + frame.height) - y) }
}

/** How many pixels a shape covers. Throws AppError `mask-damaged`. */
export function areaOfShape(shape: AreaShape): number {
  let pixels = 0
  shapeSpans(shape)((_, from, to) => {
    pixels += to - from
  })
  return pixels
}

/** The pixels of a shape as a mask. Throws AppError `mask-damaged`. */
export function bitMaskOfShape(shape: AreaShape): BitMask {
  return shape.type === 'mask' ? bitMaskOf(shape) : maskOfSpans(shapeSpans(shape))
}

/**
 * Writes `value` into the pixels of a region that a shape covers (`shapeSpans`). `out` is the region row by row, width * height long;
 * the region is in whole pixels of the image. O(pixels drawn + corners). Throws RangeError where `out` is not the region's size
 * and AppError `mask-damaged`.
 */
export function drawShape(shape: AreaShape, out: AnyMaskTarget, region: Box, value: number): void {
  drawSpans(shapeSpans(shape, region), out, region, value)
}

/** As `drawShape`, for spans that do not leave the region. */
export function drawSpans(spans: Spans, out: AnyMaskTarget, region: Box, value: number): void {
  const { x, y, width, height } = pixelsOfBox(region)
  if (out.length !== width * height) throw new RangeError(`A region of ${width} x ${height} px does not have ${out.length} values`)
  spans((row, from, to) => {
    const start = (row - y) * width - x
    out.fill(value, start + from, start + to)
  })
}

/**
 * A label map of a region (whole pixels, row-major): 0 where no shape is, else the value of the last shape that covers the pixel:
 * `values[i]` for shape i, by default i + 1. Throws AppError `mask-damaged`.
 */
export function shapesToLabelMap(shapes: readonly AreaShape[], region: Box, values?: readonly number[]): Int32Array {
  const { width, height } = pixelsOfBox(region)
  const map = new Int32Array(width * height)
  for (const [index, shape] of shapes.entries()) drawShape(shape, map, region, values?.[index] ?? index + 1)
  return map
}
