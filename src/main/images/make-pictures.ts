import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { Raster } from '../../imaging/raster.ts'

/** A raster as sharp takes it. */
export function sharpOf({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}

/** Whether the cache has a file: an empty one is what a power cut left. */
export async function isCached(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > 0
}

/** Puts bytes into the cache whole: nobody sees half a picture. Not synced to disk, since it can be made again. */
export async function cacheFile(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const part = `${file}.${randomBytes(4).toString('hex')}.part`
  try {
    await writeFile(part, bytes)
    await rename(part, file)
  } catch (thrown) {
    await rm(part, { force: true })
    throw thrown
  }
}
