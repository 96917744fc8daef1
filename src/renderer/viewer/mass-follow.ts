import { type Frame, type Transform } from './view-geometry.ts'

/** Up to so many objects are drawn anew in every frame of a pan or zoom. */
const SHARP_LIMIT = 800

/** CSS pixels that the picture of many objects reaches beyond the viewport on every side. */
export const MASS_MARGIN = 256

export const sharpEnough = (drawn: number): boolean => drawn <= SHARP_LIMIT

/** The CSS transform that puts a picture drawn for one transform where another one wants it; its canvas begins `margin` CSS pixels up and left of the viewport. */
export function followTransform(drawn: Transform, now: Transform, margin: number): string {
  const ratio = now.scale / drawn.scale
  const x = now.x - drawn.x * ratio + margin * (1 - ratio)
  const y = now.y - drawn.y * ratio + margin * (1 - ratio)
  return `matrix(${String(ratio)}, 0, 0, ${String(ratio)}, ${String(x)}, ${String(y)})`
}

/** Whether the picture is enlarged or shrunk too much to pass, or leaves a part of the image in sight without its objects. */
export function stretchesTooFar(
  drawn: Transform,
  now: Transform,
  margin: number,
  { image, viewport }: Pick<Frame, 'image' | 'viewport'>,
): boolean {
  const ratio = now.scale / drawn.scale
  if (ratio > 2 || ratio < 0.5) return true
  const bare = (start: number, from: number, imageSize: number, size: number): boolean => {
    const low = start - (from + margin) * ratio
    const high = low + (size + 2 * margin) * ratio
    return low > Math.max(0, start) || high < Math.min(size, start + imageSize * now.scale)
  }
  return bare(now.x, drawn.x, image.width, viewport.width) || bare(now.y, drawn.y, image.height, viewport.height)
}
