import { BoundedCache } from '#shared/bounded-cache.ts'
import type { Raster } from '../../imaging/raster.ts'

/** A raster whose pixels every worker can see. */
export interface SharedRaster {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly pixels: SharedArrayBuffer
}

/** Copies a raster into shared memory. */
export function shareRaster({ width, height, channels, data }: Raster): SharedRaster {
  const pixels = new SharedArrayBuffer(data.byteLength)
  new Uint8Array(pixels).set(data)
  return { width, height, channels, pixels }
}

export function viewRaster({ width, height, channels, pixels }: SharedRaster): Raster {
  return { width, height, channels, data: new Uint8Array(pixels) }
}

/** Decoded images by index, up to a number of bytes of pixels. */
export class RasterStore extends BoundedCache<number, SharedRaster> {
  constructor(most: number) {
    super({ most, bytesOf: ({ pixels }) => pixels.byteLength })
  }
}
