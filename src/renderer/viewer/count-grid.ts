import { type Size } from '#shared/geometry/point.ts'
import { type DisplayState } from '../state/display.ts'
import { type Transform } from './view-geometry.ts'

// Point counting after Weibel: crosses in a square lattice laid over the image; the share of them that hit a structure estimates its share of
// the area.

/** Arms of a cross, CSS pixels. */
const ARM = 6
/** Crosses that would stand closer on the screen are not drawn: they would run into each other. CSS pixels. */
export const CLOSEST = 8

/** Image pixels between crosses. */
export function gridStep(
  { gridMicrons, gridPixels }: Pick<DisplayState, 'gridMicrons' | 'gridPixels'>,
  micronsPerPixel: number | null,
): number {
  return micronsPerPixel === null ? gridPixels : gridMicrons / micronsPerPixel
}

/** How many crosses lie along a side: they stand half a step from its beginning and a step from each other. */
const along = (length: number, step: number): number => Math.max(0, Math.floor(length / step + 0.5 - 1e-9))

/** Crosses on a whole image. */
export const gridCount = ({ width, height }: Size, step: number): number => along(width, step) * along(height, step)

export interface GridPicture {
  readonly image: Size
  /** Image pixels between crosses. */
  readonly step: number
  /** Image to device pixels, before the context's turn. */
  readonly transform: Transform
  readonly canvas: Size
  readonly pixelRatio: number
}

/** Middles of the crosses that a canvas shows, device pixels; null where they would stand too close. */
export function gridPlaces({
  image,
  step,
  transform,
  canvas,
  pixelRatio,
}: GridPicture): { readonly xs: number[]; readonly ys: number[] } | null {
  if (step * transform.scale < CLOSEST * pixelRatio) return null
  const axis = (length: number, start: number, room: number): number[] => {
    const [side, arm] = [step * transform.scale, ARM * pixelRatio]
    const first = Math.max(0, Math.floor((-start - arm) / side - 0.5))
    const last = Math.min(along(length, step) - 1, Math.ceil((room - start + arm) / side - 0.5))
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at + 0.5) * side + start)
  }
  return { xs: axis(image.width, transform.x, canvas.width), ys: axis(image.height, transform.y, canvas.height) }
}

/** White crosses on black ones: seen on any stain, and taken for no object. */
export function drawGrid(context: CanvasRenderingContext2D, picture: GridPicture): void {
  const places = gridPlaces(picture)
  if (places === null) return
  const { pixelRatio } = picture
  const line = Math.max(1, Math.round(pixelRatio))
  const arm = Math.round(ARM * pixelRatio)
  // On whole pixels, or every cross would be blurred in its own way.
  const centres = (values: readonly number[]): number[] => values.map((value) => Math.floor(value) + line / 2)
  const [xs, ys] = [centres(places.xs), centres(places.ys)]
  context.beginPath()
  for (const y of ys)
    for (const x of xs) {
      context.moveTo(x - arm, y)
      context.lineTo(x + arm, y)
      context.moveTo(x, y - arm)
      context.lineTo(x, y + arm)
    }
  context.strokeStyle = 'rgba(0, 0, 0, 0.7)'
  context.lineWidth = 3 * line
  context.stroke()
  context.strokeStyle = '#ffffff'
  context.lineWidth = line
  context.stroke()
}
