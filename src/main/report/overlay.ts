import path from 'node:path'
import { textColorOn } from '#shared/colors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { framedRing, isFramed } from '#shared/geometry/frame.ts'
import { isLine } from '#shared/geometry/line.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskShapeSpans } from '#shared/masks/mask-shape.ts'
import { outlines as maskRings } from '#shared/masks/outlines.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Pictures } from '../images/pictures.ts'
import { orderedClasses } from '../interchange/label-set.ts'
import { fitText, svgDocument, svgText } from './svg.ts'

export interface OverlayObject {
  readonly classId: ClassId
  readonly shape: Shape
}

export interface OverlayData {
  /** The image's file and its size in pixels, which objects are in. */
  readonly image: { readonly file: string; readonly width: number; readonly height: number }
  readonly classes: readonly ClassRecord[]
  readonly truth: readonly OverlayObject[]
  readonly predictions: readonly (OverlayObject & { readonly score: number })[]
  /** The image's name, or what it is. */
  readonly title: string
  /** Whose predictions they are: model, score. Shown only where there are predictions. */
  readonly source: string
}

/** The longer side of the picture, pixels: small images are enlarged up to three times, so that labels can be read. */
const LONGER_SIDE = 1440
const LARGEST_SCALE = 3
const LINE = 2

/**
 * Draws an image with its annotations (solid) and predictions (dashed, with their score where the box is wide enough to bear it) in the classes' colours, each line with a thin
 * dark and light halo so that it shows on any stain, and a legend with the counts below. PNG.
 *
 * @throws AppError of `ImageFailure`, or as `writeWhole`.
 */
export async function overlayPng(pictures: Pictures, data: OverlayData, file: string): Promise<void> {
  const { image } = data
  const scale = Math.min(LARGEST_SCALE, LONGER_SIDE / Math.max(image.width, image.height))
  const width = Math.max(1, Math.round(image.width * scale))
  const height = Math.max(1, Math.round(image.height * scale))
  const legend = legendSvg(data, Math.max(width, MIN_LEGEND))
  await pictures.overlay({
    file: image.file,
    picture: { width, height },
    canvas: { width: Math.max(width, MIN_LEGEND), height: height + legend.height },
    drawings: [
      { svg: overlaySvg(data, width, height, scale), top: 0 },
      { svg: legend.svg, top: height },
    ],
    target: path.resolve(file),
  })
}

/** The lines and scores over a picture of width x height pixels; objects are scaled to it. */
export function overlaySvg({ classes, truth, predictions }: OverlayData, width: number, height: number, scale: number): string {
  const lines = orderedClasses(classes).flatMap(({ id, color }) => [
    outlines(truth.filter(isOf(id)), color, scale, ''),
    outlines(predictions.filter(isOf(id)), color, scale, ` stroke-dasharray="${3 * LINE} ${2 * LINE}"`),
  ])
  const colors = new Map(classes.map(({ id, color }) => [id, color]))
  // The surest on top: where labels crowd, those are the ones to read.
  const labelled = predictions.filter(
    ({ shape }) => isPlaced(shape) && (shape.type === 'point' || shapeBounds(shape).width * scale >= LABEL.width * 0.8),
  )
  const scores = labelled.sort((a, b) => a.score - b.score).map((p) => scoreLabel(p, colors.get(p.classId) ?? '#ffffff', scale, width))
  return svgDocument(width, height, [...lines, ...scores])
}

const isOf =
  (id: ClassId) =>
  (object: OverlayObject): boolean =>
    object.classId === id

/** Objects in one path: the renderer's time for a path grows faster than its length. */
const CHUNK = 50

/** All objects of a class, drawn three times: dark halo, light halo, colour. */
function outlines(objects: readonly OverlayObject[], color: string, scale: number, dash: string): string {
  const paths: string[] = []
  for (let from = 0; from < objects.length; from += CHUNK) paths.push(pathOf(objects.slice(from, from + CHUNK), scale))
  const stroke = (paint: string, width: number, opacity: number): string =>
    paths
      .map((path) => `<path d="${path}" fill="none" stroke="${paint}" stroke-width="${width}" stroke-opacity="${opacity}"${dash}/>`)
      .join('')
  return stroke('#000000', LINE + 2.4, 0.55) + stroke('#ffffff', LINE + 1, 0.6) + stroke(color, LINE, 1)
}

