import { type Box } from '#shared/geometry/box.ts'
import { type Transform } from './view-geometry.ts'

// Boxes and points are drawn in device pixels on whole ones, so that thin lines are crisp at any zoom and pixel ratio. Every line
// has a dark ring outside and a light ring inside: one of the two stands out on any stain.

/** A rectangle in device pixels, edges on whole pixels. */
export interface DeviceRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const DARK_HALO = 'rgba(0, 0, 0, 0.6)'
export const LIGHT_HALO = 'rgba(255, 255, 255, 0.7)'

/** From image to device pixels. */
export function deviceTransform({ scale, x, y }: Transform, pixelRatio: number, margin = 0): Transform {
  return { scale: scale * pixelRatio, x: (x + margin) * pixelRatio, y: (y + margin) * pixelRatio }
}

export function deviceRect({ x, y, width, height }: Box, transform: Transform): DeviceRect {
  const left = Math.round(x * transform.scale + transform.x)
  const top = Math.round(y * transform.scale + transform.y)
  const right = Math.round((x + width) * transform.scale + transform.x)
  const bottom = Math.round((y + height) * transform.scale + transform.y)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Widths of a line and its rings in device pixels. */
export interface Pen {
  readonly line: number
  readonly halo: number
}

/** A pen of a line width in CSS pixels, 1.5 to 3. */
export function penOf(lineWidth: number, pixelRatio: number): Pen {
  return { line: Math.max(1, Math.round(lineWidth * pixelRatio)), halo: Math.max(1, Math.round(pixelRatio * 0.75)) }
}

/** Strokes of odd width are centred on the middle of a pixel. */
const offsetOf = (line: number): number => (line % 2) / 2

/** Below this many device pixels for the shorter side there is no room for the light ring within. */
const roomForInner = ({ line, halo }: Pen): number => 2 * line + 6 * halo

export function strokeDark(context: CanvasRenderingContext2D, rects: readonly DeviceRect[], pen: Pen): void {
  const grow = pen.line / 2 + pen.halo / 2
  const offset = offsetOf(pen.line) - grow
  context.strokeStyle = DARK_HALO
  context.lineWidth = pen.halo
  for (const { x, y, width, height } of rects) context.strokeRect(x + offset, y + offset, width + 2 * grow, height + 2 * grow)
}

export function strokeLight(context: CanvasRenderingContext2D, rects: readonly DeviceRect[], pen: Pen): void {
  const shrink = pen.line / 2 + pen.halo / 2
  const offset = offsetOf(pen.line) + shrink
  const least = roomForInner(pen)
  context.strokeStyle = LIGHT_HALO
  context.lineWidth = pen.halo
  for (const { x, y, width, height } of rects) {
    if (Math.min(width, height) < least) continue
    context.strokeRect(x + offset, y + offset, width - 2 * shrink, height - 2 * shrink)
  }
}

export function strokeLines(
  context: CanvasRenderingContext2D,
  rects: readonly DeviceRect[],
  pen: Pen,
  style: string | CanvasPattern,
): void {
  const offset = offsetOf(pen.line)
  context.strokeStyle = style
  context.lineWidth = pen.line
  for (const { x, y, width, height } of rects) context.strokeRect(x + offset, y + offset, width, height)
}

/** Device pixels of a dash and the gap after it, for a pixel ratio. */
export const dashOf = (pixelRatio: number): readonly [number, number] => [Math.round(5 * pixelRatio), Math.round(4 * pixelRatio)]

/**
 * A fill of diagonal stripes. Lines along either axis that are stroked with it look dashed, at the cost of a solid line: real
 * dashes (setLineDash) of thousands of boxes take fifty times as long.
 */
export function stripes(color: string, pixelRatio: number): CanvasPattern | string {
  const [dash, gap] = dashOf(pixelRatio)
  const size = dash + gap
  const tile = new OffscreenCanvas(size, size)
  const context = tile.getContext('2d')
  if (!context) return color
  context.fillStyle = color
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if ((x + y) % size < dash) context.fillRect(x, y, 1, 1)
  return context.createPattern(tile, 'repeat') ?? color
}

/** Moves stripes along with the image, so that dashes do not crawl while panning. */
export function anchorStripes(pattern: CanvasPattern | string, { x, y }: Transform): CanvasPattern | string {
  if (typeof pattern !== 'string') pattern.setTransform(new DOMMatrix([1, 0, 0, 1, Math.round(x), Math.round(y)]))
  return pattern
}

/** Boxes with their halo as one: solid for truth; a guess is dashed through, so that the image shows in its gaps. */
export function strokeBoxes(context: CanvasRenderingContext2D, rects: readonly DeviceRect[], pen: Pen, colors: BoxColors): void {
  if (colors.kind === 'solid') {
    strokeDark(context, rects, pen)
    strokeLight(context, rects, pen)
    strokeLines(context, rects, pen, colors.color)
    return
  }
  strokeLines(context, rects, { line: pen.line + 2 * pen.halo, halo: 0 }, colors.halo)
  strokeLines(context, rects, pen, colors.color)
}

/** Colour of a line, or the two sets of stripes that make it dashed. */
export type BoxColors =
  | { readonly kind: 'solid'; readonly color: string }
  | { readonly kind: 'dashed'; readonly color: CanvasPattern | string; readonly halo: CanvasPattern | string }

/** A ring around a selected object, off its line: white between dark. Thickness alone would be overlooked among many. */
export function strokeSelected(context: CanvasRenderingContext2D, rect: DeviceRect, pen: Pen, pixelRatio: number): void {
  const width = Math.max(1, Math.round(1.5 * pixelRatio))
  const grow = pen.line + pen.halo
  const around = { x: rect.x - grow, y: rect.y - grow, width: rect.width + 2 * grow, height: rect.height + 2 * grow }
  strokeDark(context, [around], { line: width, halo: pen.halo })
  strokeLines(context, [around], { line: width, halo: 0 }, '#ffffff')
}

/** Radius of a point's marker in CSS pixels. */
const MARKER_RADIUS = 4.5

/** A point's marker as a picture to be stamped: disc of the class colour in a light and a dark ring. */
export function marker(color: string, pixelRatio: number, radius = MARKER_RADIUS): OffscreenCanvas {
  const side = Math.ceil((radius + 3) * pixelRatio) * 2
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const disc = (size: number, style: string): void => {
    context.fillStyle = style
    context.beginPath()
    context.arc(side / 2, side / 2, size * pixelRatio, 0, 2 * Math.PI)
    context.fill()
  }
  disc(radius + 2.2, DARK_HALO)
  disc(radius + 1.2, '#ffffff')
  disc(radius, color)
  return canvas
}

export function stamp(context: CanvasRenderingContext2D, picture: OffscreenCanvas, x: number, y: number): void {
  context.drawImage(picture, Math.round(x - picture.width / 2), Math.round(y - picture.height / 2))
}
