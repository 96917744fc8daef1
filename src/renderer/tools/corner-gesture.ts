import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PolygonShape } from '#shared/records/shape.ts'
import { round } from './area-math.ts'
import { clampToImage } from './box-math.ts'
import { IDLE, step, type CornerGesture, type CornerTarget, type GestureContext, type PointerInput, type Step } from './gesture.ts'
import { reshaped } from './select-gestures.ts'

/** CSS pixels from a corner within which it is taken. */
const REACH = 8
/** CSS pixels that a side must be long for its middle to be taken too. */
const MIDDLE_ROOM = 32
/** Corners up to which a polygon shows them: more would hide its line. */
const MOST_CORNERS = 300

/** A corner, or the middle of the side after it, of one ring of a polygon. */
export interface CornerPlace {
  readonly ring: number
  /** Number of the corner in its ring. */
  readonly index: number
  readonly middle: boolean
  readonly at: Point
}

/** The corners and the middles of sides that a polygon shows at a zoom (CSS pixels an image pixel); none where there are too many. */
export function cornerPlaces({ rings }: PolygonShape, zoom: number): CornerPlace[] {
  if (rings.reduce((sum, { length }) => sum + length / 2, 0) > MOST_CORNERS) return []
  return rings.flatMap((values, ring) =>
    Array.from({ length: values.length / 2 }, (_, index) => {
      const at = cornerOf(values, index)
      const next = cornerOf(values, index + 1)
      const corner = { ring, index, middle: false, at }
      if (Math.hypot(next.x - at.x, next.y - at.y) * zoom < MIDDLE_ROOM) return [corner]
      return [corner, { ring, index, middle: true, at: { x: (at.x + next.x) / 2, y: (at.y + next.y) / 2 } }]
    }).flat(),
  )
}

function cornerOf(ring: readonly number[], index: number): Point {
  const at = (2 * index) % ring.length
  return { x: ring[at]!, y: ring[at + 1]! }
}

/** What of a polygon's corners is under a point of the image, the nearest first; null for none. */
export function cornerAt(shape: PolygonShape, point: Point, zoom: number): CornerPlace | null {
  const near = cornerPlaces(shape, zoom).map((place) => ({ place, way: Math.hypot(place.at.x - point.x, place.at.y - point.y) * zoom }))
  near.sort((a, b) => a.way - b.way)
  const [first] = near
  return first !== undefined && first.way <= REACH ? first.place : null
}

/** A drag of a corner; of the middle of a side it makes a new corner there. */
export function startCorner(target: CornerTarget, input: PointerInput, context: GestureContext): Step {
  const before = context.object(target.id)?.shape
  if (before?.type !== 'polygon') return step(IDLE)
  const { ring, middle, at } = target.place
  const index = target.place.index + (middle ? 1 : 0)
  const from = middle ? withCorner(before, ring, index, at) : before
  return cornerStep({ kind: 'corner', id: target.id, before, from, shape: from, ring, index }, input, context)
}

export function cornerStep(gesture: CornerGesture, input: PointerInput, { image }: Pick<GestureContext, 'image'>): Step {
  const shape = movedCorner(gesture.from, gesture.ring, gesture.index, input.image, image)
  if (input.kind !== 'up') return step({ ...gesture, shape })
  return step(IDLE, ...reshaped(new Map([[gesture.id, gesture.before]]), new Map([[gesture.id, shape]]), 'Reshape'))
}

const mapRing = ({ rings }: PolygonShape, ring: number, map: (values: readonly number[]) => number[]): PolygonShape => ({
  type: 'polygon',
  rings: rings.map((values, index) => (index === ring ? map(values) : values)),
})

function withCorner(shape: PolygonShape, ring: number, index: number, { x, y }: Point): PolygonShape {
  return mapRing(shape, ring, (values) => values.toSpliced(2 * index, 0, round(x), round(y)))
}

function movedCorner(shape: PolygonShape, ring: number, index: number, to: Point, image: Size): PolygonShape {
  const { x, y } = clampToImage(to, image)
  return mapRing(shape, ring, (values) => values.toSpliced(2 * index, 2, round(x), round(y)))
}

/** The polygon without a corner: a triangle goes as a whole; null where nothing is left. */
export function withoutCorner(shape: PolygonShape, { ring, index }: CornerPlace): PolygonShape | null {
  const values = shape.rings[ring] ?? []
  if (values.length > 6) return mapRing(shape, ring, (kept) => kept.toSpliced(2 * index, 2))
  const rings = shape.rings.filter((_, other) => other !== ring)
  return rings.length === 0 ? null : { type: 'polygon', rings }
}
