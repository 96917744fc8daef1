import { type Size } from '#shared/geometry/point.ts'
import { type AreaShape, shapeSpans } from '#shared/masks/draw-shape.ts'
import { packed, rgbOf } from './lookup.ts'

/** What becomes of a place: found as labelled, labelled but not found, found but not labelled, or found as another class. */
export const ERROR_KINDS = ['right', 'missed', 'extra', 'confused'] as const
export type ErrorKind = (typeof ERROR_KINDS)[number]

/** An area of a class (1 to 65,534); `ignore` marks places that are not judged, whatever is predicted there. */
export interface JudgedArea {
  readonly shape: AreaShape
  readonly value: number
  readonly ignore: boolean
}

export interface ErrorMap extends Size {
  /** Row by row: 0 for background and places that are not judged, else the place in ERROR_KINDS, plus 1. */
  readonly cells: Uint8Array
  /** Cells of each kind. */
  readonly tally: Readonly<Record<ErrorKind, number>>
}

/** Longest side of an error map. */
const MOST_SIDE = 2048
const IGNORED = 0xffff

/**
 * Where predictions and labels agree on an image (in pixels). Larger images are looked at in blocks of whole pixels, at the pixel in the
 * middle of each. Where areas overlap, the last one counts. Throws AppError `mask-damaged`.
 */
export function errorMap(image: Size, truth: readonly JudgedArea[], predicted: readonly JudgedArea[], mostSide = MOST_SIDE): ErrorMap {
  const block = Math.max(1, Math.ceil(Math.max(image.width, image.height) / mostSide))
  const size = { width: Math.ceil(image.width / block), height: Math.ceil(image.height / block) }
  const labelled = classMap(image, size, block, truth)
  const found = classMap(image, size, block, predicted)
  const cells = new Uint8Array(labelled.length)
  const counts = [0, 0, 0, 0, 0]
  for (let i = 0; i < cells.length; i++) {
    cells[i] = kindOf(labelled[i]!, found[i]!)
    counts[cells[i]!]!++
  }
  const [, right = 0, missed = 0, extra = 0, confused = 0] = counts
  return { ...size, cells, tally: { right, missed, extra, confused } }
}

function kindOf(truth: number, found: number): number {
  if (truth === found || truth === IGNORED || found === IGNORED) return truth === found && truth !== 0 && truth !== IGNORED ? 1 : 0
  if (found === 0) return 2
  return truth === 0 ? 3 : 4
}

/** The classes at the middle pixels of blocks; areas that are not judged lie over all others. */
function classMap(image: Size, { width, height }: Size, block: number, areas: readonly JudgedArea[]): Uint16Array {
  const map = new Uint16Array(width * height)
  const middle = block >> 1
  // The last block of a row or column may be cut: its middle is the image's last pixel then.
  const first = (pixel: number, count: number): number => Math.min(count, Math.ceil((pixel - middle) / block))
  const frame = { x: 0, y: 0, width: image.width, height: image.height }
  for (const { shape, value, ignore } of [...areas.filter((area) => !area.ignore), ...areas.filter((area) => area.ignore)])
    shapeSpans(
      shape,
      frame,
    )((y, from, to) => {
      const row = Math.floor(y / block)
      if (y !== Math.min(image.height - 1, row * block + middle)) return
      const end = to === image.width ? width : first(to, width)
      map.fill(ignore ? IGNORED : value, row * width + Math.max(0, first(from, width)), row * width + end)
    })
  return map
}

/** Far apart in lightness, and for people who see colours differently too; stripes tell them apart once more. */
export const ERROR_COLORS: Readonly<Record<Exclude<ErrorKind, 'confused'>, string>> = {
  right: '#1e88e5',
  missed: '#97073f',
  extra: '#ffc107',
}

/** Opacity of what is right, and of the paler stripes. */
const RIGHT_ALPHA = 130
const PALE = 70

/** Cells for one dark and one pale stripe: some pixels on screen while the whole image is seen. */
export function stripePeriod({ width, height }: Size): number {
  return Math.max(8, 2 * Math.round(Math.max(width, height) / 160))
}

/**
 * Colours an error map into pixels: what is right plain, missed in stripes that rise, extra in stripes that fall, and confused in squares of
 * the colours of both, since there one class was missed and another one is extra.
 */
export function paintErrors({ width, height, cells }: ErrorMap, pixels: Uint32Array): void {
  const period = stripePeriod({ width, height })
  const half = period / 2
  const colorOf = (kind: keyof typeof ERROR_COLORS, alpha: number): number => packed([...rgbOf(ERROR_COLORS[kind]), alpha])
  const [right, missed, paleMissed] = [colorOf('right', RIGHT_ALPHA), colorOf('missed', 255), colorOf('missed', PALE)]
  const [extra, paleExtra] = [colorOf('extra', 255), colorOf('extra', PALE)]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const cell = cells[i]!
      if (cell === 0) pixels[i] = 0
      else if (cell === 1) pixels[i] = right
      else if (cell === 2) pixels[i] = (x + y) % period < half ? missed : paleMissed
      else if (cell === 3) pixels[i] = (x + period * height - y) % period < half ? extra : paleExtra
      else pixels[i] = x % period < half === y % period < half ? missed : extra
    }
}
