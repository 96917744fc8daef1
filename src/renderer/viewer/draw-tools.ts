import { type Frame } from '#shared/geometry/frame.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type Click } from '#shared/outline/prompt.ts'
import { type Stores } from '../state/stores.ts'
import { brushOnScreen } from '../state/tool.ts'
import { type DraftPolygon } from '../tools/gesture.ts'
import { type CornerPlace } from '../tools/corner-gesture.ts'
import { type SnapPlace } from '../tools/snapping.ts'
import { CLOSE_REACH } from '../tools/polygon-gesture.ts'
import { paints } from '../tools/tool-set.ts'
import { canTurn, framePlaces, turnHandle } from './frame-handles.ts'
import { HANDLE_SIZE } from './handles.ts'
import { DARK_HALO } from './strokes.ts'
import { type Transform } from './view-geometry.ts'

type Context = CanvasRenderingContext2D

/** The brush under the pointer, CSS pixels. */
export interface BrushCircle {
  readonly at: Point
  readonly radius: number
}

/** The brush at a place on the screen (CSS pixels); null where the tool does not paint. A running stroke keeps its width on the image. */
export function brushPicture(
  { tool, view, gesture: { getState } }: Pick<Stores, 'tool' | 'view' | 'gesture'>,
  at: Point,
): BrushCircle | null {
  const tools = tool.getState()
  if (!paints(tools.tool)) return null
  const { gesture } = getState()
  const { zoom } = view.getState().view
  return { at, radius: gesture.kind === 'stroke' ? gesture.radius * zoom : brushOnScreen(tools, zoom) / 2 }
}

/** A ring as wide as the brush, white beside dark, so that it shows on any stain, with a dot where the pointer is. */
export function drawBrush(context: Context, { at, radius }: BrushCircle, pixelRatio: number): void {
  const [x, y, size] = [at.x * pixelRatio, at.y * pixelRatio, Math.max(2, radius) * pixelRatio]
  ring(context, x, y, size, 3 * pixelRatio, DARK_HALO)
  ring(context, x, y, size, 1.25 * pixelRatio, '#ffffff')
  if (radius < 8) return
  disc(context, x, y, 2 * pixelRatio, DARK_HALO)
  disc(context, x, y, 1.1 * pixelRatio, '#ffffff')
}

function ring(context: Context, x: number, y: number, radius: number, width: number, style: string): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.lineWidth = width
  context.strokeStyle = style
  context.stroke()
}

function disc(context: Context, x: number, y: number, radius: number, style: string): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = style
  context.fill()
}

/** A polygon in the making: what it covers so far, its sides, the side that the next click would add, its corners. */
export function drawPolygon(
  context: Context,
  { corners, at, closing }: DraftPolygon,
  color: string,
  transform: Transform,
  pixelRatio: number,
): void {
  const [first] = corners
  if (first === undefined) return
  const path = (points: readonly Point[]): void => {
    context.beginPath()
    for (const { x, y } of points) context.lineTo(x * transform.scale + transform.x, y * transform.scale + transform.y)
  }
  const points = closing ? corners : [...corners, at]
  path(points)
  context.globalAlpha = 0.25
  context.fillStyle = color
  context.fill('evenodd')
  context.globalAlpha = 1
  if (closing) context.closePath()
  strokeTwice(context, color, pixelRatio)
  path([at, first])
  context.setLineDash([4 * pixelRatio, 4 * pixelRatio])
  if (!closing && corners.length > 1) strokeTwice(context, color, pixelRatio)
  context.setLineDash([])
  // A line by a free hand has too many corners to mark each.
  const marked = corners.length > 200 ? [first] : corners
  for (const corner of marked) knot(context, corner, color, corner === first && closing ? CLOSE_REACH : 3, transform, pixelRatio)
}

/** An open line in the making, to where the pointer is. */
export function drawLine(context: Context, points: readonly Point[], { scale, x, y }: Transform, pixelRatio: number): void {
  if (points.length === 0) return
  context.beginPath()
  for (const point of points) context.lineTo(point.x * scale + x, point.y * scale + y)
  strokeTwice(context, '#ffffff', pixelRatio)
}

function strokeTwice(context: Context, color: string, pixelRatio: number): void {
  context.lineJoin = 'round'
  context.strokeStyle = DARK_HALO
  context.lineWidth = 3.5 * pixelRatio
  context.stroke()
  context.strokeStyle = color
  context.lineWidth = 2 * pixelRatio
  context.stroke()
  context.lineJoin = 'miter'
}

