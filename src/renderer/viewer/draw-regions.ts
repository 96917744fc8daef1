import { type Size } from '#shared/geometry/point.ts'
import { regionNames, type RegionRecord } from '#shared/records/region.ts'
import { boundsOf, devicePath, ringsOf } from './area-outline.ts'
import { applied, type Matrix } from './turned-canvas.ts'
import { type Transform } from './view-geometry.ts'

type Context = CanvasRenderingContext2D

export interface RegionsPicture {
  readonly regions: readonly RegionRecord[]
  /** Those of them that are drawn: one that is being reshaped is drawn elsewhere. */
  readonly resting: readonly RegionRecord[]
  /** Image to device pixels, before the context's turn. */
  readonly transform: Transform
  readonly canvas: Size
  readonly matrix: Matrix
  readonly pixelRatio: number
}

/** Amber on black: no stain and, by its dashes and its width, no outline of an object looks like it. */
export const REGION_COLOR = '#ffc53d'
const DARK = 'rgba(0, 0, 0, 0.75)'
const DASH = [14, 8] as const

/**
 * Regions of interest as thick dashed frames without a fill, each with its name at its upper left; a tick before it says that it is fully labelled.
 */
export function drawRegions(context: Context, picture: RegionsPicture): void {
  const names = regionNames(picture.regions)
  for (const region of picture.resting) frame(context, region, picture)
  for (const region of picture.resting) nameTag(context, region, names.get(region.id) ?? '', picture)
}

function frame(context: Context, { shape }: RegionRecord, { transform, canvas, pixelRatio }: RegionsPicture): void {
  const { x, y, width, height } = boundsOf(shape)
  const box = [x, y, x + width, y, x + width, y + height, x, y + height]
  const rings = shape.type === 'box' ? [box] : ringsOf(shape)
  context.beginPath()
  for (const ring of rings) {
    const path = devicePath(ring, transform, canvas)
    context.moveTo(path[0]!, path[1]!)
    for (let i = 2; i < path.length; i += 2) context.lineTo(path[i]!, path[i + 1]!)
    context.closePath()
  }
  context.lineJoin = 'round'
  context.strokeStyle = DARK
  context.lineWidth = 5 * pixelRatio
  context.stroke()
  context.setLineDash(DASH.map((length) => length * pixelRatio))
  context.strokeStyle = REGION_COLOR
  context.lineWidth = 3 * pixelRatio
  context.stroke()
  context.setLineDash([])
  context.lineJoin = 'miter'
}

/** Upright whatever the view's angle, at the corner of the bounds; kept within the canvas while the region is in sight. */
function nameTag(context: Context, { shape, fullyLabelled }: RegionRecord, name: string, picture: RegionsPicture): void {
  const { transform, matrix, pixelRatio } = picture
  const { x, y, width, height } = boundsOf(shape)
  const corners = [x, x + width].flatMap((cx) => [y, y + height].map((cy) => applied(matrix, { x: cx * transform.scale + transform.x, y: cy * transform.scale + transform.y }))) // prettier-ignore
  const [left, right] = [Math.min(...corners.map((at) => at.x)), Math.max(...corners.map((at) => at.x))]
  const [top, bottom] = [Math.min(...corners.map((at) => at.y)), Math.max(...corners.map((at) => at.y))]
  const { width: across, height: down } = context.canvas
  if (right < 0 || bottom < 0 || left > across || top > down) return
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.font = `600 ${String(12 * pixelRatio)}px system-ui, sans-serif`
  context.textBaseline = 'middle'
  const text = fullyLabelled ? `✓ ${name}` : name
  const [pad, size] = [6 * pixelRatio, 20 * pixelRatio]
  const wide = context.measureText(text).width + 2 * pad
  if (right - left >= 0.6 * wide) {
    const px = Math.round(Math.max(2 * pixelRatio, left))
    // Above the frame where there is room, else within it.
    const above = top - size - 3 * pixelRatio
    const py = Math.round(above >= 0 ? above : Math.min(Math.max(3 * pixelRatio, top + 4 * pixelRatio), bottom))
    context.fillStyle = DARK
    context.beginPath()
    context.roundRect(px, py, wide, size, 4 * pixelRatio)
    context.fill()
    context.fillStyle = REGION_COLOR
    context.fillText(text, px + pad, py + size / 2 + 0.5 * pixelRatio)
  }
  context.restore()
}
