import { type Box } from '#shared/geometry/box.ts'
import { type Frame } from '#shared/geometry/frame.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { type Draft } from '../tools/gesture.ts'
import { boundsOf, isOutlined } from './area-outline.ts'
import { cornerPlaces, isCornered } from '../tools/corner-gesture.ts'
import { type AreaPictures } from './area-pictures.ts'
import { type SnapPlace } from '../tools/snapping.ts'
import { areaLine, fillArea, strokeAreas, strokeSelectedArea } from './draw-areas.ts'
import { boxColors, NO_COLOR, type Brushes } from './draw-mass.ts'
import { drawBrush, drawClicks, drawCorners, drawFrameHandles, drawLine, drawPolygon, drawSnap, type BrushCircle } from './draw-tools.ts'
import { drawPlate, drawRuler, onScreen, screenBounds, screenRect } from './draw-plates.ts'
import { frameOf } from './frame-handles.ts'
import { deviceArea } from './mass-plan.ts'
import { isGuess, type ObjectId, type Scene, type SceneObject } from './scene.ts'
import {
  deviceRect,
  penOf,
  stamp,
  strokeBoxes,
  strokeDark,
  strokeLines,
  strokeSelected,
  type BoxColors,
  type DeviceRect,
} from './strokes.ts'
import { toUpright, type Transform } from './view-geometry.ts'
import { rotatedBack, rotationOf } from './view-turn.ts'

/** What the edit layer shows: everything about the few objects that the person deals with now. */
export interface EditPicture {
  readonly scene: Scene
  readonly draft: Draft
  readonly selected: ReadonlySet<ObjectId>
  readonly hovered: ObjectId | null
  readonly accepted: ReadonlySet<ObjectId>
  readonly colors: ReadonlyMap<ClassId, string>
  readonly names: ReadonlyMap<ClassId, string>
  readonly classId: ClassId | null
  /** Handles are for tools that can use them. */
  readonly handles: boolean
  /** Where lines help to aim at (drawing tools), CSS pixels. */
  readonly aim: Point | null
  /** The brush or eraser under the pointer. */
  readonly brush: BrushCircle | null
  /** What the pointer is drawn to. */
  readonly snap: SnapPlace | null
  /** Pictures of the areas that are being painted. */
  readonly areas: AreaPictures
  readonly micronsPerPixel: number | null
  /** Image to device pixels. */
  readonly transform: Transform
  readonly canvas: Size
  /** Degrees clockwise by which the context turns what is drawn. */
  readonly angle: number
  readonly brushes: Brushes
}

type Context = CanvasRenderingContext2D

/** Whether there is anything to draw: an empty layer need not be cleared again. */
export function isEmptyEdit({ draft, selected, hovered, accepted, aim, brush, snap }: EditPicture): boolean {
  return (
    draft.shapes.size + draft.areas.length + selected.size + accepted.size === 0 &&
    draft.fresh === null &&
    draft.clicks.length === 0 &&
    draft.polygon === null &&
    draft.line.length === 0 &&
    draft.band === null &&
    brush === null &&
    snap === null &&
    hovered === null &&
    aim === null
  )
}

export function drawEdit(context: Context, picture: EditPicture): void {
  const { draft, scene, selected, hovered, accepted } = picture
  if (picture.aim) drawAim(context, picture.aim, picture)
  const hover = hovered === null || draft.shapes.size > 0 ? undefined : scene.byId.get(hovered)
  if (hover && !selected.has(hover.id)) drawHovered(context, hover, picture)
  drawSelected(context, picture)
  drawAreas(context, picture)
  for (const id of accepted) drawTick(context, scene.byId.get(id), picture)
  if (draft.fresh) drawFresh(context, draft.fresh, picture)
  if (draft.band) drawBand(context, draft.band, picture)
  const { pixelRatio } = picture.brushes
  if (draft.polygon) drawPolygon(context, draft.polygon, colorOf(picture, picture.classId), picture.transform, pixelRatio)
  drawLine(context, draft.line, picture.transform, pixelRatio)
  drawClicks(context, draft.clicks, picture.transform, pixelRatio)
  if (picture.brush) drawBrush(context, picture.brush, pixelRatio)
  if (picture.snap) drawSnap(context, picture.snap, picture.transform, pixelRatio)
  if (hover && draft.fresh === null && draft.band === null) drawName(context, hover, picture)
}

function drawAreas(context: Context, picture: EditPicture): void {
  const { draft, scene, transform, canvas, areas, brushes, classId } = picture
  const classOf = (id: ObjectId | null): ClassId | null => (id === null ? classId : (scene.byId.get(id)?.classId ?? null))
  const { pixelRatio } = brushes
  areas.draw(context, draft.areas, { colorOf: (id) => colorOf(picture, classOf(id)), transform, canvas, pixelRatio })
}

