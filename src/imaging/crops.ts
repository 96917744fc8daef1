import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import type { cropsRequest } from '#shared/contracts/label-maps.ts'
import type { Raster } from './raster.ts'
import { readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

/** Cuts squares out of an image, decoded once, and writes them as PNG; folders are made as needed. Throws AppError of `ImageFailure`. */
export async function writeCrops({ file, size, border, crops }: z.output<typeof cropsRequest>): Promise<void> {
  const raster = await readRaster(file)
  for (const { x, y, target } of crops) {
    await mkdir(path.dirname(target), { recursive: true })
    await sharpOf(cropOf(raster, { x, y, size, border })).png({ compressionLevel: 6 }).toFile(target)
  }
}

export interface CropPlace {
  /** Centre, pixels of the image. */
  readonly x: number
  readonly y: number
  /** Side, pixels. */
  readonly size: number
  /** `reflect` mirrors at the image's edge without doubling the outermost pixel, as numpy's and OpenCV's reflect (101). */
  readonly border: 'reflect' | 'black' | 'white'
}

/** A square of an image round a centre. */
export function cropOf(raster: Raster, { x, y, size, border }: CropPlace): Raster {
  const { channels, width, height } = raster
  const [left, top] = [Math.round(x - size / 2), Math.round(y - size / 2)]
  const data = new Uint8Array(size * size * channels).fill(border === 'white' ? 255 : 0)
  for (let row = 0; row < size; row++) {
    const fromRow = source(top + row, height, border)
    if (fromRow < 0) continue
    for (let column = 0; column < size; column++) {
      const fromColumn = source(left + column, width, border)
      if (fromColumn < 0) continue
      const from = (fromRow * width + fromColumn) * channels
      const to = (row * size + column) * channels
      for (let c = 0; c < channels; c++) data[to + c] = raster.data[from + c]!
    }
  }
  return { width: size, height: size, channels, data }
}

/** Where a pixel of a row or column comes from; -1 for beyond the edge. */
function source(at: number, length: number, border: CropPlace['border']): number {
  if (at >= 0 && at < length) return at
  if (border !== 'reflect') return -1
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const within = ((at % period) + period) % period
  return within < length ? within : period - within
}
