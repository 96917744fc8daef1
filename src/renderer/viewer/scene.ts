import { boundsOfPoints, boxArea, boxCentre, type Box } from '#shared/geometry/box.ts'
import { buildBoxIndex, type BoxIndex } from '#shared/geometry/box-index.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationId, type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { boundsOf, isNearOutline, isOutlined, liesInside, ringsOf } from './area-outline.ts'

/** An object on the canvas: truth has an annotation's id (text), a guess a prediction's (number). */
export type ObjectId = AnnotationId | PredictionId

export interface SceneObject {
  readonly id: ObjectId
  readonly classId: ClassId
  readonly shape: PlacedShape
  /** Score of a guess, null for truth. */
  readonly score: number | null
}

/** All objects that the canvas shows, with what finds them by place. Never changed: another scene takes its stead. */
export interface Scene {
  readonly objects: readonly SceneObject[]
  readonly byId: ReadonlyMap<ObjectId, SceneObject>
  /** Index over the bounds of `objects`, in their order; built at the first search. */
  readonly index: () => BoxIndex
}

export const isGuess = (id: ObjectId): id is PredictionId => typeof id === 'number'

/** Screen distance in CSS pixels within which the pointer counts as on the edge of a box or an area. */
const EDGE_REACH = 3
/** Screen radius in CSS pixels within which the pointer counts as on a point's marker. */
export const POINT_REACH = 8

export function buildScene(objects: readonly SceneObject[]): Scene {
  let index: BoxIndex | null = null
  return {
    objects,
    byId: new Map(objects.map((object) => [object.id, object])),
    index: () => (index ??= buildBoxIndex(objects.map(({ shape }) => boundsOf(shape)))),
  }
}

/** Square pixels of the bounds, that decide which of two objects is the smaller; points are smallest. */
const area = ({ shape }: SceneObject): number => boxArea(boundsOf(shape))

/** Image pixels from a point to a shape's bounds, 0 in them. */
function distanceTo(shape: PlacedShape, point: Point): number {
  const { x, y, width, height } = boundsOf(shape)
  return Math.hypot(Math.max(x - point.x, 0, point.x - x - width), Math.max(y - point.y, 0, point.y - y - height))
}

/**
 * Whether the pointer is on an object at a scale of CSS pixels an image pixel: in a box or an area (not in its holes) or on
 * its edge, or on a point's marker.
 */
export function isUnder(shape: PlacedShape, point: Point, scale: number): boolean {
  if (distanceTo(shape, point) * scale > (shape.type === 'point' ? POINT_REACH : EDGE_REACH)) return false
  if (!isOutlined(shape)) return true
  const rings = ringsOf(shape)
  return liesInside(rings, point) || isNearOutline(rings, point, EDGE_REACH / scale)
}

/** All objects under a point of the image, the one that a click means first: points by distance, then the others from the smallest. */
export function hitAll(scene: Scene, point: Point, scale: number): SceneObject[] {
  const reach = POINT_REACH / scale
  const region = { x: point.x - reach, y: point.y - reach, width: 2 * reach, height: 2 * reach }
  const found = scene.index().search(region)
  const hits = found.filter((index) => isUnder(scene.objects[index]!.shape, point, scale))
  const rank = (index: number): readonly [number, number, number] => {
    const object = scene.objects[index]!
    return object.shape.type === 'point' ? [0, distanceTo(object.shape, point), -index] : [1, area(object), -index]
  }
  // Of equals the one drawn last, hence on top, comes first.
  hits.sort((a, b) => {
    const [first, second] = [rank(a), rank(b)]
    return first[0] - second[0] || first[1] - second[1] || first[2] - second[2]
  })
  return hits.map((index) => scene.objects[index]!)
}

/** Objects whose middle lies in a box: what a rubber band takes, so that a band round small cells leaves the large one under them alone. */
export function middlesWithin(scene: Scene, box: Box): ObjectId[] {
  const inside = ({ x, y }: Point): boolean => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height
  return scene
    .index()
    .search(box)
    .sort((a, b) => a - b)
    .filter((index) => inside(boxCentre(boundsOf(scene.objects[index]!.shape))))
    .map((index) => scene.objects[index]!.id)
}

/** Ids in reading order: rows as high as the median object, from left to right. */
export function readingOrder(scene: Scene): ObjectId[] {
  const heights = scene.objects.map(({ shape }) => boundsOf(shape).height).sort((a, b) => a - b)
  const row = Math.max(1, heights[heights.length >> 1] ?? 1)
  const places = scene.objects.map(({ id, shape }) => {
    const { x, y } = boxCentre(boundsOf(shape))
    return { id, x, row: Math.floor(y / row) }
  })
  places.sort((a, b) => a.row - b.row || a.x - b.x)
  return places.map(({ id }) => id)
}

/** The box that holds the shapes, or null for none. */
export function boundsOfShapes(shapes: Iterable<PlacedShape>): Box | null {
  const corners: Point[] = []
  for (const shape of shapes) {
    const { x, y, width, height } = boundsOf(shape)
    corners.push({ x, y }, { x: x + width, y: y + height })
  }
  return boundsOfPoints(corners)
}
