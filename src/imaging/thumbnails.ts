import type { z } from 'zod'
import type { thumbnailTarget } from '#shared/contracts/pictures.ts'
import { cacheFile } from './cache-file.ts'
import { readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

type Target = z.output<typeof thumbnailTarget>

const WEBP = { quality: 82, effort: 1 }

/** Writes WebP thumbnails of an image, decoded once at the largest side that is wanted. @throws AppError of `ImageFailure`. */
export async function writeThumbnails(file: string, targets: readonly Target[]): Promise<void> {
  const largest = await readRaster(file, { maxSide: Math.max(...targets.map(({ side }) => side)) })
  for (const { target, side } of targets) {
    const image = sharpOf(largest).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    await cacheFile(target, await image.webp(WEBP).toBuffer())
  }
}
