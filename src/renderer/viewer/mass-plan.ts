import { type Box } from '#shared/geometry/box.ts'
import { lineLength } from '#shared/geometry/line.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { BOX, POINT, POLYLINE, RULER, SHAPE_KINDS } from '#shared/objects/shape-columns.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { RowSet } from '../objects/row-set.ts'
import { type SceneRows } from '../objects/rows.ts'
import { boundsOf, devicePath, ringsOf, type OutlinedShape, type Rings } from './area-outline.ts'
import { createGrid, crowdedCells, type DensityCells, type Grid } from './density-grid.ts'
import { boxAt, classAt, rowsWithin, type ObjectId, type Scene, type ScenePart } from './scene.ts'
import { deviceRect, type DeviceRect } from './strokes.ts'
import { type Transform } from './view-geometry.ts'

/** An area or a line as it is drawn: its outline and its bounds, device pixels. */
export interface DeviceArea {
  readonly rings: Rings
  readonly rect: DeviceRect
  /** A line, which covers nothing. */
  readonly open: boolean
  /** Of a ruler how much it measures, image pixels. */
  readonly measured: number | null
}

/** Objects of one class and state, drawn in one go. */
export interface Batch {
  readonly classId: ClassId
  readonly guess: boolean
  readonly selected: boolean
  /** Batches of a higher level are drawn over those of a lower one. */
  readonly level: number
  readonly rects: DeviceRect[]
  readonly areas: DeviceArea[]
  /** Middles of points, device pixels. */
  readonly points: Point[]
}

export interface MassPlan {
  readonly batches: readonly Batch[]
  readonly density: DensityCells
  /** How many selected objects each of its cells counts. */
  readonly selectedDensity: Uint32Array
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
/** From so many points in one cell on, markers would only cover each other; those of the cells beside it go with them, so that no frayed edge of markers is left. */
const CROWDED_POINTS = 12
/** The same where many objects are in sight. */
const CROWDED_OF_MANY = 1

export interface MassRequest {
  readonly scene: Scene
  readonly hidden: ReadonlySet<ObjectId>
  /** Objects that are to look selected. */
  readonly selected?: ReadonlySet<ObjectId>
  /** Image to device pixels of the canvas. */
  readonly transform: Transform
  /** Canvas in device pixels. */
  readonly width: number
  readonly height: number
  readonly pixelRatio: number
  /** Whether the viewport shows a place of the canvas, which reaches beyond it. */
  readonly isSeen: (x: number, y: number) => boolean
}

/** What a canvas shows of a scene, sorted but for what is selected. */
export interface SortedMass extends Omit<MassPlan, 'batches' | 'selectedDensity'> {
  readonly parts: readonly Sorted[]
}

interface Sorted {
  readonly part: ScenePart
  /** Rows in sight and the cell that counts each; those drawn by themselves have none (`SINGLE`). Those that a gesture hides are left out. */
  readonly rows: Uint32Array
  readonly cells: Int32Array
}

const SINGLE = -1

/** Sorts what a canvas shows into batches and density cells. Every object in sight is in exactly one of them. */
export function planMass(request: MassRequest, sorted: SortedMass = sortMass(request)): MassPlan {
  const { selected = NONE } = request
  const { parts, ...known } = sorted
  const batches = new Map<string, Batch>()
  const selectedDensity = new Uint32Array(known.density.columns * known.density.rows)
  for (const { part, rows, cells } of parts) {
    const marks = marksOf(part.rows, selected)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const isSelected = marks !== null && marks[row] === 1
      if (cells[i] !== SINGLE) selectedDensity[cells[i]!]! += Number(isSelected)
      else addTo(batchOf(batches, { classId: classAt(part, row), guess: part.guess, selected: isSelected, level: part.rows.levelAt(row) }), part, row, request) // prettier-ignore
    }
  }
  return { batches: [...batches.values()], selectedDensity, ...known }
}

