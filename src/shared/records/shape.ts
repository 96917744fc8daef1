import { z } from 'zod'

const coordinate = z.number().finite().min(-1e7).max(1e7)
const extent = z.number().finite().positive().max(1e7)

/** An upright box: top-left corner and size, full-resolution pixels, floats. */
export const boxShape = z.object({ type: z.literal('box'), x: coordinate, y: coordinate, width: extent, height: extent }).readonly()
/** A point, full-resolution pixels. Counted like a box, not learned from by a detector of boxes. */
export const pointShape = z.object({ type: z.literal('point'), x: coordinate, y: coordinate }).readonly()

/** A closed line [x0, y0, x1, y1, ...] of three corners or more; the last is joined to the first. */
const ring = z
  .array(coordinate)
  .min(6)
  .max(4_000_000)
  .refine((values) => values.length % 2 === 0, 'A ring is pairs of x and y')
/** An area between lines, full-resolution pixels, floats: filled by the even-odd rule, so that a ring within a ring is a hole. */
export const polygonShape = z.object({ type: z.literal('polygon'), rings: z.array(ring).min(1).max(100_000) }).readonly()

/** Side of a mask's tiles in pixels. */
export const MASK_TILE = 256

/**
 * The pixels of one tile of a mask: tile (column, row) covers x from 256 * column, y from 256 * row. `runs` is base64 of LEB128 numbers: the
 * lengths of runs that are off, on, off, ... in turn, row by row, 65,536 in all; the first is off and may be 0.
 */
export const maskTile = z
  .object({
    column: z.number().int().min(-40_000).max(40_000),
    row: z.number().int().min(-40_000).max(40_000),
    runs: z.string().max(200_000),
  })
  .readonly()
/** An area of whole pixels in sparse tiles, none empty; x, y, width and height are its exact bounds. */
export const maskShape = z
  .object({
    type: z.literal('mask'),
    x: coordinate,
    y: coordinate,
    width: extent,
    height: extent,
    tiles: z.array(maskTile).min(1).readonly(),
  })
  .readonly()

/** Degrees clockwise as seen on the screen (y down), about the middle. */
const angle = z.number().finite().min(0).lt(360)
/** A frame about its middle: `width` and `height` are its sides before it is turned, full-resolution pixels, floats. */
const frame = { cx: coordinate, cy: coordinate, width: extent, height: extent, angle }

/** The ellipse in a frame, which its axes lie along. */
export const ellipseShape = z.object({ type: z.literal('ellipse'), ...frame }).readonly()
/** A box that is turned. An upright one is a `box`. */
export const rotatedBoxShape = z.object({ type: z.literal('rotated-box'), ...frame }).readonly()

/** An open line through two places or more, [x0, y0, x1, y1, ...], full-resolution pixels, floats: it has a length, and no area. */
export const polylineShape = z
  .object({
    type: z.literal('polyline'),
    points: z
      .array(coordinate)
      .min(4)
      .max(4_000_000)
      .refine((values) => values.length % 2 === 0, 'A line is pairs of x and y'),
  })
  .readonly()
/** What was measured from one place to another, [x0, y0, x1, y1]: no object, so neither counted nor learned from. */
export const rulerShape = z.object({ type: z.literal('ruler'), points: z.array(coordinate).length(4) }).readonly()

/** The image as a whole: what a label of an image is said of. */
export const imageShape = z.object({ type: z.literal('image') }).readonly()

export const shape = z.union([
  boxShape,
  pointShape,
  polygonShape,
  maskShape,
  ellipseShape,
  rotatedBoxShape,
  polylineShape,
  rulerShape,
  imageShape,
])

/** Whether a shape is that of an object: a ruler only measures. */
export const countsAsObject = ({ type }: { readonly type: Shape['type'] }): boolean => type !== 'ruler'

export type BoxShape = z.infer<typeof boxShape>
export type PointShape = z.infer<typeof pointShape>
export type PolygonShape = z.infer<typeof polygonShape>
export type MaskShape = z.infer<typeof maskShape>
export type EllipseShape = z.infer<typeof ellipseShape>
export type RotatedBoxShape = z.infer<typeof rotatedBoxShape>
export type PolylineShape = z.infer<typeof polylineShape>
export type RulerShape = z.infer<typeof rulerShape>
export type ImageShape = z.infer<typeof imageShape>
export type Shape = z.infer<typeof shape>
