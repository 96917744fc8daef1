import { boundsOfPoints } from '#shared/geometry/box.ts'
import { lengthText } from '#shared/geometry/line.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type DeviceArea } from './mass-plan.ts'
import { DARK_HALO, deviceRect, type DeviceRect } from './strokes.ts'
import { applied } from './turned-canvas.ts'

type Context = CanvasRenderingContext2D

/** Height of a plate, CSS pixels. */
const HEIGHT = 20

/** Draws on the canvas as it is seen, not turned with the view. */
export function onScreen(context: Context, draw: () => void): void {
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  draw()
  context.restore()
}

/** The upright rectangle on the canvas as it is seen that holds places of the turned one, whole device pixels. */
export function screenRect(context: Context, places: readonly Point[]): DeviceRect {
  const matrix = context.getTransform()
  const bounds = boundsOfPoints(places.map((place) => applied(matrix, place)))
  return deviceRect(bounds ?? { x: 0, y: 0, width: 0, height: 0 }, { scale: 1, x: 0, y: 0 })
}

/** The same of a rectangle of the turned canvas. */
export function screenBounds(context: Context, { x, y, width, height }: DeviceRect): DeviceRect {
  return screenRect(context, [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height },
  ])
}

/** Text on a dark plate, kept inside the canvas as it is seen. `at`: its top-left corner on that, device pixels; with `centred` its middle. */
export function drawPlate(context: Context, text: string, at: Point, pixelRatio: number, centred = false): void {
  onScreen(context, () => {
    plate(context, text, at, pixelRatio, centred)
  })
}

function plate(context: Context, text: string, at: Point, pixelRatio: number, centred: boolean): void {
  const { canvas } = context
  context.font = `${String(12 * pixelRatio)}px system-ui, "Segoe UI", "DejaVu Sans", sans-serif`
  context.textBaseline = 'middle'
  const padding = 6 * pixelRatio
  const height = HEIGHT * pixelRatio
  const width = context.measureText(text).width + 2 * padding
  const [left, top] = centred ? [at.x - width / 2, at.y - height / 2] : [at.x, at.y]
  const x = Math.round(Math.max(2, Math.min(left, canvas.width - width - 2)))
  const y = Math.round(Math.max(2, Math.min(top, canvas.height - height - 2)))
  context.fillStyle = 'rgba(18, 18, 18, 0.86)'
  context.beginPath()
  context.roundRect(x, y, width, height, 3 * pixelRatio)
  context.fill()
  context.fillStyle = '#ffffff'
  context.fillText(text, x + padding, y + height / 2)
}

/** Half the length of the strokes at a ruler's ends, and the shortest ruler that tells its length beside it; CSS pixels. */
const END = 5
const LEAST_TOLD = 24

/** What tells a ruler from a line: strokes across its ends, and its length beside its middle. */
export function drawRuler(context: Context, ruler: DeviceArea, color: string, micronsPerPixel: number | null, pixelRatio: number): void {
  const [path] = ruler.rings
  if (path === undefined || ruler.measured === null || path.length < 4) return
  const [ax, ay, bx, by] = [path[0]!, path[1]!, path[path.length - 2]!, path[path.length - 1]!]
  const length = Math.hypot(bx - ax, by - ay)
  if (length === 0) return
  const [across, down] = [-(by - ay) / length, (bx - ax) / length]
  const half = END * pixelRatio
  context.beginPath()
  for (const [x, y] of [
    [ax, ay],
    [bx, by],
  ] as const) {
    context.moveTo(x - across * half, y - down * half)
    context.lineTo(x + across * half, y + down * half)
  }
  for (const [style, width] of [
    [DARK_HALO, 3.5],
    [color, 2],
  ] as const) {
    context.strokeStyle = style
    context.lineWidth = width * pixelRatio
    context.stroke()
  }
  if (length < LEAST_TOLD * pixelRatio) return
  const matrix = context.getTransform()
  const middle = applied(matrix, { x: (ax + bx) / 2, y: (ay + by) / 2 })
  const end = applied(matrix, { x: bx, y: by })
  const [dx, dy] = [(end.x - middle.x) / (length / 2), (end.y - middle.y) / (length / 2)]
  // Across the line as it is seen: above it, or to the right of a steep one.
  const side = Math.abs(dx) > 0.2 ? -Math.sign(dx) : -Math.sign(dy)
  const away = (HEIGHT * 0.9 + 20 * Math.abs(dy)) * pixelRatio * side
  const text = lengthText(ruler.measured, micronsPerPixel)
  drawPlate(context, text, { x: middle.x - dy * away, y: middle.y + dx * away }, pixelRatio, true)
}
