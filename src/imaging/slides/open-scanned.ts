import { isZarrName } from '#shared/records/image.ts'
import { ZarrSource } from '../zarr/zarr-source.ts'
import { openSlide, type NoOpenSlide, type OpenSlideLibrary } from './openslide-library.ts'
import { OpenSlideSource } from './openslide-source.ts'
import { slideFile } from './slide-file.ts'

/**
 * Opens what is read region by region whatever its size: a slide, or the folder of an OME-Zarr; null for any other image. Whoever opens it
 * closes it. Throws AppError of `ImageFailure`.
 */
export async function openScanned(
  file: string,
  library: OpenSlideLibrary | NoOpenSlide = openSlide(),
): Promise<OpenSlideSource | ZarrSource | null> {
  if (isZarrName(file)) return ZarrSource.open(file)
  const slide = await slideFile(file, library)
  return slide && OpenSlideSource.open(file, slide)
}

/** Whether `openScanned` opens it. Throws AppError of `ImageFailure` where it can only be a slide and is none. */
export async function isScanned(file: string, library: OpenSlideLibrary | NoOpenSlide = openSlide()): Promise<boolean> {
  return isZarrName(file) || (await slideFile(file, library)) !== null
}
