import type { OpenedImage } from './bytes.ts'
import type { TiffTags } from './tiff-tags.ts'

/**
 * Tells cheaply, without decoding, whether the file holds all the bytes that it should. A half-copied image has a sound header and would
 * otherwise be noticed in the middle of a training.
 * `unsure` = the end is not as the format wants it, which some cameras do too: only decoding can tell.
 */
export async function completeness(image: OpenedImage, tiff: TiffTags | null): Promise<'complete' | 'truncated' | 'unsure'> {
  switch (image.format) {
    case 'jpeg':
      return endsWith(image, 'ffd9')
    case 'png':
      return endsWith(image, '49454e44ae426082')
    case 'webp':
      return riffComplete(image)
    case 'tiff':
      return tiff === null ? 'unsure' : tiff.dataEnd > image.bytes ? 'truncated' : 'complete'
    case 'bmp':
      return 'complete' // its header was checked against the file's size already
  }
}

/** The end mark among the last 4 kB: some writers pad or append their own data. */
async function endsWith(image: OpenedImage, mark: string): Promise<'complete' | 'unsure'> {
  const tail = await image.read(Math.max(0, image.bytes - 4096), 4096)
  return Buffer.from(tail).includes(Buffer.from(mark, 'hex')) ? 'complete' : 'unsure'
}

async function riffComplete(image: OpenedImage): Promise<'complete' | 'truncated'> {
  const head = Buffer.from(await image.read(0, 8))
  return head.readUInt32LE(4) + 8 > image.bytes ? 'truncated' : 'complete'
}
