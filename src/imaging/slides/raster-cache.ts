import type { Raster } from '../raster.ts'

/** Decoded pictures by name, bounded by the bytes of their pixels: the longest unused goes first. */
export class RasterCache {
  readonly #most: number
  /** In the order of use, the longest unused first. */
  readonly #kept = new Map<string, Raster>()
  #bytes = 0

  /** `most` bytes of pixels. */
  constructor(most: number) {
    this.#most = most
  }

  get bytes(): number {
    return this.#bytes
  }

  get(name: string): Raster | undefined {
    const raster = this.#kept.get(name)
    if (raster === undefined) return undefined
    this.#kept.delete(name)
    this.#kept.set(name, raster)
    return raster
  }

  set(name: string, raster: Raster): void {
    this.delete(name)
    if (raster.data.byteLength > this.#most) return
    this.#kept.set(name, raster)
    this.#bytes += raster.data.byteLength
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return
      this.delete(oldest)
    }
  }

  delete(name: string): void {
    const raster = this.#kept.get(name)
    if (raster === undefined) return
    this.#kept.delete(name)
    this.#bytes -= raster.data.byteLength
  }
}
