import { stat } from 'node:fs/promises'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { withImage } from './bytes.ts'
import { onDisk } from '#shared/records/zarr-plane.ts'
import { inspect } from './header.ts'
import { openScanned } from './slides/open-scanned.ts'
import type { OpenSlideSource } from './slides/openslide-source.ts'
import { ZarrSource } from './zarr/zarr-source.ts'

export type { ImageHeader } from '#shared/contracts/pictures.ts'

/**
 * Reads what an image file or slide says about itself and checks that it is whole.
 * Throws AppError with a code of `ImageFailure` where it is missing, empty, unsupported, damaged, cut off or too large.
 */
export async function readHeader(file: string): Promise<ImageHeader> {
  const source = await openScanned(file)
  if (source === null) return withImage(file, async (image) => (await inspect(file, image, true)).header)
  try {
    return source instanceof ZarrSource ? await zarrHeader(file, source) : await slideHeader(file, source)
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

async function zarrHeader(file: string, { width, height, facts, bitDepth, colours, notes, stack }: ZarrSource): Promise<ImageHeader> {
  return {
    ...{ format: 'zarr', width, height, channels: colours, bitDepth, micronsPerPixel: facts.micronsPerPixel },
    ...{ orientation: 1, alpha: false, colour: colours === 1 ? 'grey' : 'rgb' },
    // Of the folder's own entry: what lies in it may be a hundred thousand files.
    bytes: Math.max(1, (await stat(onDisk(file))).size),
    ...{ objective: facts.objective, scannedAt: facts.scannedAt, slideKey: null, notes: [...notes] },
    ...(stack === null ? {} : { stack }),
  }
}
