import { type Size } from '#shared/geometry/point.ts'
import { groupBy } from '#shared/group-by.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { areaLine, fillAreas, strokeAreas, strokeSelectedArea } from './draw-areas.ts'
import { drawRuler } from './draw-plates.ts'
import { DENSITY_CELL, type DensityCell } from './density-grid.ts'
import { type Batch, type MassPlan } from './mass-plan.ts'
import {
  anchorStripes,
  DARK_HALO,
  marker,
  penOf,
  stamp,
  strokeBoxes,
  strokeSelected,
  stripes,
  type BoxColors,
  type DeviceRect,
  type Pen,
} from './strokes.ts'
import { type Transform } from './view-geometry.ts'

/** Colour of a class that is gone. */
export const NO_COLOR = '#bbbbbb'

/** Patterns and markers by colour, made once and kept as long as the pixel ratio stays. */
export interface Brushes {
  readonly pixelRatio: number
  readonly stripes: (color: string) => CanvasPattern | string
  /** `radius` in CSS pixels; that of a point's marker where it is left out. */
  readonly marker: (color: string, radius?: number) => OffscreenCanvas
}

export function createBrushes(pixelRatio: number): Brushes {
  const patterns = new Map<string, CanvasPattern | string>()
  const markers = new Map<string, OffscreenCanvas>()
  const remembered = <T>(map: Map<string, T>, key: string, make: () => T): T => {
    const value = map.get(key) ?? make()
    map.set(key, value)
    return value
  }
  return {
    pixelRatio,
    stripes: (color) => remembered(patterns, color, () => stripes(color, pixelRatio)),
    marker: (color, radius) => remembered(markers, `${color} ${String(radius)}`, () => marker(color, pixelRatio, radius)),
  }
}

export interface MassStyle {
  readonly colors: ReadonlyMap<ClassId, string>
  readonly brushes: Brushes
  readonly transform: Transform
  /** The image's size, which no density cell reaches beyond. */
  readonly image: Size
  /** What rulers are read by; null where the image has no calibration. */
  readonly micronsPerPixel: number | null
  /** Areas get their line alone: a fill would change the colours of a map below. */
  readonly unfilled?: boolean
}

/** How strongly areas are filled: the image stays to be seen through them, a guess's more so. */
const TRUTH_FILL = 0.26
const GUESS_FILL = 0.12

/** Side in CSS pixels below which a box or an area gets the thinnest line. */
const SMALL_BOX = 12

/** Draws a plan on a canvas whose context counts device pixels. */
export function drawMass(context: CanvasRenderingContext2D, plan: MassPlan, style: MassStyle): void {
  drawDensity(context, plan, style)
  for (const batches of layersOf(plan.batches)) {
    for (const batch of batches) if (batch.selected) drawRings(context, batch, style)
    drawAreas(context, batches, style)
    drawRulers(context, batches, style)
    for (const small of [true, false]) drawBoxes(context, batches, small, style)
    for (const batch of batches) drawPoints(context, batch, style)
  }
}

/** Batches that are drawn together, from below: guesses, then truth, each level by level. */
export function layersOf(batches: readonly Batch[]): readonly (readonly Batch[])[] {
  const layers = [...groupBy(batches, ({ guess, level }) => `${String(guess)} ${String(level)}`).values()]
  return layers.sort(([a], [b]) => Number(b!.guess) - Number(a!.guess) || a!.level - b!.level)
}

/** What tells selected objects apart, below their own lines. */
function drawRings(context: CanvasRenderingContext2D, { rects, areas, points }: Batch, { brushes }: MassStyle): void {
  const { pixelRatio } = brushes
  const pen = penOf(2, pixelRatio)
  for (const rect of rects) strokeSelected(context, rect, pen, pixelRatio)
  for (const area of areas) strokeSelectedArea(context, area, pen, pixelRatio)
  const ring = brushes.marker('#1a1a1a', 8)
  for (const { x, y } of points) stamp(context, ring, x, y)
}

function drawBoxes(
  context: CanvasRenderingContext2D,
  batches: readonly Batch[],
  small: boolean,
  { colors, brushes, transform }: MassStyle,
): void {
  const limit = SMALL_BOX * brushes.pixelRatio
  const pen: Pen = penOf(small ? 1 : 2, brushes.pixelRatio)
  const sized = batches.map((batch) => ({ batch, rects: batch.rects.filter((rect) => isSmall(rect, limit) === small) }))
  for (const { batch, rects } of sized) strokeBoxes(context, rects, pen, boxColors(batch, colors, brushes, transform))
}

