import { clipBox, type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type BitMask, maskSpans } from '#shared/masks/bit-mask.ts'
import { bitMaskOfMap } from '#shared/masks/dense.ts'
import { fillMaskHoles } from '#shared/masks/fill-mask-holes.ts'
import { labImage, type LabImage } from '#shared/masks/lab.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { wand } from '#shared/masks/wand.ts'
import { type Picture } from './picture.ts'

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
    const whole = { width, height: Math.round(size.height / scale) }
    const [left, top] = [Math.floor(seen.x / scale), Math.floor(seen.y / scale)]
    const right = Math.ceil((seen.x + seen.width) / scale)
    const bottom = Math.ceil((seen.y + seen.height) / scale)
    const box = clipBox({ x: left, y: top, width: right - left, height: bottom - top }, whole)
    if (box === null) return null
    if (box.width * box.height <= MOST_PIXELS || level === widths.length - 1) return { level, box, scale }
  }
  return null
}

/** The pixels of a part that look like a place of the image, as pixels of the image. */
export function likeIn(lab: LabImage, { box, scale }: Part, place: Point, tolerance: number, image: Size): BitMask | null {
  const seed = { x: place.x / scale - box.x, y: place.y / scale - box.y }
  if (seed.x < 0 || seed.y < 0 || seed.x >= box.width || seed.y >= box.height) return null
  const found = wand(lab, seed, tolerance, { sampleRadius: 2 })
  const mask = fillMaskHoles(bitMaskOfMap(found, box), LARGEST_SPECK)
  return scale === 1 ? mask : enlarged(mask, scale, image)
}

/** A mask of a smaller level in pixels of the image. */
function enlarged(mask: BitMask, scale: number, image: Size): BitMask {
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
  readonly picture: Picture
  readonly part: Part
  readonly lab: LabImage
}

/** `seen`: the part of the image in sight. The part chosen at a press holds while the pointer is down, since the view stays. */
export function createWandPixels(picture: () => Picture | null, seen: () => Box): WandPixels {
  let kept: Kept | null = null
  const current = (): Kept | null => {
    const now = picture()
    if (now === null || now.standin) return (kept = null)
    const widths = now.levels.map(({ width }) => width)
    const part = wandPart(now.size, widths, seen())
    if (part === null) return null
    if (kept?.picture === now && samePart(kept.part, part)) return kept
    const pixels = pixelsOf(now, part)
    return (kept = pixels && { picture: now, part, lab: labImage(pixels, part.box.width, part.box.height, 4) })
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

const samePart = (a: Part, b: Part): boolean =>
  a.level === b.level && a.box.x === b.box.x && a.box.y === b.box.y && a.box.width === b.box.width && a.box.height === b.box.height

function pixelsOf({ levels }: Picture, { level, box }: Part): Uint8ClampedArray | null {
  const { x, y, width, height } = box
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  const bitmap = levels[level]
  if (!context || !bitmap) return null
  context.filter = `blur(${String(SOFTENING)}px)`
  context.drawImage(bitmap, x, y, width, height, 0, 0, width, height)
  return context.getImageData(0, 0, width, height).data
}
