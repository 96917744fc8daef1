import { open } from 'node:fs/promises'
import path from 'node:path'
import { fileError, imageError } from '../failure.ts'
import { SLIDE_EXTENSIONS, SNIFF_BYTES, type Sniffed, sniffFormat } from '../formats.ts'
import { isOpenSlide, type NoOpenSlide, type OpenSlideLibrary } from './openslide-library.ts'

/** A file of a scanner's own format. */
export interface SlideFile {
  /** OpenSlide's name of the format, such as `aperio`. */
  readonly vendor: string
  readonly library: OpenSlideLibrary
}

/**
 * Whether a file is a slide that OpenSlide reads; null where it is an image like others, tiled TIFFs of no particular maker included (libvips
 * reads those). Throws AppError of `ImageFailure` where it can only be a slide and is none, or where OpenSlide is not there.
 */
export async function slideFile(file: string, library: OpenSlideLibrary | NoOpenSlide): Promise<SlideFile | null> {
  const sniffed = sniffFormat(await firstBytes(file))
  if (!mayBeSlide(file, sniffed)) return null
  const slideOnly = sniffed.kind !== 'image' && isSlideName(file)
  if (!isOpenSlide(library)) {
    if (slideOnly || isMirax(file)) throw noOpenSlide(file, library.why)
    return null
  }
  const vendor = await library.vendor(file)
  if (vendor !== null && vendor !== 'generic-tiff') return { vendor, library }
  if (!slideOnly) return null
  throw imageError('image-unsupported', file, 'holds no slide picture that can be read.', 'Export it as TIFF from its scanner.')
}

const extension = (file: string): string => path.extname(file).slice(1).toLowerCase()
const isSlideName = (file: string): boolean => (SLIDE_EXTENSIONS as readonly string[]).includes(extension(file))
/** MIRAX names its slide by a JPEG of it. */
const isMirax = (file: string): boolean => extension(file) === 'mrxs'

/** JPEG, PNG and the like are not asked about: opening an ordinary image stays as quick as it is. */
function mayBeSlide(file: string, sniffed: Sniffed): boolean {
  if (sniffed.kind === 'image') return sniffed.format === 'tiff' || isMirax(file)
  return isSlideName(file) || (sniffed.kind === 'unsupported' && ['DICOM', 'Zeiss CZI'].includes(sniffed.name))
}

function noOpenSlide(file: string, why: string): Error {
  const hint = 'Run npm run setup with access to the network, or export the slide as TIFF from its scanner.'
  return imageError('image-unsupported', file, `is a slide that only OpenSlide reads, which is not there (${why}).`, hint)
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  try {
    const head = new Uint8Array(SNIFF_BYTES)
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0)
    return head.subarray(0, bytesRead)
  } catch (thrown) {
    throw fileError(file, thrown)
  } finally {
    await handle.close()
  }
}
