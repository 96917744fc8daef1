import { boundsOfPoints, boxArea, boxCentre, boxContainsBox, type Box } from '#shared/geometry/box.ts'
import { type Point } from '#shared/geometry/point.ts'
import { isLine } from '#shared/geometry/line.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { boundsAt } from '#shared/objects/shape-columns.ts'
import { type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { type ObjectId, type SceneObject, type SceneRows } from '../objects/rows.ts'
import { objectsIn, RowSet } from '../objects/row-set.ts'
import { boundsOf, insideTest, isNearOutline, isOutlined, liesInside, ringsOf } from './area-outline.ts'
import { rotatedBox, rotationOf } from './view-turn.ts'

export type { ObjectId, SceneObject } from '../objects/rows.ts'

/** Objects of one kind, truth or guesses, of which some may be hidden. */
export interface ScenePart {
  readonly rows: SceneRows
  readonly guess: boolean
  readonly isShown: (row: number) => boolean
}

/** An object by its place. */
export interface SceneRow {
  readonly part: ScenePart
  readonly row: number
}

/** All objects that the canvas shows, from below. Never changed: another scene takes its stead. */
export interface Scene {
  readonly parts: readonly ScenePart[]
  readonly find: (id: ObjectId) => SceneRow | null
  readonly byId: { readonly get: (id: ObjectId) => SceneObject | undefined; readonly has: (id: ObjectId) => boolean }
}

export const isGuess = (id: ObjectId): id is PredictionId => typeof id === 'number'

/** Screen distance in CSS pixels within which the pointer counts as on the edge of a box or an area. */
const EDGE_REACH = 3
/** The same of a line, which has nothing else to be met by. */
const LINE_REACH = 5
/** Screen radius in CSS pixels within which the pointer counts as on a point's marker. */
export const POINT_REACH = 8

export function sceneOfParts(parts: readonly ScenePart[]): Scene {
  const find = (id: ObjectId): SceneRow | null => {
    for (const part of parts) {
      const row = part.guess === isGuess(id) ? part.rows.rowOf(id) : -1
      if (row >= 0 && part.isShown(row)) return { part, row }
    }
    return null
  }
  const get = (id: ObjectId): SceneObject | undefined => {
    const found = find(id)
    return found === null ? undefined : objectAt(found)
  }
  return { parts, find, byId: { get, has: (id) => find(id) !== null } }
}

export function objectAt({ part: { rows }, row }: SceneRow): SceneObject {
  const own = { locked: rows.lockedAt(row), level: rows.levelAt(row) }
  return { id: rows.idAt(row), classId: classAt({ rows }, row), shape: rows.shapeAt(row), score: rows.scoreAt(row), ...own }
}

export const classAt = ({ rows }: Pick<ScenePart, 'rows'>, row: number): ClassId => rows.classes[rows.classCodes[row]!]!

export const boxAt = ({ rows }: Pick<ScenePart, 'rows'>, row: number): Box => boundsAt(rows, row)

/** Rows of a part that are shown and whose bounds meet a region, rising: what lies above comes later, whatever the index' own order. */
export function rowsWithin({ rows, isShown }: ScenePart, region: Box): Uint32Array {
  // All of them need no index, which a million rows take a moment to build: an image is first seen whole.
  const extent = rows.extent()
  if (extent !== null && boxContainsBox(region, extent)) return allRows(rows.count, isShown)
  if (extent !== null && shareOf(extent, region) > MUCH)
    return allRows(rows.count, (row) => meets(rows.bounds, row, region) && isShown(row))
  return Uint32Array.from(rows.index().searchWhere(region, isShown)).sort()
}

/** From this share of what rows cover on, a look at each of them is quicker than the index, whose finds have to be sorted. */
const MUCH = 0.25

function shareOf({ x, y, width, height }: Box, region: Box): number {
  const across = Math.min(x + width, region.x + region.width) - Math.max(x, region.x)
  const down = Math.min(y + height, region.y + region.height) - Math.max(y, region.y)
  return (Math.max(0, across) * Math.max(0, down)) / (width * height)
}

/** Whether the bounds of a row meet or touch a region. */
function meets(bounds: Float64Array, row: number, { x, y, width, height }: Box): boolean {
  const [left, top] = [bounds[4 * row]!, bounds[4 * row + 1]!]
  return left <= x + width && top <= y + height && left + bounds[4 * row + 2]! >= x && top + bounds[4 * row + 3]! >= y
}

function allRows(count: number, isShown: ScenePart['isShown']): Uint32Array {
  const rows = new Uint32Array(count)
  let found = 0
  for (let row = 0; row < count; row++) if (isShown(row)) rows[found++] = row
  return rows.subarray(0, found)
}

export function* shownRows(scene: Scene): IterableIterator<SceneRow> {
  for (const part of scene.parts) for (let row = 0; row < part.rows.count; row++) if (part.isShown(row)) yield { part, row }
}

/** All objects on show that are guesses, or all that are none. */
export function shownOf(scene: Scene, guess: boolean): ReadonlySet<ObjectId> {
  const parts = scene.parts.filter((part) => part.guess === guess)
  return objectsIn(parts.map(({ rows, isShown }) => ({ rows, guess, taken: allRows(rows.count, isShown) })))
}

/** The class that all of some objects have, or null where they have several. */
export function sharedClass(scene: Scene, ids: ReadonlySet<ObjectId>): ClassId | null {
  const found = ids instanceof RowSet ? ids.classes() : new Set([...ids].flatMap((id) => scene.byId.get(id)?.classId ?? []))
  const [only = null] = found
  return found.size === 1 ? only : null
}

export function isEmptyScene(scene: Scene): boolean {
  return shownRows(scene).next().done === true
}

/** Square pixels of the bounds, that decide which of two objects is the smaller; points are smallest. */
const area = ({ shape }: SceneObject): number => boxArea(boundsOf(shape))

/** Image pixels from a point to a shape's bounds, 0 in them. */
function distanceTo(shape: PlacedShape, point: Point): number {
  const { x, y, width, height } = boundsOf(shape)
  return Math.hypot(Math.max(x - point.x, 0, point.x - x - width), Math.max(y - point.y, 0, point.y - y - height))
}

function reachOf(shape: PlacedShape): number {
  if (shape.type === 'point') return POINT_REACH
  return isLine(shape) ? LINE_REACH : EDGE_REACH
}

/**
 * Whether the pointer is on an object at a scale of CSS pixels an image pixel: in a box or an area (not in its holes) or on
 * its edge, on a line, or on a point's marker.
 */
export function isUnder(shape: PlacedShape, point: Point, scale: number): boolean {
  if (distanceTo(shape, point) * scale > reachOf(shape)) return false
  if (!isOutlined(shape)) return true
  const rings = ringsOf(shape)
  if (isLine(shape)) return isNearOutline(rings, point, LINE_REACH / scale, true)
  return liesInside(rings, point) || isNearOutline(rings, point, EDGE_REACH / scale)
}

/**
 * All objects under a point of the image, the one that a click means first: those of a higher level, of one level points by distance, then lines,
 * then the others from the smallest.
 */
export function hitAll(scene: Scene, point: Point, scale: number): SceneObject[] {
  const reach = POINT_REACH / scale
  const region = { x: point.x - reach, y: point.y - reach, width: 2 * reach, height: 2 * reach }
  const rank = (object: SceneObject): readonly [number, number, number] => {
    const below = -(object.level ?? 0)
    if (object.shape.type === 'point') return [below, 0, distanceTo(object.shape, point)]
    return [below, isLine(object.shape) ? 1 : 2, area(object)]
  }
  const hits = scene.parts
    .flatMap((part) => [...rowsWithin(part, region)].map((row) => objectAt({ part, row })))
    .filter(({ shape }) => isUnder(shape, point, scale))
    .map((object) => ({ object, rank: rank(object) }))
  // Of equals the one drawn last, hence on top, comes first.
  return hits
    .reverse()
    .sort(({ rank: a }, { rank: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    .map(({ object }) => object)
}

/**
 * Objects whose middle lies in a box: what a rubber band takes, so that a band round small cells leaves the large one under them alone.
 * The box is upright on a screen that shows the image turned by `angle` degrees about its corner.
 */
export function middlesWithin(scene: Scene, box: Box, angle = 0): ReadonlySet<ObjectId> {
  const { cos, sin } = rotationOf(angle)
  const [right, bottom] = [box.x + box.width, box.y + box.height]
  return withMiddles(scene, rotatedBox({ cos, sin }, box, true), (x, y) => {
    const [across, down] = [cos * x - sin * y, sin * x + cos * y]
    return across >= box.x && down >= box.y && across <= right && down <= bottom
  })
}

/** Objects whose middle lies in a ring (x, y in turn, image pixels; even-odd where it crosses itself): what a lasso takes. */
export function middlesInside(scene: Scene, ring: readonly number[]): ReadonlySet<ObjectId> {
  return withMiddles(scene, boundsOf({ type: 'polygon', rings: [[...ring]] }), insideTest(ring))
}

/** Objects whose bounds meet a region and whose middle passes: numbers alone, since a hundred thousand may be asked at every move of the pointer. */
function withMiddles(scene: Scene, region: Box, isTaken: (x: number, y: number) => boolean): ReadonlySet<ObjectId> {
  return objectsIn(
    scene.parts.map((part) => {
      const { rows, guess } = part
      const { bounds } = rows
      const within = rowsWithin(part, region)
      let count = 0
      for (let i = 0; i < within.length; i++) {
        const at = 4 * within[i]!
        if (isTaken(bounds[at]! + bounds[at + 2]! / 2, bounds[at + 1]! + bounds[at + 3]! / 2)) within[count++] = within[i]!
      }
      return { rows, guess, taken: within.subarray(0, count) }
    }),
  )
}

/** Where an object stands in reading order. */
interface ReadingPlace extends SceneRow {
  readonly line: number
  readonly x: number
}

/**
 * The object after one in reading order (1) or before it (-1): rows as high as the median object, from left to right. Behind the last comes the
 * first; where there is none to go on from, the first or the last. Looks once at each object and sorts none: a Tab waits for it.
 */
export function nextInReading(scene: Scene, from: ObjectId | undefined, direction: 1 | -1): ObjectId | null {
  const line = lineHeight(scene)
  const placeOf = ({ part, row }: SceneRow): ReadingPlace => {
    const { x, y } = boxCentre(boxAt(part, row))
    return { part, row, line: Math.floor(y / line), x }
  }
  const rank = new Map(scene.parts.map((part, at) => [part, at]))
  const isBefore = (a: ReadingPlace, b: ReadingPlace): boolean => {
    const by = a.line - b.line || a.x - b.x || rank.get(a.part)! - rank.get(b.part)! || a.row - b.row
    return direction * by < 0
  }
  const at = from === undefined ? null : scene.find(from)
  const here = at && placeOf(at)
  let [first, next]: [ReadingPlace | null, ReadingPlace | null] = [null, null]
  for (const one of shownRows(scene)) {
    const place = placeOf(one)
    if (!first || isBefore(place, first)) first = place
    if (here && isBefore(here, place) && (!next || isBefore(place, next))) next = place
  }
  const found = next ?? first
  return found === null ? null : found.part.rows.idAt(found.row)
}

/** The height of the median object, at least a pixel. */
function lineHeight(scene: Scene): number {
  const heights = new Float64Array(scene.parts.reduce((sum, { rows }) => sum + rows.count, 0))
  let count = 0
  for (const { part, row } of shownRows(scene)) heights[count++] = part.rows.bounds[4 * row + 3]!
  const sorted = heights.subarray(0, count).sort()
  return Math.max(1, sorted[count >> 1] ?? 1)
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