interface Look {
  readonly classId: ClassId | null
  /** Line width in CSS pixels. */
  readonly width: number
  readonly guess: boolean
  readonly selected: boolean
}

function outline(context: Context, shape: PlacedShape, look: Look, picture: EditPicture): void {
  const { classId, width, selected } = look
  const { transform, brushes, canvas } = picture
  if (shape.type === 'point') {
    const at = { x: shape.x * transform.scale + transform.x, y: shape.y * transform.scale + transform.y }
    if (selected) stamp(context, brushes.marker('#1a1a1a', 8), at.x, at.y)
    stamp(context, brushes.marker(colorOf(picture, classId), selected ? 6 : 5.5), at.x, at.y)
    return
  }
  const pen = penOf(width, brushes.pixelRatio)
  const style = lineColors(look, picture)
  if (isOutlined(shape)) {
    const area = deviceArea(shape, transform, canvas)
    if (selected) strokeSelectedArea(context, area, pen, brushes.pixelRatio)
    strokeAreas(context, [area], pen, areaLine(style, colorOf(picture, classId), 1, brushes.pixelRatio))
    if (area.measured !== null) drawRuler(context, area, colorOf(picture, classId), picture.micronsPerPixel, brushes.pixelRatio)
    return
  }
  const rect = deviceRect(shape, transform)
  if (selected) strokeSelected(context, rect, pen, brushes.pixelRatio)
  strokeBoxes(context, [rect], pen, style)
}

const lineColors = ({ classId, guess }: Look, { colors, brushes, transform }: EditPicture): BoxColors =>
  classId === null ? { kind: 'solid', color: NO_COLOR } : boxColors({ classId, guess }, colors, brushes, transform)

const colorOf = ({ colors }: EditPicture, classId: ClassId | null): string =>
  classId === null ? NO_COLOR : (colors.get(classId) ?? NO_COLOR)

function drawHovered(context: Context, { id, shape, classId }: SceneObject, picture: EditPicture): void {
  const color = colorOf(picture, classId)
  const rect = deviceRect(boundsOf(shape), picture.transform)
  if (!fillsCanvas(rect, picture.canvas)) {
    const fill = fillerOf(context, shape, rect, picture)
    fill('rgba(255, 255, 255, 0.16)')
    context.globalAlpha = 0.12
    fill(color)
    context.globalAlpha = 1
  }
  outline(context, shape, { classId, width: 2, guess: isGuess(id), selected: false }, picture)
}

/** Fills what an object covers; `rect`: its bounds. */
function fillerOf(context: Context, shape: PlacedShape, rect: DeviceRect, { transform, canvas }: EditPicture): (style: string) => void {
  if (isOutlined(shape)) {
    const area = deviceArea(shape, transform, canvas)
    return (style) => {
      fillArea(context, area, style)
    }
  }
  return (style) => {
    context.fillStyle = style
    context.fillRect(rect.x, rect.y, rect.width, rect.height)
  }
}

/** Whether a box takes up most of the canvas: a fill would then change the colours that the person is looking at from close by. */
const fillsCanvas = ({ width, height }: DeviceRect, canvas: Size): boolean => width > canvas.width * 0.6 || height > canvas.height * 0.6

/** Selected objects and those that a gesture changes; the size is told while it changes. */
function drawSelected(context: Context, still: EditPicture): void {
  const { draft, scene, selected } = still
  const picture = { ...still, transform: shiftedBy(still.transform, draft.shift) }
  const changing = draft.shapes.size > 0
  const painted = new Set(draft.areas.map(({ id }) => id))
  const resting = [...selected].filter((id) => !painted.has(id))
  const shapes = changing ? [...draft.shapes] : resting.flatMap((id) => pair(id, scene.byId.get(id)?.shape))
  for (const [id, shape] of shapes) {
    const object = scene.byId.get(id)
    if (object) outline(context, shape, { classId: object.classId, width: 3, guess: isGuess(id) && !changing, selected: true }, picture)
  }
  const [only] = shapes
  if (shapes.length !== 1 || only === undefined || scene.byId.get(only[0])?.locked === true) return
  if (isCornered(only[1]) && picture.handles && draft.shift.x === 0 && draft.shift.y === 0) {
    const places = cornerPlaces(only[1], picture.transform.scale / picture.brushes.pixelRatio)
    drawCorners(context, changing ? [] : places, picture.transform, picture.brushes.pixelRatio)
  }
  const framed = frameOf(only[1])
  if (framed === null) return
  if (picture.handles) drawFrameHandles(context, framed, picture.transform, picture.brushes.pixelRatio)
  if (changing) drawFrameSize(context, only[1], framed, picture)
}

const shiftedBy = ({ scale, x, y }: Transform, shift: Point): Transform => ({ scale, x: x + shift.x * scale, y: y + shift.y * scale })

