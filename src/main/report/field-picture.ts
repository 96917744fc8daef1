import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { Language } from '#shared/i18n/languages.ts'
import { speaking } from '#shared/i18n/translate.ts'
import type { Pictures } from '../images/pictures.ts'
import { type OverlayData, overlaySvg } from './overlay.ts'

/** Longer side of a field in a report, pixels: sharp on paper at a third of the page's width, with lines that are seen. */
const SIDE = 640
/** Small images are enlarged so far at most. */
const LARGEST_SCALE = 3

/**
 * An image with its objects drawn over it, scores written as the language does, as a data address (JPEG). `data.image.file` may be a smaller
 * picture of it.
 *
 * @throws AppError of `ImageFailure`.
 */
export async function fieldPicture(pictures: Pictures, data: OverlayData, language: Language): Promise<string> {
  const { width, height, file } = data.image
  const scale = Math.min(LARGEST_SCALE, SIDE / Math.max(width, height))
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const folder = await mkdtemp(path.join(tmpdir(), 'slidewright-report-'))
  const target = path.join(folder, 'field.jpg')
  try {
    const svg = speaking(language, () => overlaySvg(data, size.width, size.height, scale))
    await pictures.overlay({ file, picture: size, canvas: size, drawings: [{ svg, top: 0 }], target })
    return `data:image/jpeg;base64,${(await readFile(target)).toString('base64')}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As `fieldPicture`, and null where the picture cannot be read. */
export const fieldPictureOrNull = (pictures: Pictures, data: OverlayData, language: Language): Promise<string | null> =>
  fieldPicture(pictures, data, language).catch((thrown: unknown) => {
    if (thrown instanceof AppError) return null
    throw thrown
  })
