import { shownNumber, shownSignificant } from './i18n/formats.ts'

/**
 * An area in words: in square millimetres, in square micrometres where it is small, and in pixels where the scale is not known.
 *
 * @param pixels of the image
 * @param squareMillimetres null where the image's scale is not known
 */
export function areaText(pixels: number, squareMillimetres: number | null): string {
  const [area, unit] = squareMillimetres === null ? ([pixels, 'px2'] as const) : ([squareMillimetres * 1e6, 'um2'] as const)
  const scale = areaScale(area, unit)
  return `${scale.number(area)} ${scale.unit}`
}

export interface AreaScale {
  readonly unit: 'px²' | 'µm²' | 'mm²'
  /** An area in words, without the unit: square pixels whole, all else with three digits. */
  readonly number: (area: number) => string
}

/** In which unit areas are told beside one of this size, in square pixels or micrometres as they are given. */
export function areaScale(area: number, unit: 'px2' | 'um2'): AreaScale {
  if (unit === 'px2') return { unit: 'px²', number: (one) => shownNumber(Math.round(one)) }
  if (area < SMALL) return { unit: 'µm²', number: (one) => shownSignificant(one) }
  return { unit: 'mm²', number: (one) => shownSignificant(one / 1e6) }
}

/** Smaller areas are told in µm²: 0.01 mm². */
const SMALL = 10_000

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
