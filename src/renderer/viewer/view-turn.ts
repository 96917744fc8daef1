import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'

// A view may be turned about its middle. Everything is drawn upright, as if it were not turned, and the canvas' own transform turns
// it: a quarter turn about a whole device pixel puts pixels on pixels, so lines stay as crisp as before.

/** An angle as it is shown, such as `30°`. */
export function angleText(degrees: number): string {
  return `${String(Math.round(degrees * 10) / 10)}°`
}

/** A rotation by an angle, clockwise as seen on a screen whose y goes down. */
export interface Rotation {
  readonly cos: number
  readonly sin: number
}

/** An angle in degrees as it is kept: above -180, up to 180. */
export function normalAngle(degrees: number): number {
  if (degrees > -180 && degrees <= 180) return degrees
  const turned = degrees - 360 * Math.floor((degrees + 180) / 360)
  // Rounding may leave it a hair beyond either end.
  return turned > -180 && turned <= 180 ? turned : 180
}

const QUARTERS: readonly Rotation[] = [
  { cos: 1, sin: 0 },
  { cos: 0, sin: 1 },
  { cos: -1, sin: 0 },
  { cos: 0, sin: -1 },
]

/** Quarter turns are exact. */
export function rotationOf(degrees: number): Rotation {
  const quarter = QUARTERS[(((degrees / 90) % 4) + 4) % 4]
  if (quarter) return quarter
  const radians = (degrees * Math.PI) / 180
  return { cos: Math.cos(radians), sin: Math.sin(radians) }
}

export const isQuarterTurn = ({ cos, sin }: Rotation): boolean => cos === 0 || sin === 0

export function rotated({ cos, sin }: Rotation, { x, y }: Point): Point {
  return { x: cos * x - sin * y, y: sin * x + cos * y }
}

export function rotatedBack({ cos, sin }: Rotation, { x, y }: Point): Point {
  return { x: cos * x + sin * y, y: cos * y - sin * x }
}

/** Size of the upright box round a rectangle that is turned. */
export function rotatedSize({ cos, sin }: Rotation, { width, height }: Size): Size {
  const [c, s] = [Math.abs(cos), Math.abs(sin)]
  return { width: width * c + height * s, height: width * s + height * c }
}

/** The upright box round a box that is turned about the origin; `back`: the other way round. */
export function rotatedBox(rotation: Rotation, box: Box, back = false): Box {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const { x, y } = back ? rotatedBack(rotation, middle) : rotated(rotation, middle)
  const { width, height } = rotatedSize(rotation, box)
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** An arrow of the screen along the image's axes, the nearest ones where the view is not turned by quarters. */
export function arrowOnImage(degrees: number, dx: number, dy: number): Point {
  const { x, y } = rotatedBack(rotationOf(90 * Math.round(degrees / 90)), { x: dx, y: dy })
  // No -0: it would go on as another number.
  return { x: x + 0, y: y + 0 }
}