const pair = (id: ObjectId, shape: PlacedShape | undefined): (readonly [ObjectId, PlacedShape])[] => (shape ? [[id, shape]] : [])

function drawFresh(context: Context, shape: PlacedShape, picture: EditPicture): void {
  outline(context, shape, { classId: picture.classId, width: 2, guess: false, selected: false }, picture)
  const framed = frameOf(shape)
  if (framed !== null) drawFrameSize(context, shape, framed, picture)
}

function drawBand(context: Context, band: Box, { transform, angle, brushes: { pixelRatio } }: EditPicture): void {
  const turn = rotationOf(angle)
  const corner = (across: number, down: number): Point =>
    toUpright(transform, rotatedBack(turn, { x: band.x + across * band.width, y: band.y + down * band.height }))
  const rect = screenRect(context, [corner(0, 0), corner(1, 1)])
  onScreen(context, () => {
    context.fillStyle = 'rgba(255, 255, 255, 0.12)'
    context.fillRect(rect.x, rect.y, rect.width, rect.height)
    const pen = penOf(1, pixelRatio)
    strokeDark(context, [rect], pen)
    strokeLines(context, [rect], pen, '#ffffff')
  })
}

/** Lines through the pointer across the canvas, a dark one beside a light one. */
function drawAim(context: Context, aim: Point, { canvas, brushes: { pixelRatio } }: EditPicture): void {
  const line = Math.max(1, Math.round(pixelRatio / 2))
  const x = Math.round(aim.x * pixelRatio)
  const y = Math.round(aim.y * pixelRatio)
  context.fillStyle = 'rgba(255, 255, 255, 0.55)'
  context.fillRect(x, 0, line, canvas.height)
  context.fillRect(0, y, canvas.width, line)
  context.fillStyle = 'rgba(0, 0, 0, 0.55)'
  context.fillRect(x + line, 0, line, canvas.height)
  context.fillRect(0, y + line, canvas.width, line)
}

/** `34 × 28 px`, and in micrometres where the image is calibrated. */
export function sizeText({ width, height }: Size, micronsPerPixel: number | null): string {
  const digits = Math.min(width, height) < 10 ? 1 : 0
  const pixels = t('{{width}} × {{height}} px', { width: shownDecimals(width, digits), height: shownDecimals(height, digits) })
  if (micronsPerPixel === null) return pixels
  return `${pixels}  ${shownDecimals(width * micronsPerPixel, 1)} × ${shownDecimals(height * micronsPerPixel, 1)} µm`
}

/** Its sides below it, and how far it is turned. */
function drawFrameSize(context: Context, shape: PlacedShape, frame: Frame, picture: EditPicture): void {
  const { x, y, height } = screenBounds(context, deviceRect(boundsOf(shape), picture.transform))
  const gap = 8 * picture.brushes.pixelRatio
  const angle = frame.angle === 0 ? '' : `  ${String(Math.round(frame.angle * 10) / 10)}°`
  drawText(context, sizeText(frame, picture.micronsPerPixel) + angle, { x, y: y + height + gap }, picture)
}

/** The hovered object's class, and the score of a guess. */
function drawName(context: Context, { shape, classId, score }: SceneObject, picture: EditPicture): void {
  const name = picture.names.get(classId) ?? ''
  const text = score === null ? name : `${name} ${shownDecimals(score, 2)}`
  const rect = deviceRect(boundsOf(shape), picture.transform)
  if (fillsCanvas(rect, picture.canvas)) return
  const lift = 26 * picture.brushes.pixelRatio
  const { x, y } = screenBounds(context, rect)
  drawText(context, text, { x, y: y - lift }, picture)
}

/** `at`: top-left corner on the canvas as it is seen, device pixels. */
function drawText(context: Context, text: string, at: Point, { brushes: { pixelRatio } }: EditPicture): void {
  drawPlate(context, text, at, pixelRatio)
}

/** A tick in a disc at the corner of an object that was accepted a moment ago. */
function drawTick(context: Context, object: SceneObject | undefined, picture: EditPicture): void {
  if (!object) return
  const ratio = picture.brushes.pixelRatio
  const rect = screenBounds(context, deviceRect(boundsOf(object.shape), picture.transform))
  const x = rect.x + rect.width
  const y = rect.y
  onScreen(context, () => {
    stamp(context, picture.brushes.marker('#1a1a1a', 8), x, y)
    context.strokeStyle = '#ffffff'
    context.lineWidth = 2 * ratio
    context.beginPath()
    context.moveTo(x - 3.5 * ratio, y)
    context.lineTo(x - 1 * ratio, y + 2.8 * ratio)
    context.lineTo(x + 3.8 * ratio, y - 3 * ratio)
    context.stroke()
  })
}
