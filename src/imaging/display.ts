import { open } from 'node:fs/promises'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { cacheFile } from './cache-file.ts'
import { readHeader, readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

/**
 * The file that Chromium shows with the very pixels that training sees: the original where it is an upright 8-bit JPEG, PNG, BMP or WebP
 * without transparency, else `target`, which is written as PNG. An embedded RGB profile is no reason: Chromium turns it into sRGB as the
 * reader does. @throws AppError of `ImageFailure`.
 */
export async function displayFile(file: string, target: string): Promise<string> {
  if (await shownAsItIs(file, await readHeader(file))) return file
  const raster = await readRaster(file)
  await cacheFile(target, await sharpOf(raster).png({ compressionLevel: 3 }).toBuffer())
  return target
}

async function shownAsItIs(file: string, header: ImageHeader): Promise<boolean> {
  if (
    header.format === 'tiff' ||
    header.format === 'slide' ||
    header.format === 'zarr' ||
    header.orientation !== 1 ||
    header.bitDepth !== 8 ||
    header.colour === 'cmyk' ||
    header.alpha
  )
    return false
  return header.format !== 'png' || !(await hasGamma(file))
}

/**
 * Whether a PNG asks for a gamma of its own: Chromium applies it, the reader (as most programs) does not. With an sRGB or iCCP chunk beside it
 * the gamma is only a fallback. All of them stand before the pixels.
 */
async function hasGamma(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(64 * 1024)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const chunks = new Set<string>()
    for (let at = 8; at + 12 <= bytesRead && !chunks.has('IDAT'); at += 12 + head.readUInt32BE(at))
      chunks.add(head.toString('latin1', at + 4, at + 8))
    return chunks.has('gAMA') && !chunks.has('sRGB') && !chunks.has('iCCP')
  } finally {
    await handle.close()
  }
}
