import { type DeviceArea } from './mass-plan.ts'
import { DARK_HALO, dashOf, type BoxColors, type Pen } from './strokes.ts'

// Outlines of areas go in any direction, so their lines are not set on whole pixels, and the halo is dark on both sides.

/** What lines of areas are drawn with; an empty dash is a solid line. */
export interface AreaLine {
  readonly color: string | CanvasPattern
  readonly halo: string | CanvasPattern
  readonly dash: readonly number[]
}

/** From so many areas in sight on, real dashes take too long: stripes do, though lines along them look solid here and there. */
const TOO_MANY_TO_DASH = 400

/** The line of areas whose boxes would have these colours. `color`: the class's own; `many`: how many areas are in sight. */
export function areaLine(colors: BoxColors, color: string, many: number, pixelRatio: number): AreaLine {
  if (colors.kind === 'solid') return { color: colors.color, halo: DARK_HALO, dash: [] }
  if (many >= TOO_MANY_TO_DASH) return { color: colors.color, halo: colors.halo, dash: [] }
  return { color, halo: DARK_HALO, dash: dashOf(pixelRatio) }
}

type Traced = Pick<DeviceArea, 'rings'> & Partial<Pick<DeviceArea, 'open'>>

function trace(context: CanvasRenderingContext2D, areas: readonly Traced[]): void {
  context.beginPath()
  for (const { rings, open = false } of areas)
    for (const ring of rings) {
      context.moveTo(ring[0]!, ring[1]!)
      for (let i = 2; i < ring.length; i += 2) context.lineTo(ring[i]!, ring[i + 1]!)
      if (!open) context.closePath()
    }
}

/** Outlines with their halo. */
export function strokeAreas(context: CanvasRenderingContext2D, areas: readonly Traced[], pen: Pen, line: AreaLine): void {
  trace(context, areas)
  context.lineJoin = 'round'
  context.setLineDash([...line.dash])
  context.strokeStyle = line.halo
  context.lineWidth = pen.line + 2 * pen.halo
  context.stroke()
  context.strokeStyle = line.color
  context.lineWidth = pen.line
  context.stroke()
  context.setLineDash([])
  context.lineJoin = 'miter'
}

/** White between dark under the line of a selected area: as the ring around a selected box. */
export function strokeSelectedArea(context: CanvasRenderingContext2D, area: DeviceArea, pen: Pen, pixelRatio: number): void {
  const white = Math.max(1, Math.round(1.5 * pixelRatio))
  trace(context, [area])
  context.lineJoin = 'round'
  context.strokeStyle = DARK_HALO
  context.lineWidth = pen.line + 2 * (2 * pen.halo + white)
  context.stroke()
  context.strokeStyle = '#ffffff'
  context.lineWidth = pen.line + 2 * (pen.halo + white)
  context.stroke()
  context.lineJoin = 'miter'
}

/** Fills an area, its holes left out; of a line nothing. */
export function fillArea(context: CanvasRenderingContext2D, area: DeviceArea, style: string): void {
  if (area.open) return
  trace(context, [area])
  context.fillStyle = style
  context.fill('evenodd')
}

/** Fills areas translucently, each for itself: where they overlap, both show. */
export function fillAreas(context: CanvasRenderingContext2D, areas: readonly DeviceArea[], color: string, alpha: number): void {
  context.globalAlpha = alpha
  for (const area of areas) fillArea(context, area, color)
  context.globalAlpha = 1
}