function drawAreas(context: CanvasRenderingContext2D, batches: readonly Batch[], style: MassStyle): void {
  const { colors, brushes, transform, unfilled = false } = style
  const limit = SMALL_BOX * brushes.pixelRatio
  const many = batches.reduce((sum, { areas }) => sum + areas.length, 0)
  for (const { areas, classId, guess } of unfilled ? [] : batches)
    fillAreas(context, areas, colors.get(classId) ?? NO_COLOR, guess ? GUESS_FILL : TRUTH_FILL)
  for (const small of [true, false])
    for (const batch of batches) {
      const areas = batch.areas.filter(({ rect, open }) => (!open && isSmall(rect, limit)) === small)
      if (areas.length === 0) continue
      const line = areaLine(boxColors(batch, colors, brushes, transform), colors.get(batch.classId) ?? NO_COLOR, many, brushes.pixelRatio)
      strokeAreas(context, areas, penOf(small ? 1 : 2, brushes.pixelRatio), line)
    }
}

function drawRulers(context: CanvasRenderingContext2D, batches: readonly Batch[], { colors, brushes, micronsPerPixel }: MassStyle): void {
  for (const { areas, classId } of batches)
    for (const area of areas)
      if (area.measured !== null) drawRuler(context, area, colors.get(classId) ?? NO_COLOR, micronsPerPixel, brushes.pixelRatio)
}

export function boxColors(
  { classId, guess }: Pick<Batch, 'classId' | 'guess'>,
  colors: ReadonlyMap<ClassId, string>,
  brushes: Brushes,
  transform: Transform,
): BoxColors {
  const color = colors.get(classId) ?? NO_COLOR
  if (!guess) return { kind: 'solid', color }
  const dashes = (of: string): CanvasPattern | string => anchorStripes(brushes.stripes(of), transform)
  return { kind: 'dashed', color: dashes(color), halo: dashes(DARK_HALO) }
}

const isSmall = ({ width, height }: DeviceRect, limit: number): boolean => Math.min(width, height) < limit

function drawPoints(context: CanvasRenderingContext2D, { classId, points }: Batch, { colors, brushes }: MassStyle): void {
  if (points.length === 0) return
  const picture = brushes.marker(colors.get(classId) ?? NO_COLOR)
  for (const { x, y } of points) stamp(context, picture, x, y)
}

/** Opacity of a cell with so many objects: one is seen, and hundreds still differ from tens. */
export function densityAlpha(count: number): number {
  return Math.min(0.85, 0.2 + 0.11 * Math.log2(1 + count))
}

/** Mean colour of a cell's objects, 0 to 255 a channel. */
export function meanColor(counts: ReadonlyMap<ClassId, number>, colors: ReadonlyMap<ClassId, string>): readonly [number, number, number] {
  let total = 0
  const sum: [number, number, number] = [0, 0, 0]
  for (const [classId, count] of counts) {
    const value = Number.parseInt((colors.get(classId) ?? NO_COLOR).slice(1), 16)
    sum[0] += count * (value >> 16)
    sum[1] += count * ((value >> 8) & 255)
    sum[2] += count * (value & 255)
    total += count
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total]
}

/** A white frame round each cell that counts selected objects. */
function frameCells(context: CanvasRenderingContext2D, cells: readonly DensityCell[], { brushes, transform }: MassStyle): void {
  const side = DENSITY_CELL * brushes.pixelRatio
  const line = Math.max(1, Math.round(brushes.pixelRatio))
  context.strokeStyle = 'rgb(255 255 255 / 0.8)'
  context.lineWidth = line
  for (const { column, row } of cells)
    context.strokeRect(
      Math.round(column * side + transform.x) + line / 2,
      Math.round(row * side + transform.y) + line / 2,
      side - line,
      side - line,
    )
}

function drawDensity(
  context: CanvasRenderingContext2D,
  { density, selectedDensity }: Pick<MassPlan, 'density' | 'selectedDensity'>,
  style: MassStyle,
): void {
  if (density.length === 0) return
  const { transform, image } = style
  context.save()
  context.beginPath()
  context.rect(transform.x, transform.y, image.width * transform.scale, image.height * transform.scale)
  context.clip()
  fillCells(context, density, style)
  frameCells(context, selectedDensity, style)
  context.restore()
}

function fillCells(context: CanvasRenderingContext2D, cells: readonly DensityCell[], { colors, brushes, transform }: MassStyle): void {
  const side = DENSITY_CELL * brushes.pixelRatio
  for (const { column, row, counts } of cells) {
    const [red, green, blue] = meanColor(counts, colors)
    let total = 0
    for (const count of counts.values()) total += count
    context.fillStyle = `rgb(${red.toFixed(0)} ${green.toFixed(0)} ${blue.toFixed(0)} / ${densityAlpha(total).toFixed(3)})`
    context.fillRect(Math.round(column * side + transform.x), Math.round(row * side + transform.y), Math.ceil(side), Math.ceil(side))
  }
}
