import type { ImageRecord } from './records/image.ts'
import { shownSignificant } from './i18n/formats.ts'
import { t } from './i18n/translate.ts'

/** Micrometres a pixel as they are written: four digits that mean something. */
export const shownMicrons = (microns: number): string => shownSignificant(microns, 4)

/** The size of an image's pixels, with a word where a person set it: `0.25 µm, set by hand`; a dash where it is not known. */
export function pixelSizeText({ micronsPerPixel, pixelSizeBy }: Pick<ImageRecord, 'micronsPerPixel' | 'pixelSizeBy'>): string {
  if (micronsPerPixel === null) return '–'
  const microns = shownMicrons(micronsPerPixel)
  return pixelSizeBy === 'person' ? t('{{microns}} µm, set by hand', { microns }) : `${microns} µm`
}
