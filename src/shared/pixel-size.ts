import { say } from './i18n/say.ts'
import type { ImageRecord } from './records/image.ts'

// The size of an image's pixels as a person may say it: of photographs whose file does not, or states a wrong one.

/** Micrometres a pixel that a person may set: from electron micrographs to photographs of whole specimens. */
export const PIXEL_SIZES = { min: 0.0001, max: 1000 } as const

/** Micrometres of the units in which a known length is told. */
export const LENGTH_UNITS = { µm: 1, mm: 1000 } as const
export type LengthUnit = keyof typeof LENGTH_UNITS

/** Longest length that a person may tell of a line, in any unit. */
export const LONGEST_KNOWN = 1_000_000

/** Between what a light microscope's images and whole-slide overviews have: above a 200x objective's and below a 0.5x one's. */
const USUAL_SIZES = { min: 0.05, max: 20 } as const

/** That a size is hardly that of a microscope's image, in a sentence; empty where it is usual. It may be right all the same. */
export function oddSizeText(microns: number): string {
  if (microns < USUAL_SIZES.min)
    return say('That is very small: images of light microscopes have 0.05 to 20 µm a pixel. Is it in micrometres?')
  if (microns > USUAL_SIZES.max)
    return say('That is very large: images of light microscopes have 0.05 to 20 µm a pixel. Is it in micrometres?')
  return ''
}

export const isPixelSize = (microns: number): boolean => microns >= PIXEL_SIZES.min && microns <= PIXEL_SIZES.max

/** Micrometres a pixel of an image on which a line of so many pixels is so long; null where either is no length, or no pixel is of that size. */
export function pixelSizeOfLine(pixels: number, distance: number, unit: LengthUnit): number | null {
  if (!(pixels > 0) || !(distance > 0) || distance > LONGEST_KNOWN) return null
  // Six digits: what a line drawn by hand tells at most.
  const microns = Number(((distance * LENGTH_UNITS[unit]) / pixels).toPrecision(6))
  return isPixelSize(microns) ? microns : null
}

type Sized = Pick<ImageRecord, 'micronsPerPixel' | 'pixelSizeBy' | 'statedMicrons'>

/** Micrometres a pixel as the image's file states them, whatever a person set; null where it states none. */
export const statedSize = ({ micronsPerPixel, pixelSizeBy, statedMicrons }: Sized): number | null =>
  pixelSizeBy === 'file' ? micronsPerPixel : statedMicrons

/** An image with another pixel size, or with what its file states (`null`); the very same where that is what it has. `at`: an instant. */
export function withPixelSize(image: ImageRecord, microns: number | null, at: string): ImageRecord {
  const stated = statedSize(image)
  const own = microns === null || microns === stated
  const now: Sized = own
    ? { micronsPerPixel: stated, pixelSizeBy: 'file', statedMicrons: null }
    : { micronsPerPixel: microns, pixelSizeBy: 'person', statedMicrons: stated }
  const same = image.micronsPerPixel === now.micronsPerPixel && image.pixelSizeBy === now.pixelSizeBy
  return same ? image : { ...image, ...now, pixelSizeAt: at }
}

/** The images of a project that a word means: those that have no pixel size, those whose file states none, or all. */
export const IMAGES_MEANT = {
  missing: ({ micronsPerPixel }: Sized) => micronsPerPixel === null,
  unstated: (image: Sized) => statedSize(image) === null,
  all: () => true,
} as const satisfies Record<string, (image: Sized) => boolean>
export type ImagesMeant = keyof typeof IMAGES_MEANT
