import { BoundedCache } from '#shared/bounded-cache.ts'
import type { Raster } from '../raster.ts'

/** Decoded pictures by name, up to a number of bytes of pixels. */
export class RasterCache extends BoundedCache<string, Raster> {
  constructor(most: number) {
    super({ most, bytesOf: ({ data }) => data.byteLength })
  }
}