function pathOf(objects: readonly OverlayObject[], scale: number): string {
  return objects.map(({ shape }) => shapePath(shape, scale)).join('')
}

function shapePath(shape: Shape, scale: number): string {
  if (shape.type === 'box') {
    const { x, y, width, height } = scaled(shape, scale)
    return `M${x} ${y}h${width}v${height}h${-width}z`
  }
  if (!isPlaced(shape)) return ''
  if (shape.type === 'polygon') return shape.rings.map((ring) => ringPath(ring, scale)).join('')
  if (shape.type === 'mask')
    return maskRings(maskShapeSpans(shape))
      .map((ring) => ringPath(ring, scale))
      .join('')
  if (isFramed(shape)) return ringPath(framedRing(shape), scale)
  if (isLine(shape)) return ringPath(shape.points, scale, '')
  const [x, y, arm] = [Math.round(shape.x * scale), Math.round(shape.y * scale), 7]
  return `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}`
}

/** A line through [x0, y0, x1, y1, ...], closed where it is not told otherwise. */
function ringPath(ring: readonly number[], scale: number, end = 'z'): string {
  const corners = Array.from(
    { length: ring.length / 2 },
    (_, i) => `${(ring[2 * i]! * scale).toFixed(1)} ${(ring[2 * i + 1]! * scale).toFixed(1)}`,
  )
  return `M${corners.join('L')}${end}`
}

/** On whole pixels, where a line of two pixels is crisp; never thinner than a pixel. */
function scaled({ x, y, width, height }: Box, scale: number): Box {
  const [left, top] = [Math.round(x * scale), Math.round(y * scale)]
  const [right, bottom] = [Math.round((x + width) * scale), Math.round((y + height) * scale)]
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) }
}

const LABEL = { width: 30, height: 15, size: 11 }

/** The score on a patch of the class's colour, above the box's left corner, inside the picture. */
function scoreLabel({ shape, score }: OverlayObject & { readonly score: number }, color: string, scale: number, width: number): string {
  if (!isPlaced(shape)) return ''
  const bounds = shapeBounds(shape)
  const x = Math.min(Math.max(0, Math.round(bounds.x * scale) - 1), width - LABEL.width)
  const y = Math.max(0, Math.round(bounds.y * scale) - LABEL.height)
  const patch = `<rect x="${x}" y="${y}" width="${LABEL.width}" height="${LABEL.height}" rx="2" fill="${color}" stroke="#000000" stroke-opacity="0.5"/>`
  return (
    patch +
    svgText(x + LABEL.width / 2, y + 11.5, shownDecimals(score, 2), { size: LABEL.size, anchor: 'middle', fill: textColorOn(color) })
  )
}

const MIN_LEGEND = 560
const ROW = 26
const COLUMN = 340

/** The strip below the picture: title, what the lines mean, and each class with its counts. */
function legendSvg({ classes, truth, predictions, title, source }: OverlayData, width: number): { svg: string; height: number } {
  const items = orderedClasses(classes).map(({ id, name, color }) => {
    const counts = predictions.length === 0 ? '' : ` · ${predictions.filter(isOf(id)).length} predicted`
    return { color, text: `${name}: ${truth.filter(isOf(id)).length} annotated${counts}` }
  })
  const perRow = Math.max(1, Math.floor((width - 32) / COLUMN))
  const height = 74 + Math.ceil(items.length / perRow) * ROW
  const parts = items.map(({ color, text }, i) => {
    const x = 16 + (i % perRow) * COLUMN
    const y = 66 + Math.floor(i / perRow) * ROW
    return (
      `<rect x="${x}" y="${y}" width="14" height="14" fill="${color}" stroke="#333333"/>` +
      svgText(x + 22, y + 12, fitText(text, COLUMN - 28, 13), { size: 13 })
    )
  })
  const dashed = '<path d="M132 46h26" stroke="#222222" stroke-width="2" stroke-dasharray="6 4"/>'
  const guesses =
    predictions.length === 0 ? '' : dashed + svgText(164, 50, fitText(`predicted, with score: ${source}`, width - 180, 13), { size: 13 })
  return {
    height,
    svg: svgDocument(width, height, [
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      svgText(16, 26, fitText(title, width - 32, 15), { size: 15, bold: true }),
      '<path d="M16 46h26" stroke="#222222" stroke-width="2"/>',
      svgText(48, 50, 'annotated', { size: 13 }),
      guesses,
      ...parts,
    ]),
  }
}
