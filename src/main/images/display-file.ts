import { open } from 'node:fs/promises'
import path from 'node:path'
import { type ImageHeader, readHeader, readRaster } from '../../imaging/read.ts'
import { cacheFile, isCached, sharpOf } from './make-pictures.ts'
import type { ThumbnailSource } from './thumbnails.ts'

/**
 * Files that Chromium can show with the very pixels that training sees: the original where it is an upright 8-bit JPEG, PNG, BMP or WebP
 * without transparency, else a PNG `cache/display/<sha256>.png`, made once. An embedded RGB profile is no reason: Chromium turns it into sRGB
 * as the reader does.
 */
export class DisplayFiles {
  readonly #folder: string
  readonly #making = new Map<string, Promise<string>>()

  constructor(cacheFolder: string) {
    this.#folder = path.join(cacheFolder, 'display')
  }

  /** The file to show for an image. @throws AppError of `ImageFailure`. */
  async get(source: ThumbnailSource): Promise<string> {
    const converted = path.join(this.#folder, `${source.sha256}.png`)
    if (await isCached(converted)) return converted
    if (await shownAsItIs(source.file, await readHeader(source.file))) return source.file
    const running = this.#making.get(source.sha256) ?? this.#convert(source, converted)
    this.#making.set(source.sha256, running)
    return running
  }

  async #convert({ file, sha256 }: ThumbnailSource, converted: string): Promise<string> {
    try {
      const raster = await readRaster(file)
      await cacheFile(converted, await sharpOf(raster).png({ compressionLevel: 3 }).toBuffer())
      return converted
    } finally {
      this.#making.delete(sha256)
    }
  }
}

async function shownAsItIs(file: string, header: ImageHeader): Promise<boolean> {
  if (header.format === 'tiff' || header.orientation !== 1 || header.bitDepth !== 8 || header.colour === 'cmyk' || header.alpha)
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
