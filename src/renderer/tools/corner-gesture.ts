import { type Point, type Size } from '#shared/geometry/point.ts'
import { isLine, type LineShape } from '#shared/geometry/line.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
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

/** A shape of corners that can be moved one by one. */
export type CorneredShape = PolygonShape | LineShape

export const isCornered = (shape: PlacedShape): shape is CorneredShape => shape.type === 'polygon' || isLine(shape)

const ringsOf = (shape: CorneredShape): readonly (readonly number[])[] => (shape.type === 'polygon' ? shape.rings : [shape.points])

/** A corner, or the middle of the side after it, of one ring of a polygon or of a line. */
export interface CornerPlace {
  readonly ring: number
  /** Number of the corner in its ring. */
  readonly index: number
  readonly middle: boolean
  readonly at: Point
}

/** The corners and the middles of sides that a shape shows at a zoom (CSS pixels an image pixel); none where there are too many. */
export function cornerPlaces(shape: CorneredShape, zoom: number): CornerPlace[] {
  const rings = ringsOf(shape)
  if (rings.reduce((sum, { length }) => sum + length / 2, 0) > MOST_CORNERS) return []
  return rings.flatMap((values, ring) =>
    Array.from({ length: values.length / 2 }, (_, index) => {
      const at = cornerOf(values, index)
      // A line does not go on from its end, and a ruler has no more than its two.
      const ends = shape.type !== 'polygon' && (shape.type === 'ruler' || index === values.length / 2 - 1)
      const next = cornerOf(values, index + 1)
      const corner = { ring, index, middle: false, at }
      if (ends || Math.hypot(next.x - at.x, next.y - at.y) * zoom < MIDDLE_ROOM) return [corner]
      return [corner, { ring, index, middle: true, at: { x: (at.x + next.x) / 2, y: (at.y + next.y) / 2 } }]
    }).flat(),
  )
}

function cornerOf(ring: readonly number[], index: number): Point {
  const at = (2 * index) % ring.length
  return { x: ring[at]!, y: ring[at + 1]! }
}

/** What of a shape's corners is under a point of the image, the nearest first; null for none. */
export function cornerAt(shape: CorneredShape, point: Point, zoom: number): CornerPlace | null {
  const near = cornerPlaces(shape, zoom).map((place) => ({ place, way: Math.hypot(place.at.x - point.x, place.at.y - point.y) * zoom }))
  near.sort((a, b) => a.way - b.way)
  const [first] = near
  return first !== undefined && first.way <= REACH ? first.place : null
}

/** A drag of a corner; of the middle of a side it makes a new corner there. */
export function startCorner(target: CornerTarget, input: PointerInput, context: GestureContext): Step {
  const before = context.object(target.id)?.shape
  if (before === undefined || !isCornered(before)) return step(IDLE)
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

function mapRing(shape: CorneredShape, ring: number, map: (values: readonly number[]) => number[]): CorneredShape {
  if (shape.type !== 'polygon') return { type: shape.type, points: map(shape.points) }
  return { type: 'polygon', rings: shape.rings.map((values, index) => (index === ring ? map(values) : values)) }
}

function withCorner(shape: CorneredShape, ring: number, index: number, { x, y }: Point): CorneredShape {
  return mapRing(shape, ring, (values) => values.toSpliced(2 * index, 0, round(x), round(y)))
}

function movedCorner(shape: CorneredShape, ring: number, index: number, to: Point, image: Size): CorneredShape {
  const { x, y } = clampToImage(to, image)
  return mapRing(shape, ring, (values) => values.toSpliced(2 * index, 2, round(x), round(y)))
}

/** The shape without a corner: a triangle goes as a whole, and so does a line of two; null where nothing is left. */
export function withoutCorner(shape: CorneredShape, { ring, index }: CornerPlace): CorneredShape | null {
  const values = ringsOf(shape)[ring] ?? []
  if (values.length > (shape.type === 'polygon' ? 6 : 4)) return mapRing(shape, ring, (kept) => kept.toSpliced(2 * index, 2))
  const rings = ringsOf(shape).filter((_, other) => other !== ring)
  return rings.length === 0 ? null : { type: 'polygon', rings: rings.map((values) => [...values]) }
}
