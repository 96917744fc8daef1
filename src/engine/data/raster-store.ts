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

/** Decoded images by index, least recently used dropped first once they take more than `budget` bytes. */
export class RasterStore {
  readonly #rasters = new Map<number, SharedRaster>()
  readonly #budget: number
  #bytes = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get bytes(): number {
    return this.#bytes
  }

  get(image: number): SharedRaster | undefined {
    const raster = this.#rasters.get(image)
    if (raster) {
      this.#rasters.delete(image)
      this.#rasters.set(image, raster)
    }
    return raster
  }

  /** Keeps a raster, unless it alone is larger than the budget. */
  put(image: number, raster: SharedRaster): void {
    const size = raster.pixels.byteLength
    if (this.#rasters.has(image) || size > this.#budget) return
    for (const [oldest, { pixels }] of this.#rasters) {
      if (this.#bytes + size <= this.#budget) break
      this.#rasters.delete(oldest)
      this.#bytes -= pixels.byteLength
    }
    this.#rasters.set(image, raster)
    this.#bytes += size
  }

  clear(): void {
    this.#rasters.clear()
    this.#bytes = 0
  }
}
