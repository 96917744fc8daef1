import { boxContainsPoint, clipBox, expandBox, scaleBox, type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { levelSize } from '#shared/geometry/tile-grid.ts'
import { type Prompt } from '#shared/outline/prompt.ts'
import { type CanvasPicture } from './canvas-picture.ts'
import { TiledPicture } from './tiles/tiled-picture.ts'
import { type Part } from './wand-pixels.ts'

/** Pixels of a part at most. */
const MOST_PIXELS = 1_500_000
/** Pixels of a level that are seen round a place at least, however far the view is zoomed in. */
const LEAST_SIGHT = 512
/** Share of what is in sight by which the part is larger on each side: objects at its edge are whole. */
const MARGIN = 0.25

/** What of a picture an object is outlined on: what is in sight and some more, at the level whose pixels are nearest to those of the screen (CSS). */
export function outlinePart(picture: CanvasPicture, seen: Box, zoom: number): Part | null {
  const levels = levelsOf(picture)
  if (levels.length === 0) return null
  const scales = levels.map(({ width }) => picture.size.width / width)
  const wanted = Math.log2(Math.max(1, 1 / zoom))
  const away = (scale: number): number => Math.abs(Math.log2(scale) - wanted)
  const nearest = scales.reduce((best, scale, i) => (away(scale) < away(scales[best]!) ? i : best), 0)
  for (let level = nearest; level < levels.length; level++) {
    const scale = scales[level]!
    const box = partOf(seen, scale, levels[level]!)
    if (box === null || level === levels.length - 1 || box.width * box.height <= MOST_PIXELS) return box && { level, box, scale }
  }
  return null
}

function levelsOf(picture: CanvasPicture): readonly Size[] {
  if (picture instanceof TiledPicture) return Array.from({ length: picture.levels }, (_, level) => levelSize(picture.size, level))
  // A bitmap's sides are no properties of its own.
  return picture.standin ? [] : picture.levels.map(({ width, height }) => ({ width, height }))
}

function partOf(seen: Box, scale: number, whole: Size): Box | null {
  const sight = scaleBox(seen, 1 / scale)
  const margin = Math.max(MARGIN * Math.max(sight.width, sight.height), (LEAST_SIGHT - Math.min(sight.width, sight.height)) / 2)
  const { x, y, width, height } = expandBox(sight, margin)
  const [left, top] = [Math.floor(x), Math.floor(y)]
  return clipBox({ x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top }, whole)
}

/** A prompt in pixels of the image as one in pixels of a part. */
export function promptIn({ box: part, scale }: Part, { clicks, box }: Prompt): Prompt {
  const x = (value: number): number => value / scale - part.x
  const y = (value: number): number => value / scale - part.y
  return {
    clicks: clicks.map((click) => ({ x: x(click.x), y: y(click.y), inside: click.inside })),
    box: box && { x: x(box.x), y: y(box.y), width: box.width / scale, height: box.height / scale },
  }
}

/** Whether something was said of an object before. */
export const goesOn = ({ clicks, box }: Prompt): boolean => clicks.length > 0 || box !== null

/** Whether all that was said lies in a part. */
export function holds({ box: part, scale }: Part, { clicks, box }: Prompt): boolean {
  const corners = box === null ? [] : [box, { x: box.x + box.width, y: box.y + box.height }]
  return [...clicks, ...corners].every(({ x, y }) => boxContainsPoint(part, { x: x / scale, y: y / scale }))
}
