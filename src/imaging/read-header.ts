import { stat } from 'node:fs/promises'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { withImage } from './bytes.ts'
import { inspect } from './header.ts'
import { openSlide } from './slides/openslide-library.ts'
import { OpenSlideSource } from './slides/openslide-source.ts'
import { slideFile } from './slides/slide-file.ts'

export type { ImageHeader } from '#shared/contracts/pictures.ts'

/**
 * Reads what an image file or slide says about itself and checks that it is whole.
 * Throws AppError with a code of `ImageFailure` where it is missing, empty, unsupported, damaged, cut off or too large.
 */
export async function readHeader(file: string): Promise<ImageHeader> {
  const slide = await slideFile(file, openSlide())
  if (slide === null) return withImage(file, async (image) => (await inspect(file, image, true)).header)
  const source = await OpenSlideSource.open(file, slide)
  try {
    return await slideHeader(file, source)
  } finally {
    await source.close()
  }
}

async function slideHeader(file: string, { width, height, facts, slideKey }: OpenSlideSource): Promise<ImageHeader> {
  return {
    format: 'slide',
    width,
    height,
    channels: 3,
    bitDepth: 8,
    micronsPerPixel: facts.micronsPerPixel,
    orientation: 1,
    alpha: false,
    colour: 'rgb',
    bytes: (await stat(file)).size,
    objective: facts.objective,
    scannedAt: facts.scannedAt,
    slideKey,
    notes: [],
  }
}
