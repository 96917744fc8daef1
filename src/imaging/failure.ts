import path from 'node:path'
import { say } from '#shared/i18n/say.ts'
import { AppError } from '#shared/errors.ts'

/**
 * What can be wrong with an image file; the codes that `readHeader`, `readRaster` and those who build on them throw. `image-crashed` = the
 * process that read it broke down over it, `image-too-slow` = it took too long (time-limit.ts).
 */
export type ImageFailure =
  | 'image-missing'
  | 'image-unreadable'
  | 'image-empty'
  | 'image-unsupported'
  | 'image-broken'
  | 'image-truncated'
  | 'image-too-large'
  | 'image-crashed'
  | 'image-too-slow'

/** An error about one image file: its name (never its folder: reports leave the machine), what happened, what to do. */
export function imageError(code: ImageFailure, file: string, what: string, hint: string, cause?: unknown): AppError {
  return new AppError(code, `${path.basename(file)} ${what}`, hint, cause)
}

/** Whether an error is about one image file (`ImageFailure`), so that others can still be read. */
export function isImageError(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code.startsWith('image-')
}

const CUT_OFF = /premature end|truncat|unexpected end|end of (file|stream|image)|not enough (data|image data)|out of data|past end/i

/** What the decoder said, in a person's words. */
export function decoderError(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  if (CUT_OFF.test(said)) return truncated(file, thrown)
  if (/exceeds pixel limit/i.test(said)) return tooManyPixels(file, thrown)
  const reason = reasonOf(said, file)
  return imageError('image-broken', file, `is damaged: ${reason}`, 'Open it in another program and save it again, or leave it out.', thrown)
}

/** The decoder's own words without its preamble and without the path. */
function reasonOf(said: string, file: string): string {
  const lines = said
    .replaceAll(file, '')
    .replace(/^Input file (has corrupt header|contains unsupported image format):?/, '')
    .split('\n')
  const words = lines.map((line) => line.trim()).find((line) => line !== '')
  return (words ?? say('its header makes no sense')).slice(0, 200)
}

export function truncated(file: string, cause?: unknown): AppError {
  return imageError('image-truncated', file, 'is cut off: part of the file is missing.', 'Copy it from its source again.', cause)
}

export function tooManyPixels(file: string, cause?: unknown): AppError {
  return imageError(
    'image-too-large',
    file,
    'has more pixels than can be read in one piece (268 million).',
    'Export regions of it as separate images, or save it as a tiled TIFF with a pyramid.',
    cause,
  )
}

/** An error of the file system. */
export function fileError(file: string, thrown: unknown): AppError {
  const code = (thrown as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return imageError('image-missing', file, 'is not there any more.', 'Show where it was moved to, or connect its drive.', thrown)
  if (code === 'EISDIR') return imageError('image-unsupported', file, 'is a folder, not an image.', 'Choose the images inside it.', thrown)
  return imageError(
    'image-unreadable',
    file,
    `cannot be read (${code ?? 'unknown reason'}).`,
    'Check its permissions and its drive.',
    thrown,
  )
}
