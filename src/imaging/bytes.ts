import { say } from '#shared/i18n/say.ts'
import { type FileHandle, open } from 'node:fs/promises'
import { fileError, imageError } from './failure.ts'
import { type ImageFormat, SNIFF_BYTES, sniffFormat } from './formats.ts'

/** An image file opened for a look: never written to. */
export interface OpenedImage {
  readonly format: ImageFormat
  readonly bytes: number
  /** Up to `length` bytes from `position` on; fewer at the file's end. */
  readonly read: (position: number, length: number) => Promise<Uint8Array>
}

/** Opens a file, tells its format by content, checks size and readability, and closes it after `task`. Throws AppError (see `ImageFailure`). */
export async function withImage<T>(file: string, task: (image: OpenedImage) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  try {
    return await task(await look(file, handle))
  } finally {
    await handle.close()
  }
}

async function look(file: string, handle: FileHandle): Promise<OpenedImage> {
  const stats = await handle.stat()
  if (stats.isDirectory()) throw fileError(file, { code: 'EISDIR' })
  if (stats.size === 0) throw imageError('image-empty', file, 'is empty.', 'Copy it from its source again.')
  const read = async (position: number, length: number): Promise<Uint8Array> => {
    const buffer = new Uint8Array(Math.max(0, Math.min(length, stats.size - position)))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position).catch((thrown: unknown) => {
      throw fileError(file, thrown)
    })
    return buffer.subarray(0, bytesRead)
  }
  return { format: formatOf(file, await read(0, SNIFF_BYTES)), bytes: stats.size, read }
}

function formatOf(file: string, head: Uint8Array): ImageFormat {
  const sniffed = sniffFormat(head)
  if (sniffed.kind === 'image') return sniffed.format
  const hint = say('Save it as PNG, TIFF, JPEG or BMP.')
  if (sniffed.kind === 'unsupported') throw imageError('image-unsupported', file, `is a ${sniffed.name} file, which is not read.`, hint)
  throw imageError('image-unsupported', file, 'is not an image that can be read.', hint)
}