/** Sorts, or gives what was sorted last while nothing has changed that it hangs on, told as `hangsOn`: another selection alone needs no second look. */
export function createSorting(): (request: MassRequest, hangsOn: readonly unknown[]) => SortedMass {
  let last: { readonly on: readonly unknown[]; readonly sorted: SortedMass } | null = null
  return (request, hangsOn) => {
    const same = last?.on.length === hangsOn.length && last.on.every((value, i) => value === hangsOn[i])
    if (!same || last === null) last = { on: hangsOn, sorted: sortMass(request) }
    return last.sorted
  }
}

function sortMass(request: MassRequest): SortedMass {
  const region = seenRegion(request)
  const seen = request.scene.parts.map((part) => ({ part, rows: rowsWithin(part, region) }))
  const many = seen.reduce((sum, { rows }) => sum + rows.length, 0)
  const grid = createGrid(request)
  const sorter: Sorter = {
    request,
    smallest: (many > MANY ? SMALLEST_OF_MANY : SMALLEST_BOX) * request.pixelRatio,
    grid,
    crowded: crowdsOf(request, grid, seen, many > MANY ? CROWDED_OF_MANY : CROWDED_POINTS),
    counts: new Map(),
  }
  const sums = { single: 0, dense: 0, inSight: { single: 0, dense: 0 } }
  const parts = seen.map((one) => sortPart(one, sorter, sums))
  const { first, columns, rows } = grid
  return { parts, density: { first, columns, rows, counts: sorter.counts }, ...sums }
}

interface Sorter {
  readonly request: MassRequest
  /** Device pixels below which an object is no longer drawn by itself. */
  readonly smallest: number
  readonly grid: Grid
  /** 1 where the points of a cell are too many for single markers. */
  readonly crowded: Uint8Array | null
  /** By class what each cell counts. */
  readonly counts: Map<ClassId, Uint32Array>
}

interface Seen {
  readonly part: ScenePart
  readonly rows: Uint32Array
}

const NONE: ReadonlySet<ObjectId> = new Set()

const marked = new WeakMap<ReadonlySet<ObjectId>, WeakMap<SceneRows, Uint8Array>>()

/** 1 for each row that one of some ids stands for, null without ids. Looked up once for a set: with a hundred thousand selected, each frame would wait. */
function marksOf(rows: SceneRows, ids: ReadonlySet<ObjectId>): Uint8Array | null {
  if (ids.size === 0) return null
  if (ids instanceof RowSet) return ids.marksOf(rows)
  const ofIds = marked.get(ids) ?? new WeakMap<SceneRows, Uint8Array>()
  marked.set(ids, ofIds)
  const known = ofIds.get(rows)
  if (known) return known
  const marks = new Uint8Array(rows.count)
  for (const id of ids) {
    const row = rows.rowOf(id)
    if (row >= 0) marks[row] = 1
  }
  ofIds.set(rows, marks)
  return marks
}

