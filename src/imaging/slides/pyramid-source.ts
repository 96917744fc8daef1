import sharp from 'sharp'
import { levelSize, tileLevels, type TilePlace } from '#shared/geometry/tile-grid.ts'
import { decoderError } from '../failure.ts'
import type { Raster } from '../raster.ts'
import type { Pyramid } from './build-pyramid.ts'
import type { ImageSource, SourceFacts, SourceLevel, SourceRegion } from './image-source.ts'
import { OneByOne } from './one-by-one.ts'
import { PYRAMID_TILE, tileFile } from './pyramid-layout.ts'
import { checkRegion } from './regions.ts'

const AT_ONCE = 4

/** A large flat image through the tiles of its pyramid in the cache. */
export class PyramidSource implements ImageSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize = PYRAMID_TILE
  readonly facts: SourceFacts
  readonly #file: string
  readonly #pyramid: Pyramid
  readonly #reads = new OneByOne(AT_ONCE)

  constructor(file: string, pyramid: Pyramid, facts: SourceFacts) {
    this.#file = file
    this.#pyramid = pyramid
    this.width = pyramid.manifest.width
    this.height = pyramid.manifest.height
    this.levels = Array.from({ length: tileLevels(this) }, (_, level) => ({ ...levelSize(this, level), downsample: 2 ** level }))
    this.facts = facts
  }

  /** The file of one tile, as a picture that can be shown as it is. */
  tileFile(place: TilePlace): string {
    return tileFile(this.#pyramid.folder, this.#pyramid.manifest.format, place)
  }

  async read(region: SourceRegion, signal?: AbortSignal): Promise<Raster> {
    checkRegion(this, region)
    return this.#reads.run(() => this.#read(region), signal)
  }

  async #read(region: SourceRegion): Promise<Raster> {
    const { level, x, y, width, height } = region
    let out: Raster | null = null
    for (let row = Math.floor(y / PYRAMID_TILE); row * PYRAMID_TILE < y + height; row++)
      for (let column = Math.floor(x / PYRAMID_TILE); column * PYRAMID_TILE < x + width; column++) {
        const tile = await this.#decode({ level, column, row })
        out ??= { width, height, channels: tile.channels, data: new Uint8Array(width * height * tile.channels) }
        paste(tile, out, { x: column * PYRAMID_TILE - x, y: row * PYRAMID_TILE - y })
      }
    if (out === null) throw new Error('A region without tiles.')
    return out
  }

  async #decode(place: TilePlace): Promise<Raster> {
    const { channels } = this.#pyramid.manifest
    const image = sharp(this.tileFile(place), { failOn: 'error' }).toColourspace(channels === 1 ? 'b-w' : 'srgb')
    const { data, info } = await image
      .raw()
      .toBuffer({ resolveWithObject: true })
      .catch((thrown: unknown) => {
        throw decoderError(this.#file, thrown)
      })
    return { width: info.width, height: info.height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) }
  }

  async close(): Promise<void> {
    await this.#reads.end()
  }
}

/** Copies what of `from`, laid at a place of `to`, falls into it. */
function paste(from: Raster, to: Raster, at: { readonly x: number; readonly y: number }): void {
  const { channels } = to
  const left = Math.max(0, at.x)
  const right = Math.min(to.width, at.x + from.width)
  for (let y = Math.max(0, at.y); y < Math.min(to.height, at.y + from.height); y++) {
    const start = ((y - at.y) * from.width + left - at.x) * channels
    to.data.set(from.data.subarray(start, start + (right - left) * channels), (y * to.width + left) * channels)
  }
}
