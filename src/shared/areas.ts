import { shownNumber, shownSignificant } from './i18n/formats.ts'

/**
 * An area in words: in square millimetres, in square micrometres where it is small, and in pixels where the scale is not known.
 *
 * @param pixels of the image
 * @param squareMillimetres null where the image's scale is not known
 */
export function areaText(pixels: number, squareMillimetres: number | null): string {
  if (squareMillimetres === null) return `${shownNumber(Math.round(pixels))} px²`
  if (squareMillimetres < SMALL) return `${shownSignificant(squareMillimetres * 1e6)} µm²`
  return `${shownSignificant(squareMillimetres)} mm²`
}

/** Smaller areas are told in µm². */
const SMALL = 0.01

/** Pixels as square millimetres; null where the scale is not known. */
export function squareMillimetres(pixels: number, micronsPerPixel: number | null): number | null {
  return micronsPerPixel === null ? null : (pixels * micronsPerPixel ** 2) / 1e6
}

/** So many pixels of each image together (`null`: not known); null where one is not known or does not know its scale, and where nothing is covered. */
export function squareMillimetresOf(
  images: readonly { readonly micronsPerPixel: number | null }[],
  pixels: readonly (number | null)[],
): number | null {
  let sum = 0
  for (const [at, { micronsPerPixel }] of images.entries()) {
    const own = pixels[at] ?? null
    const area = own === null ? null : squareMillimetres(own, micronsPerPixel)
    if (area === null) return null
    sum += area
  }
  return sum > 0 ? sum : null
}
