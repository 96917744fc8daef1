import { type Size } from '#shared/geometry/point.ts'
import { type Transform } from './view-geometry.ts'

/** A decoded image with halved copies of itself: drawing from the nearest larger one is quick and does not flicker at low zoom. */
export interface Picture {
  /** Size in the project's terms, which drawing coordinates are in; the file shown may be a smaller stand-in. */
  readonly size: Size
  /** From the largest down, each half as wide as the one before. */
  readonly levels: readonly ImageBitmap[]
  /** A thumbnail that stands in until the image itself is there. */
  readonly standin: boolean
}

/** Longer side below which no smaller copy is made. */
const SMALLEST_LEVEL = 512

/** Loads and decodes one file, off the thread that draws: an image element would be decoded for itself and then once more, there, as a bitmap. */
export async function loadBitmap(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(await response.text())
  return createImageBitmap(await response.blob())
}

async function halved(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const resizeWidth = Math.max(1, Math.round(bitmap.width / 2))
  const resizeHeight = Math.max(1, Math.round(bitmap.height / 2))
  return createImageBitmap(bitmap, { resizeWidth, resizeHeight, resizeQuality: 'medium' })
}

/** Loads and decodes an image. Rejects where the file can't be had or is no image; `signal` frees what was decoded in vain. */
export async function loadPicture(url: string, size: Size, standin: boolean, signal: AbortSignal): Promise<Picture> {
  const whole = await loadBitmap(url, signal)
  if (!standin) return leveled(whole, size, signal)
  const picture = { size, levels: [whole], standin }
  if (!signal.aborted) return picture
  closePicture(picture)
  throw signal.reason
}

/** A picture of a bitmap, which is its own from then on. Rejects with the signal's reason, and frees everything then. */
export async function leveled(whole: ImageBitmap, size: Size, signal: AbortSignal): Promise<Picture> {
  const levels = [whole]
  for (let last = whole; Math.max(last.width, last.height) > 2 * SMALLEST_LEVEL && !signal.aborted;) {
    last = await halved(last)
    levels.push(last)
  }
  const picture = { size: { width: size.width, height: size.height }, levels, standin: false }
  if (!signal.aborted) return picture
  closePicture(picture)
  throw signal.reason
}

export function closePicture({ levels }: Picture): void {
  for (const level of levels) level.close()
}

/** Zoom in device pixels an image pixel above which pixels are shown as squares. */
export const CRISP_ZOOM = 2

/** The level to draw from at a zoom (device pixels an image pixel): the smallest that still has a pixel for every one drawn. */
export function levelFor(widths: readonly number[], imageWidth: number, zoom: number): number {
  let best = 0
  for (const [index, width] of widths.entries()) if (width >= imageWidth * zoom * 0.99) best = index
  return best
}

/** Draws the part of the picture that a canvas of the given size in device pixels shows. */
export function drawPicture(context: CanvasRenderingContext2D, picture: Picture, transform: Transform, canvas: Size): void {
  const { size, levels, standin } = picture
  const { scale } = transform
  const level =
    levels[
      levelFor(
        levels.map(({ width }) => width),
        size.width,
        scale,
      )
    ]!
  // Only the pixels in sight, cut at whole pixels: at 64x the whole image would reach far beyond what a canvas can count.
  const toLevel = level.width / size.width
  const toLevelY = level.height / size.height
  const left = Math.max(0, Math.floor((-transform.x / scale) * toLevel) - 1)
  const top = Math.max(0, Math.floor((-transform.y / scale) * toLevelY) - 1)
  const right = Math.min(level.width, Math.ceil(((canvas.width - transform.x) / scale) * toLevel) + 1)
  const bottom = Math.min(level.height, Math.ceil(((canvas.height - transform.y) / scale) * toLevelY) + 1)
  if (right <= left || bottom <= top) return
  context.imageSmoothingEnabled = standin || scale <= CRISP_ZOOM
  context.imageSmoothingQuality = 'low'
  const x = (left / toLevel) * scale + transform.x
  const y = (top / toLevelY) * scale + transform.y
  context.drawImage(
    level,
    left,
    top,
    right - left,
    bottom - top,
    x,
    y,
    ((right - left) / toLevel) * scale,
    ((bottom - top) / toLevelY) * scale,
  )
}
