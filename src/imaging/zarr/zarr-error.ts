import { say } from '#shared/i18n/say.ts'
import type { AppError } from '#shared/errors.ts'
import { isZarritaError } from 'zarrita'
import { decoderError, fileError, imageError } from '../failure.ts'
import { TooLargeFile } from './folder-store.ts'
import { NoOmeImage } from './ome.ts'
import { CutOffChunk } from './zarr-level.ts'

const AGAIN = say('Copy the whole folder from its source again, or write it anew.')

/** What went wrong with an OME-Zarr, in a person's words. */
export function zarrError(file: string, thrown: unknown): AppError {
  if (thrown instanceof NoOmeImage)
    return imageError('image-unsupported', file, thrown.message, 'Choose the folder of one image, with its levels inside.', thrown)
  if (thrown instanceof TooLargeFile)
    return imageError('image-broken', file, `holds a file that is too large for it (${thrown.message}).`, AGAIN)
  if (isZarritaError(thrown, 'UnknownCodecError'))
    return imageError(
      'image-unsupported',
      file,
      `is compressed by ${thrown.codec.slice(0, 60)}, which is not read.`,
      'Write it with Blosc, Zstandard, gzip or without compression.',
      thrown,
    )
  if (thrown instanceof CutOffChunk)
    return imageError('image-broken', file, 'has a part (chunk) that is damaged or cut off.', AGAIN, thrown)
  if (isZarritaError(thrown, 'CodecPipelineError'))
    return imageError('image-broken', file, `has a part (chunk) that is damaged or cut off${codecOf(thrown.codec)}.`, AGAIN, thrown)
  if (isZarritaError(thrown, 'NotFoundError'))
    return imageError('image-broken', file, 'lacks what describes one of its levels.', AGAIN, thrown)
  if (isZarritaError(thrown) || thrown instanceof SyntaxError)
    return imageError('image-broken', file, `has metadata that make no sense: ${firstLine(thrown)}.`, AGAIN, thrown)
  if (typeof (thrown as NodeJS.ErrnoException | null)?.code === 'string' && !('hint' in (thrown as object))) return fileError(file, thrown)
  return decoderError(file, thrown)
}

const codecOf = (codec: string | undefined): string => (codec === undefined ? '' : ` (${codec.replace('numcodecs.', '')})`)

const firstLine = (thrown: Error): string => thrown.message.split('\n')[0]!.slice(0, 200).replace(/\.$/, '')
