import { clipBox, type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { levelSize } from '#shared/geometry/tile-grid.ts'
import { type BitMask, maskSpans } from '#shared/masks/bit-mask.ts'
import { bitMaskOfMap } from '#shared/masks/dense.ts'
import { fillMaskHoles } from '#shared/masks/fill-mask-holes.ts'
import { labImage, type LabImage } from '#shared/masks/lab.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { wand } from '#shared/masks/wand.ts'
import { type CanvasPicture } from './canvas-picture.ts'
import { type Picture } from './picture.ts'
import { TiledPicture } from './tiles/tiled-picture.ts'

/** Pixels that the wand looks at at most: more would take too long at every step of the pointer. */
export const MOST_PIXELS = 4_000_000

/** Standard deviation in pixels of the blur by which grain and fine texture are overlooked. */
const SOFTENING = 1.5
/** Holes up to so many pixels are specks, and taken too. */
const LARGEST_SPECK = 300

/** A part of a picture at one of its levels: `box` in whole pixels of the level, `scale` image pixels for one of the level. */
export interface Part {
  readonly level: number
  readonly box: Box
  readonly scale: number
}

/**
 * What of a picture the wand works on: all of it at full size where that is not too much, else what is in sight, at the largest
 * level at which that is not too much, so that it takes what the person sees.
 */
export function wandPart(size: Size, widths: readonly number[], seen: Box): Part | null {
  const [full] = widths
  if (full !== undefined && full === size.width && size.width * size.height <= MOST_PIXELS) {
    return { level: 0, box: { x: 0, y: 0, ...size }, scale: 1 }
  }
  for (const [level, width] of widths.entries()) {
    const scale = size.width / width
    const part = partInSight({ level, scale, width, height: Math.round(size.height / scale) }, seen)
    if (part === null || level === widths.length - 1 || isWorkable(part)) return part
  }
  return null
}

/** The same of an image of tiles: what is in sight, at the level on show, or a coarser one where that is too much. */
export function tiledWandPart(size: Size, levels: number, shown: number, seen: Box): Part | null {
  for (let level = shown; level < levels; level++) {
    const part = partInSight({ level, scale: 2 ** level, ...levelSize(size, level) }, seen)
    if (part === null || level === levels - 1 || isWorkable(part)) return part
  }
  return null
}

const isWorkable = ({ box }: Part): boolean => box.width * box.height <= MOST_PIXELS

/** What of a level is in sight; null for nothing. */
function partInSight({ level, scale, ...whole }: Size & Omit<Part, 'box'>, seen: Box): Part | null {
  const [left, top] = [Math.floor(seen.x / scale), Math.floor(seen.y / scale)]
  const right = Math.ceil((seen.x + seen.width) / scale)
  const bottom = Math.ceil((seen.y + seen.height) / scale)
  const box = clipBox({ x: left, y: top, width: right - left, height: bottom - top }, whole)
  return box && { level, box, scale }
}

/** The pixels of a part that look like a place of the image, as pixels of the image. */
export function likeIn(lab: LabImage, { box, scale }: Part, place: Point, tolerance: number, image: Size): BitMask | null {
  const seed = { x: place.x / scale - box.x, y: place.y / scale - box.y }
  if (seed.x < 0 || seed.y < 0 || seed.x >= box.width || seed.y >= box.height) return null
  const found = wand(lab, seed, tolerance, { sampleRadius: 2 })
  const mask = fillMaskHoles(bitMaskOfMap(found, box), LARGEST_SPECK)
  return inImage(mask, { scale }, image)
}

/** Pixels of a part's level, counted as those of the whole level, in pixels of the image. */
export function inImage(mask: BitMask, { scale }: Pick<Part, 'scale'>, image: Size): BitMask {
  return scale === 1 ? mask : enlarged(mask, scale, image)
}

/** A mask of a smaller level in pixels of the image. */
export function enlarged(mask: BitMask, scale: number, image: Size): BitMask {
  const spans = maskSpans(mask)
  return maskOfSpans((sink) => {
    spans((y, from, to) => {
      const bottom = Math.round((y + 1) * scale)
      for (let row = Math.round(y * scale); row < bottom; row++) sink(row, Math.round(from * scale), Math.round(to * scale))
    })
  }, image)
}

/** Colours of the open picture for the wand, made when they are first needed and kept while the same part is wanted. */
export interface WandPixels {
  readonly likeAt: (place: Point, tolerance: number) => BitMask | null
  /** Makes them ahead. */
  readonly prepare: () => void
}

interface Kept {
  readonly picture: CanvasPicture
  readonly part: Part
  readonly lab: LabImage
  /** Of a picture of tiles some of which were missing: another one is better. Null where all is there. */
  readonly revision: number | null
}

/** `seen`: the part of the image in sight. The part chosen at a press holds while the pointer is down, since the view stays. */
export function createWandPixels(picture: () => CanvasPicture | null, seen: () => Box): WandPixels {
  let kept: Kept | null = null
  const current = (): Kept | null => {
    const now = picture()
    const part = now && partOf(now, seen())
    if (now === null || part === null) return (kept = null)
    const stays = kept?.picture === now && samePart(kept.part, part) && (kept.revision === null || kept.revision === revisionOf(now))
    return stays ? kept : (kept = keptOf(now, part))
  }
  return {
    likeAt: (place, tolerance) => {
      const now = current()
      return now && likeIn(now.lab, now.part, place, tolerance, now.picture.size)
    },
    prepare: () => {
      current()
    },
  }
}

function partOf(picture: CanvasPicture, seen: Box): Part | null {
  if (picture instanceof TiledPicture) return tiledWandPart(picture.size, picture.levels, picture.level, seen)
  if (picture.standin) return null
  const widths = picture.levels.map(({ width }) => width)
  return wandPart(picture.size, widths, seen)
}

const revisionOf = (picture: CanvasPicture): number => (picture instanceof TiledPicture ? picture.revision : 0)

const samePart = (a: Part, b: Part): boolean =>
  a.level === b.level && a.box.x === b.box.x && a.box.y === b.box.y && a.box.width === b.box.width && a.box.height === b.box.height

function keptOf(picture: CanvasPicture, part: Part): Kept | null {
  const revision = revisionOf(picture)
  const { width, height } = part.box
  const pixels = pixelsOf(picture, part, SOFTENING)
  return pixels && { picture, part, lab: labImage(pixels.data, width, height, 4), revision: pixels.whole ? null : revision }
}

/** The pixels of a part, four bytes each, blurred by so many of them; `whole`: all are of the part's own level. Null where there are none. */
export function pixelsOf(
  picture: CanvasPicture,
  part: Part,
  blur = 0,
): { readonly data: Uint8ClampedArray; readonly whole: boolean } | null {
  const drawn = picture instanceof TiledPicture ? tiledPart(picture, part) : flatPart(picture, part)
  const { width, height } = part.box
  const context = canvasOf(width, height)
  if (!drawn || !context) return null
  if (blur > 0) context.filter = `blur(${String(blur)}px)`
  context.drawImage(drawn.source, drawn.x, drawn.y, width, height, 0, 0, width, height)
  return { data: context.getImageData(0, 0, width, height).data, whole: drawn.whole }
}

const canvasOf = (width: number, height: number): OffscreenCanvasRenderingContext2D | null =>
  new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })

/** Where the pixels of a part are had: from (x, y) of the source on. */
interface Drawn extends Point {
  readonly source: ImageBitmap | OffscreenCanvas
  /** All of its pixels are of its own level. */
  readonly whole: boolean
}

function flatPart({ levels }: Picture, { level, box: { x, y } }: Part): Drawn | null {
  const source = levels[level]
  return source ? { source, x, y, whole: true } : null
}

function tiledPart(picture: TiledPicture, { level, box }: Part): Drawn | null {
  const context = canvasOf(box.width, box.height)
  return context && { source: context.canvas, x: 0, y: 0, whole: picture.copy(context, level, box) }
}
