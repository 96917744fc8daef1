import type { Raster } from '../raster.ts'
import type { ImageSource, SourceFacts, SourceLevel, SourceRegion } from './image-source.ts'
import { checkRegion } from './regions.ts'

/** A small image, decoded once and held: its regions are copied out of memory. */
export class FlatSource implements ImageSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize = 512
  readonly facts: SourceFacts
  #raster: Raster | null

  constructor(raster: Raster, facts: SourceFacts) {
    this.width = raster.width
    this.height = raster.height
    this.levels = [{ width: raster.width, height: raster.height, downsample: 1 }]
    this.facts = facts
    this.#raster = raster
  }

  /** Memory that its pixels take. */
  get bytes(): number {
    return this.#raster?.data.byteLength ?? 0
  }

  read(region: SourceRegion): Promise<Raster> {
    checkRegion(this, region)
    if (this.#raster === null) throw new Error('This image was closed.')
    return Promise.resolve(cut(this.#raster, region))
  }

  close(): Promise<void> {
    this.#raster = null
    return Promise.resolve()
  }
}

/** A copy of a part of a raster that lies within it. */
export function cut(raster: Raster, { x, y, width, height }: Omit<SourceRegion, 'level'>): Raster {
  const { channels, data } = raster
  const out = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * raster.width + x) * channels
    out.set(data.subarray(from, from + width * channels), row * width * channels)
  }
  return { width, height, channels, data: out }
}
