import type { PolylineShape, RulerShape } from '../records/shape.ts'

/** A shape that is an open line. */
export type LineShape = PolylineShape | RulerShape

export function isLine(shape: { readonly type: string }): shape is LineShape {
  return shape.type === 'polyline' || shape.type === 'ruler'
}

/** Length of an open line [x0, y0, x1, y1, ...], in its unit. */
export function lineLength(points: ArrayLike<number>): number {
  let length = 0
  for (let i = 2; i < points.length; i += 2) length += Math.hypot(points[i]! - points[i - 2]!, points[i + 1]! - points[i - 1]!)
  return length
}

/** A length as it is written: in micrometres (from 1,000 on in millimetres) where the image is calibrated, else in pixels; never both. */
export function lengthText(pixels: number, micronsPerPixel: number | null): string {
  if (micronsPerPixel === null) return `${pixels.toFixed(pixels < 100 ? 1 : 0)} px`
  const microns = pixels * micronsPerPixel
  return microns >= 1000 ? `${(microns / 1000).toFixed(3)} mm` : `${microns.toFixed(microns < 100 ? 2 : 1)} µm`
}
