import type { JobSample } from '#shared/contracts/job.ts'
import { readAhead } from '../data/read-ahead.ts'
import { type PixelSource, rasterSource } from '../inference/pixel-source.ts'
import type { Look } from './engine-task.ts'

/** Images whose predictions are shown while training goes on. */
const SHOWN = 4

/** Reads images one after the other and hands them to `each`. Those that can't be read are left out and named. */
export async function lookThrough(
  images: readonly JobSample[],
  read: Look['read'],
  each: (image: JobSample, source: PixelSource) => Promise<void>,
): Promise<string[]> {
  const broken: string[] = []
  for await (const result of readAhead(images, read)) {
    if ('error' in result) broken.push(result.image.path)
    else await each(result.image, rasterSource(result.raster))
  }
  return broken
}

/** Spread evenly over the list, always the same ones, so that they can be watched growing better. */
export function shownImages(images: readonly JobSample[]): JobSample[] {
  const count = Math.min(SHOWN, images.length)
  return Array.from({ length: count }, (_, i) => images[Math.floor((i * images.length) / count)]!)
}
