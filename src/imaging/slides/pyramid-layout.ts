import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { TILE_SIDE, type TilePlace } from '#shared/geometry/tile-grid.ts'
import { z } from 'zod'
import { fileError } from '../failure.ts'

/** Side of a pyramid's tiles: those of the grid in which images are drawn, so that they are shown as they are. */
export const PYRAMID_TILE = TILE_SIDE
/** Where a project keeps the pyramids of its large flat images: one folder for the window, predictions and trainings alike. */
export const pyramidFolder = (cacheFolder: string): string => path.join(cacheFolder, 'pyramids')

/** Stands in a pyramid's folder once it is whole. */
export const MANIFEST = 'pyramid.json'

/** What a folder of tiles holds: `<level>/<column>_<row>.<format>`, level 0 the finest, each level half the one before (rounded up). */
export const pyramidManifest = z.object({
  version: z.literal(1),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  tile: z.literal(PYRAMID_TILE),
  format: z.enum(['jpeg', 'png']),
  /** 3 = RGB, 1 = grey. */
  channels: z.union([z.literal(1), z.literal(3)]),
})
export type PyramidManifest = z.infer<typeof pyramidManifest>

/** File of one tile. */
export function tileFile(folder: string, format: PyramidManifest['format'], { level, column, row }: TilePlace): string {
  return path.join(folder, String(level), `${column}_${row}.${format}`)
}

const SAMPLE_BYTES = 2 ** 20

/** Name of an image's pyramid: by size, time of change and content of both ends, since hashing the whole would take as long as a look at it. */
export async function pyramidKey(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  try {
    const { size, mtimeMs } = await handle.stat()
    const hash = createHash('sha256').update(`1 ${size} ${mtimeMs}`)
    const sample = Buffer.alloc(SAMPLE_BYTES)
    for (const position of [0, Math.max(0, size - SAMPLE_BYTES)]) {
      const { bytesRead } = await handle.read(sample, 0, SAMPLE_BYTES, position)
      hash.update(sample.subarray(0, bytesRead))
    }
    return hash.digest('hex').slice(0, 32)
  } catch (thrown) {
    throw fileError(file, thrown)
  } finally {
    await handle.close()
  }
}