function knot(context: Context, { x, y }: Point, color: string, radius: number, transform: Transform, pixelRatio: number): void {
  const [px, py] = [x * transform.scale + transform.x, y * transform.scale + transform.y]
  disc(context, px, py, (radius + 2) * pixelRatio, DARK_HALO)
  disc(context, px, py, (radius + 1) * pixelRatio, '#ffffff')
  disc(context, px, py, (radius - 0.5) * pixelRatio, color)
}

/** Places that were said to be inside an object, with a plus, and outside of it, with a minus. */
export function drawClicks(context: Context, clicks: readonly Click[], { scale, x, y }: Transform, pixelRatio: number): void {
  for (const click of clicks) {
    const [px, py] = [click.x * scale + x, click.y * scale + y]
    disc(context, px, py, 7 * pixelRatio, '#ffffff')
    disc(context, px, py, 6 * pixelRatio, click.inside ? '#0b6b3a' : '#b3261e')
    const half = 3 * pixelRatio
    context.strokeStyle = '#ffffff'
    context.lineWidth = 1.75 * pixelRatio
    context.beginPath()
    context.moveTo(px - half, py)
    context.lineTo(px + half, py)
    if (click.inside) {
      context.moveTo(px, py - half)
      context.lineTo(px, py + half)
    }
    context.stroke()
  }
}

/** The corners of a selected polygon or line as squares that can be dragged, and smaller discs in the middle of its long sides. */
export function drawCorners(context: Context, places: readonly CornerPlace[], { scale, x, y }: Transform, pixelRatio: number): void {
  for (const { at, middle } of places) {
    const [px, py] = [Math.round(at.x * scale + x), Math.round(at.y * scale + y)]
    if (middle) {
      disc(context, px, py, 3.5 * pixelRatio, '#1a1a1a')
      disc(context, px, py, 2.25 * pixelRatio, '#ffffff')
      continue
    }
    square(context, px, py, 4 * pixelRatio, pixelRatio)
  }
}

/** Where a corner or an edge will snap to: a square frame on a corner, a ring on an edge. */
export function drawSnap(context: Context, { at, what }: SnapPlace, { scale, x, y }: Transform, pixelRatio: number): void {
  const [px, py, half] = [at.x * scale + x, at.y * scale + y, 6 * pixelRatio]
  context.beginPath()
  if (what === 'edge') context.arc(px, py, half, 0, 2 * Math.PI)
  else context.rect(px - half, py - half, 2 * half, 2 * half)
  for (const [style, width] of [
    ['#1a1a1a', 4.5],
    ['#ffffff', 2],
  ] as const) {
    context.strokeStyle = style
    context.lineWidth = width * pixelRatio
    context.stroke()
  }
  disc(context, px, py, 1.5 * pixelRatio, '#ffffff')
}

function square(context: Context, x: number, y: number, half: number, rim: number): void {
  context.fillStyle = '#1a1a1a'
  context.fillRect(x - half, y - half, 2 * half, 2 * half)
  context.fillStyle = '#ffffff'
  context.fillRect(x - half + rim, y - half + rim, 2 * (half - rim), 2 * (half - rim))
}

/** The squares that resize a selected box or ellipse, and the disc above it that turns it. */
export function drawFrameHandles(context: Context, frame: Frame, { scale, x, y }: Transform, pixelRatio: number): void {
  const device = (point: Point): Point => ({ x: point.x * scale + x, y: point.y * scale + y })
  const zoom = scale / pixelRatio
  if (canTurn(frame, zoom)) {
    const { at, from } = turnHandle(frame, zoom)
    const [top, foot] = [device(at), device(from)]
    context.beginPath()
    context.moveTo(foot.x, foot.y)
    context.lineTo(top.x, top.y)
    strokeTwice(context, '#ffffff', pixelRatio)
    disc(context, top.x, top.y, 6 * pixelRatio, '#1a1a1a')
    disc(context, top.x, top.y, 4.5 * pixelRatio, '#ffffff')
  }
  const side = Math.round(HANDLE_SIZE * pixelRatio)
  const rim = Math.max(1, Math.round(1.5 * pixelRatio))
  for (const place of framePlaces(frame, zoom)) {
    const at = device(place)
    square(context, Math.round(at.x - side / 2) + side / 2, Math.round(at.y - side / 2) + side / 2, side / 2, rim)
  }
}
