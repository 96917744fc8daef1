import { type Point, type Size } from '#shared/geometry/point.ts'
import { type View } from './view-geometry.ts'
import { normalAngle, rotated, rotatedBack, rotationOf } from './view-turn.ts'

/** Two views, of two images, that show the same: what else the one shows, the other shows at the same place of its viewport. */
export interface Relation {
  readonly from: View
  readonly to: View
}

/** The other way round. */
export const inverse = ({ from, to }: Relation): Relation => ({ from: to, to: from })

/** Where a place of the one image lies on the other. */
export function placeInStep({ from, to }: Relation, place: Point): Point {
  const onScreen = rotated(rotationOf(from.angle), {
    x: (place.x - from.centre.x) * from.zoom,
    y: (place.y - from.centre.y) * from.zoom,
  })
  const { x, y } = rotatedBack(rotationOf(to.angle), onScreen)
  return { x: to.centre.x + x / to.zoom, y: to.centre.y + y / to.zoom }
}

/** The view of the other image that goes with a view of the one. */
export function viewInStep(relation: Relation, view: View): View {
  const { from, to } = relation
  return {
    zoom: (view.zoom * to.zoom) / from.zoom,
    centre: placeInStep(relation, view.centre),
    angle: normalAngle(view.angle + to.angle - from.angle),
  }
}

interface Calibrated extends Size {
  readonly micronsPerPixel: number | null
}

/** What belongs together where nobody has said so: the middles of both images, at the same scale where both files state theirs, else pixel by pixel. */
export function relationOf(from: Calibrated, to: Calibrated): Relation {
  const middle = ({ width, height }: Size): Point => ({ x: width / 2, y: height / 2 })
  const known = from.micronsPerPixel !== null && to.micronsPerPixel !== null
  const zoom = known ? to.micronsPerPixel / from.micronsPerPixel : 1
  return { from: { zoom: 1, centre: middle(from), angle: 0 }, to: { zoom, centre: middle(to), angle: 0 } }
}