/** A loop over numbers alone: this is where a million objects pass. */
function sortPart({ part, rows }: Seen, { request, smallest, grid, crowded, counts }: Sorter, sums: Sums): Sorted {
  const { hidden, transform, isSeen } = request
  const { scale, x: left, y: top } = transform
  const { bounds, kinds, classCodes, classes } = part.rows
  const byCode = classes.map((classId) => counts.get(classId))
  const counted = (code: number): Uint32Array => {
    const of = new Uint32Array(grid.size)
    counts.set(classes[code]!, of)
    return (byCode[code] = of)
  }
  const hiddenMarks = marksOf(part.rows, hidden)
  const [kept, cells] = [hiddenMarks === null ? rows : new Uint32Array(rows.length), new Int32Array(rows.length)]
  let [count, single, singleInSight, inSight] = [0, 0, 0, 0]
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (hiddenMarks !== null && hiddenMarks[row] === 1) continue
    const at = 4 * row
    const [width, height] = [bounds[at + 2]!, bounds[at + 3]!]
    const x = (bounds[at]! + width / 2) * scale + left
    const y = (bounds[at + 1]! + height / 2) * scale + top
    const cell = grid.cellOf(x, y)
    const isDense = kinds[row] === POINT ? crowded !== null && crowded[cell] === 1 : (width > height ? width : height) * scale < smallest
    const seen = isSeen(x, y) ? 1 : 0
    if (isDense) (byCode[classCodes[row]!] ?? counted(classCodes[row]!))[cell]!++
    else {
      single++
      singleInSight += seen
    }
    inSight += seen
    kept[count] = row
    cells[count++] = isDense ? cell : SINGLE
  }
  sums.single += single
  sums.dense += count - single
  sums.inSight.single += singleInSight
  sums.inSight.dense += inSight - singleInSight
  return { part, rows: kept.subarray(0, count), cells: cells.subarray(0, count) }
}

interface Sums {
  single: number
  dense: number
  readonly inSight: { single: number; dense: number }
}

function addTo(batch: Batch, part: ScenePart, row: number, { transform, width, height }: MassRequest): void {
  const kind = part.rows.kinds[row]
  const box = boxAt(part, row)
  if (kind === BOX) batch.rects.push(deviceRect(box, transform))
  else if (kind === POINT) batch.points.push({ x: box.x * transform.scale + transform.x, y: box.y * transform.scale + transform.y })
  else batch.areas.push(areaOn(part.rows.ringsAt(row), kind, box, transform, { width, height }))
}

/** An area as a canvas of a size (device pixels) shows it. */
export function deviceArea(shape: OutlinedShape, transform: Transform, canvas: Size): DeviceArea {
  return areaOn(ringsOf(shape), SHAPE_KINDS.indexOf(shape.type), boundsOf(shape), transform, canvas)
}

function areaOn(rings: Rings, kind: number | undefined, bounds: Box, transform: Transform, canvas: Size): DeviceArea {
  return {
    rings: rings.map((ring) => devicePath(ring, transform, canvas)),
    rect: deviceRect(bounds, transform),
    open: kind === POLYLINE || kind === RULER,
    measured: kind === RULER ? lineLength(rings[0] ?? []) : null,
  }
}

/** What of the image the canvas shows, with the room that lines and markers take. */
function seenRegion({ transform, width, height, pixelRatio }: MassRequest): Box {
  const room = roomOf(pixelRatio) / transform.scale
  return {
    x: -transform.x / transform.scale - room,
    y: -transform.y / transform.scale - room,
    width: width / transform.scale + 2 * room,
    height: height / transform.scale + 2 * room,
  }
}

const roomOf = (pixelRatio: number): number => 10 * pixelRatio

function batchOf(batches: Map<string, Batch>, which: Pick<Batch, 'classId' | 'guess' | 'selected' | 'level'>): Batch {
  const key = `${String(which.guess)} ${String(which.selected)} ${String(which.level)} ${which.classId}`
  const batch = batches.get(key) ?? { ...which, rects: [], areas: [], points: [] }
  batches.set(key, batch)
  return batch
}

/** 1 for each cell whose points, or those of a cell beside it, are too many; null where no cell can have so many. */
function crowdsOf(request: MassRequest, grid: Grid, seen: readonly Seen[], limit: number): Uint8Array | null {
  const { scale, x: left, y: top } = request.transform
  const sums = new Uint32Array(grid.size)
  let points = 0
  for (const { part, rows } of seen) {
    const { kinds, bounds } = part.rows
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      if (kinds[row] !== POINT) continue
      sums[grid.cellOf(bounds[4 * row]! * scale + left, bounds[4 * row + 1]! * scale + top)]!++
      points++
    }
  }
  return points > limit ? crowdedCells(sums, grid.columns, limit) : null
}
