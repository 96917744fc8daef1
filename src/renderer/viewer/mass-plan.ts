import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { boundsOf, devicePath, isOutlined, ringsOf, type OutlinedShape, type Rings } from './area-outline.ts'
import { isGuess, type ObjectId, type Scene } from './scene.ts'
import { deviceRect, type DeviceRect } from './strokes.ts'
import { type Transform } from './view-geometry.ts'

/** An area as it is drawn: its outline and its bounds, device pixels. */
export interface DeviceArea {
  readonly rings: Rings
  readonly rect: DeviceRect
}

/** Objects of one class and state, drawn in one go. */
export interface Batch {
  readonly classId: ClassId
  readonly guess: boolean
  readonly rects: DeviceRect[]
  readonly areas: DeviceArea[]
  /** Middles of points, device pixels. */
  readonly points: Point[]
}

/** Objects too small to be told apart, counted by cells of the screen; the first cell begins at the image's corner, so that cells move with it. */
export interface DensityCell {
  readonly column: number
  readonly row: number
  readonly counts: ReadonlyMap<ClassId, number>
}

export interface MassPlan {
  readonly batches: readonly Batch[]
  readonly density: readonly DensityCell[]
  /** Objects drawn one by one, and objects that only the density picture shows. */
  readonly single: number
  readonly dense: number
  /** The same for those alone whose middle lies in the viewport, without the canvas' margin. */
  readonly inSight: { readonly single: number; readonly dense: number }
}

/** Side in CSS pixels below which a box or an area is no longer drawn by itself, and where so many are in sight that their lines would run together. */
export const SMALLEST_BOX = 3
const SMALLEST_OF_MANY = 8
const MANY = 6000
/** Side in CSS pixels of the density picture's cells. */
export const DENSITY_CELL = 12
/** From so many points in one cell on, markers would only cover each other. */
const CROWDED_POINTS = 12

export interface MassRequest {
  readonly scene: Scene
  readonly hidden: ReadonlySet<ObjectId>
  /** Image to device pixels of the canvas. */
  readonly transform: Transform
  /** Canvas in device pixels. */
  readonly width: number
  readonly height: number
  readonly pixelRatio: number
  /** How far the canvas reaches beyond the viewport, device pixels. */
  readonly margin: number
}

/** Sorts what a canvas shows of a scene into batches and density cells. Every object in sight is in exactly one of them. */
export function planMass(request: MassRequest): MassPlan {
  const { scene, hidden, transform, pixelRatio } = request
  const batches = new Map<string, Batch>()
  const density = createDensity(DENSITY_CELL * pixelRatio, transform)
  const crowded = crowdedCells(request)
  const seen = seenIndices(request)
  const smallest = (seen.length > MANY ? SMALLEST_OF_MANY : SMALLEST_BOX) * pixelRatio
  let single = 0
  const inSight = { single: 0, dense: 0 }
  for (const index of seen) {
    const { id, classId, shape } = scene.objects[index]!
    if (hidden.has(id)) continue
    const bounds = boundsOf(shape)
    const x = (bounds.x + bounds.width / 2) * transform.scale + transform.x
    const y = (bounds.y + bounds.height / 2) * transform.scale + transform.y
    const tiny = shape.type !== 'point' && Math.max(bounds.width, bounds.height) * transform.scale < smallest
    const dense = tiny || (shape.type === 'point' && crowded(x, y))
    if (isInside(x, y, request)) inSight[dense ? 'dense' : 'single']++
    if (dense) {
      density.add(x, y, classId)
      continue
    }
    single++
    addTo(batchOf(batches, classId, isGuess(id)), shape, request)
  }
  return { batches: [...batches.values()], density: density.cells(), single, dense: density.total(), inSight }
}

function addTo(batch: Batch, shape: PlacedShape, { transform, width, height }: MassRequest): void {
  if (shape.type === 'box') batch.rects.push(deviceRect(shape, transform))
  else if (isOutlined(shape)) batch.areas.push(deviceArea(shape, transform, { width, height }))
  else batch.points.push({ x: shape.x * transform.scale + transform.x, y: shape.y * transform.scale + transform.y })
}

/** An area as a canvas of a size (device pixels) shows it. */
export function deviceArea(shape: OutlinedShape, transform: Transform, canvas: Size): DeviceArea {
  return { rings: ringsOf(shape).map((ring) => devicePath(ring, transform, canvas)), rect: deviceRect(boundsOf(shape), transform) }
}

function isInside(x: number, y: number, { width, height, margin }: MassRequest): boolean {
  return x >= margin && y >= margin && x < width - margin && y < height - margin
}

/** Indices of objects whose bounds, with the room that lines and markers take, meet the canvas. Guesses come first: truth is drawn over them. */
function seenIndices({ scene, transform, width, height, pixelRatio }: MassRequest): number[] {
  const room = (10 * pixelRatio) / transform.scale
  const region = {
    x: -transform.x / transform.scale - room,
    y: -transform.y / transform.scale - room,
    width: width / transform.scale + 2 * room,
    height: height / transform.scale + 2 * room,
  }
  // The scene's order, whatever the index' own: overlapping lines must not swap while panning.
  return scene
    .index()
    .search(region)
    .sort((a, b) => a - b)
}

function batchOf(batches: Map<string, Batch>, classId: ClassId, guess: boolean): Batch {
  const key = `${guess ? 'guess' : 'truth'} ${classId}`
  const batch = batches.get(key) ?? { classId, guess, rects: [], areas: [], points: [] }
  batches.set(key, batch)
  return batch
}

/** Tells whether a device pixel lies in a cell with too many points for single markers. */
function crowdedCells(request: MassRequest): (x: number, y: number) => boolean {
  const { scene, transform, pixelRatio } = request
  const points = scene.objects.flatMap(({ shape }) => (shape.type === 'point' ? [shape] : []))
  if (points.length <= CROWDED_POINTS) return () => false
  const side = DENSITY_CELL * pixelRatio
  const counts = new Map<string, number>()
  const keyOf = (x: number, y: number): string => `${String(Math.floor(x / side))} ${String(Math.floor(y / side))}`
  for (const point of points) {
    const key = keyOf(point.x * transform.scale + transform.x, point.y * transform.scale + transform.y)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (x, y) => (counts.get(keyOf(x, y)) ?? 0) > CROWDED_POINTS
}

interface DensityBuilder {
  readonly add: (x: number, y: number, classId: ClassId) => void
  readonly cells: () => DensityCell[]
  readonly total: () => number
}

function createDensity(side: number, { x: left, y: top }: Transform): DensityBuilder {
  const cells = new Map<string, { column: number; row: number; counts: Map<ClassId, number> }>()
  let total = 0
  return {
    add: (x, y, classId) => {
      const column = Math.floor((x - left) / side)
      const row = Math.floor((y - top) / side)
      const key = `${String(column)} ${String(row)}`
      const cell = cells.get(key) ?? { column, row, counts: new Map<ClassId, number>() }
      cells.set(key, cell)
      cell.counts.set(classId, (cell.counts.get(classId) ?? 0) + 1)
      total++
    },
    cells: () => [...cells.values()],
    total: () => total,
  }
}
