import { type Point } from '#shared/geometry/point.ts'
import { toImage, toScreen, type Frame, type ViewTransform } from './view-geometry.ts'
import { type Rotation } from './view-turn.ts'

/** Up to so many objects are drawn anew in every frame of a pan or zoom. */
const SHARP_LIMIT = 800
/** So many that are only counted take as long as one that is drawn. */
const COUNTED = 25

/** CSS pixels that the picture of many objects reaches beyond the viewport on every side. */
export const MASS_MARGIN = 256

/** Whether so few objects are drawn one by one, and counted, that they can be drawn anew in every frame. */
export const sharpEnough = ({ single, dense }: { readonly single: number; readonly dense: number }): boolean =>
  single + dense / COUNTED <= SHARP_LIMIT

/** The turn from one transform to another. */
const turnBetween = ({ turn: from }: ViewTransform, { turn: to }: ViewTransform): Rotation => ({
  cos: to.cos * from.cos + to.sin * from.sin,
  sin: to.sin * from.cos - to.cos * from.sin,
})

/** The CSS transform that puts a picture drawn for one transform where another one wants it; its canvas begins `margin` CSS pixels up and left of the viewport. */
export function followTransform(drawn: ViewTransform, now: ViewTransform, margin: number): string {
  const ratio = now.scale / drawn.scale
  const { cos, sin } = turnBetween(drawn, now)
  const [a, b] = [ratio * cos, ratio * sin]
  // Where the canvas' corner belongs.
  const corner = moved(drawn, now, { x: -margin, y: -margin })
  return `matrix(${[a, b, -b, a, corner.x + margin, corner.y + margin].map((value) => String(value + 0)).join(', ')})`
}

/** Where a place of the screen that one transform was drawn for is with another. */
function moved(from: ViewTransform, to: ViewTransform, place: Point): Point {
  return toScreen(to, toImage(from, place))
}

/** Whether the picture is enlarged or shrunk too much to pass, or leaves a part of the image in sight without its objects. */
export function stretchesTooFar(
  drawn: ViewTransform,
  now: ViewTransform,
  margin: number,
  { image, viewport }: Pick<Frame, 'image' | 'viewport'>,
): boolean {
  const ratio = now.scale / drawn.scale
  if (ratio > 2 || ratio < 0.5) return true
  if (now.turn.cos !== 1 || drawn.turn.cos !== 1) return baresCorner(drawn, now, margin, viewport)
  const bare = (start: number, from: number, imageSize: number, size: number): boolean => {
    const low = start - (from + margin) * ratio
    const high = low + (size + 2 * margin) * ratio
    return low > Math.max(0, start) || high < Math.min(size, start + imageSize * now.scale)
  }
  return bare(now.x, drawn.x, image.width, viewport.width) || bare(now.y, drawn.y, image.height, viewport.height)
}

/** Whether a corner of the viewport was not drawn; that there may be no image is not looked at. */
function baresCorner(drawn: ViewTransform, now: ViewTransform, margin: number, { width, height }: Frame['viewport']): boolean {
  return [0, width].some((x) =>
    [0, height].some((y) => {
      const before = moved(now, drawn, { x, y })
      return before.x < -margin || before.y < -margin || before.x > width + margin || before.y > height + margin
    }),
  )
}
