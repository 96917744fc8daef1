import { type Point, type Size } from '#shared/geometry/point.ts'
import { groupBy } from '#shared/group-by.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { areaLine, fillAreas, strokeAreas, strokeSelectedArea } from './draw-areas.ts'
import { drawRuler } from './draw-plates.ts'
import { DENSITY_CELL, densityPixels, type DensityCells } from './density-grid.ts'
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

/** The density picture: a pixel for each cell, enlarged, and a white frame round each cell that counts selected objects. */
function drawDensity(context: CanvasRenderingContext2D, { density, selectedDensity }: MassPlan, style: MassStyle): void {
  if (density.counts.size === 0) return
  const { transform, image, brushes, colors } = style
  const side = DENSITY_CELL * brushes.pixelRatio
  const { columns, rows, first } = density
  const [x, y] = [Math.round(first.column * side + transform.x), Math.round(first.row * side + transform.y)]
  const colorOf = (classId: ClassId): number => Number.parseInt((colors.get(classId) ?? NO_COLOR).slice(1), 16)
  context.save()
  context.beginPath()
  context.rect(transform.x, transform.y, image.width * transform.scale, image.height * transform.scale)
  context.clip()
  context.imageSmoothingEnabled = false
  context.drawImage(pictureOf(densityPixels(density, colorOf), columns), x, y, columns * side, rows * side)
  frameCells(context, density, selectedDensity, { x, y }, brushes.pixelRatio)
  context.restore()
}

function pictureOf(pixels: Uint8ClampedArray<ArrayBuffer>, width: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, pixels.length / 4 / width)
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width), 0, 0)
  return canvas
}

/** `origin`: of the first cell, device pixels. */
function frameCells(
  context: CanvasRenderingContext2D,
  { columns }: DensityCells,
  counts: Uint32Array,
  origin: Point,
  pixelRatio: number,
): void {
  const side = DENSITY_CELL * pixelRatio
  const line = Math.max(1, Math.round(pixelRatio))
  context.strokeStyle = 'rgb(255 255 255 / 0.8)'
  context.lineWidth = line
  for (const [cell, count] of counts.entries()) {
    if (count === 0) continue
    const [column, row] = [cell % columns, Math.floor(cell / columns)]
    const [x, y] = [Math.round(column * side + origin.x), Math.round(row * side + origin.y)]
    context.strokeRect(x + line / 2, y + line / 2, side - line, side - line)
  }
}
