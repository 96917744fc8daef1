import { boxContainsPoint, expandBox } from '#shared/geometry/box.ts'
import { isLine } from '#shared/geometry/line.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { BOX, POINT } from '#shared/objects/shape-columns.ts'
import { nearestOnOutline, type Rings } from '../viewer/area-outline.ts'
import { handlePoint } from '../viewer/handles.ts'
import { boxAt, rowsWithin, type ObjectId, type Scene } from '../viewer/scene.ts'
import { CLICK_SLOP, isDrag, type Gesture, type GestureContext, type PointerInput } from './gesture.ts'
import { CLOSE_REACH } from './polygon-gesture.ts'
import { type ToolName } from './tool-set.ts'

/** CSS pixels within which the pointer is drawn to a corner or an edge. */
export const SNAP_REACH = 8

/** Where something snaps to, image pixels. */
export interface SnapPlace {
  readonly at: Point
  readonly what: 'corner' | 'edge'
}

/**
 * The place of an outline on show that is nearest to a point and no farther than `reach` image pixels: a corner, where one is near enough, before an
 * edge. Painted areas and ellipses have edges alone; points have neither. Looks at what the index has there, not at all objects.
 */
export function snapPlace(scene: Scene, point: Point, reach: number, except: ObjectId | null = null): SnapPlace | null {
  const region = { x: point.x - reach, y: point.y - reach, width: 2 * reach, height: 2 * reach }
  let corner: Candidate | null = null
  let edge: Candidate | null = null
  for (const part of scene.parts)
    for (const row of rowsWithin(part, region)) {
      const { rows } = part
      if (rows.kinds[row] === POINT || rows.idAt(row) === except) continue
      // Within a large box, far from its sides, there is nothing to look for.
      const bounds = boxAt(part, row)
      if (rows.kinds[row] === BOX && boxContainsPoint(expandBox(bounds, -2 * reach), point)) continue
      const shape = rows.kinds[row] === BOX ? null : rows.shapeAt(row)
      const { x, y, width, height } = bounds
      const rings = shape === null ? [[x, y, x + width, y, x + width, y + height, x, y + height]] : rows.ringsAt(row)
      edge = nearer(edge, nearestOnOutline(rings, point, shape !== null && isLine(shape)))
      if (hasCorners(shape)) corner = nearer(corner, nearestCorner(rings, point))
    }
  if (corner !== null && corner.square <= reach * reach) return { at: corner.at, what: 'corner' }
  return edge !== null && edge.square <= reach * reach ? { at: edge.at, what: 'edge' } : null
}

interface Candidate {
  readonly at: Point
  /** Of its distance. */
  readonly square: number
}

const nearer = (a: Candidate | null, b: Candidate | null): Candidate | null => (a === null || (b !== null && b.square < a.square) ? b : a)

const hasCorners = (shape: PlacedShape | null): boolean => shape?.type !== 'mask' && shape?.type !== 'ellipse'

function nearestCorner(rings: Rings, { x, y }: Point): Candidate | null {
  let [best, at]: [number, Point | null] = [Infinity, null]
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      const square = (ring[i]! - x) ** 2 + (ring[i + 1]! - y) ** 2
      if (square < best) [best, at] = [square, { x: ring[i]!, y: ring[i + 1]! }]
    }
  return at && { at, square: best }
}

/** A pointer event as the gestures get it, and where it was drawn to. */
export interface Snapped {
  readonly input: PointerInput
  readonly place: SnapPlace | null
}

type Sight = Pick<GestureContext, 'tool' | 'panHeld' | 'readOnly' | 'view'>
/** Looks for a place near a point, of others than an object. */
type Seek = (point: Point, except: ObjectId | null) => SnapPlace | null

/** Tools that set corners. */
const SNAPPING: ReadonlySet<ToolName> = new Set(['box', 'rotated-box', 'polygon', 'polyline', 'ruler', 'region'])

/** Whether the place that was found is of use now. */
export const isSnapping = (gesture: Gesture, tool: ToolName): boolean => gesture.kind !== 'idle' || SNAPPING.has(tool)

/** Draws the pointer to what is near, where a corner or an edge is being set; Ctrl held keeps it free. Strokes and free hands stay as they are. */
export function snapped(gesture: Gesture, input: PointerInput, sight: Sight, seek: Seek): Snapped {
  const free: Snapped = { input, place: null }
  if (input.mod || input.button !== 0 || sight.panHeld || sight.readOnly) return free
  if (gesture.kind === 'resize') return snappedHandle(gesture, input, seek)
  if (!setsCorner(gesture, input, sight)) return free
  const place = seek(input.image, gesture.kind === 'corner' ? gesture.id : null)
  return place === null ? free : { input: { ...input, image: place.at }, place }
}

/** Whether a corner lies where the pointer is. A polygon's own first and last corner, whose clicks end it, go before its neighbours'. */
function setsCorner(gesture: Gesture, input: PointerInput, { tool, view }: Sight): boolean {
  const isNear = (corner: Point | undefined, reach: number): boolean =>
    corner !== undefined && Math.hypot(corner.x - input.image.x, corner.y - input.image.y) * view.zoom <= reach
  switch (gesture.kind) {
    case 'idle':
      return SNAPPING.has(tool)
    case 'corner':
      return true
    case 'draw':
      return gesture.what === 'box' && !input.shift
    case 'side':
      return gesture.to === null && !input.shift
    case 'line':
    case 'polygon': {
      const { corners, freehand, held } = gesture
      if (freehand || (gesture.kind === 'line' && gesture.what === 'split')) return false
      // A drag is about to become a line by a free hand, but for those of two places.
      const drags = held !== null && isDrag(held, input)
      if (drags && !(gesture.kind === 'line' ? gesture.what === 'ruler' : gesture.region === true && gesture.before === 0)) return false
      return !(corners.length > 2 && isNear(corners[0], CLOSE_REACH)) && !(held === null && isNear(corners.at(-1), CLICK_SLOP))
    }
    default:
      return false
  }
}

/** The handle itself is drawn, not the pointer, which took it a little beside; one in the middle of a side along its own way alone. */
function snappedHandle(gesture: Extract<Gesture, { kind: 'resize' }>, input: PointerInput, seek: Seek): Snapped {
  const { from, handle, start, id } = gesture
  if (from.type !== 'box' || input.shift || input.alt) return { input, place: null }
  const grip = handlePoint(from, handle)
  const offset = { x: grip.x - start.x, y: grip.y - start.y }
  const place = seek({ x: input.image.x + offset.x, y: input.image.y + offset.y }, id)
  if (place === null) return { input, place: null }
  const [across, down] = [handle !== 'n' && handle !== 's', handle !== 'e' && handle !== 'w']
  const x = across ? place.at.x - offset.x : input.image.x
  const y = down ? place.at.y - offset.y : input.image.y
  return { input: { ...input, image: { x, y } }, place }
}
