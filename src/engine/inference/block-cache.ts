import { BoundedCache } from '#shared/bounded-cache.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ImageSource } from '../../imaging/slides/image-source.ts'

/** Blocks are no smaller than this a side: a small tile costs more to ask for than to read. */
const LEAST_SIDE = 512
/** A source whose tiles are larger (strips of a flat file) is read in blocks of this side. */
const MOST_SIDE = 2048
/** Holds three rows of blocks of an image of 40,000 px: what neighbouring rows of tiles share is decoded once. */
const CACHE_BYTES = 192 * 2 ** 20

/** A part of a level, put together: the raster's top-left pixel is pixel (x, y) of the level. */
export interface LevelPart {
  readonly raster: Raster
  readonly x: number
  readonly y: number
}

/** A block that is there or on its way, and the bytes that are kept free for it. */
interface Block {
  readonly raster: Promise<Raster>
  readonly bytes: number
}

/** Reads a source block by block and keeps those that were asked for last, up to a number of bytes. */
export class BlockCache {
  readonly #source: ImageSource
  readonly #side: number
  readonly #blocks: BoundedCache<string, Block>
  #reads = 0

  constructor(source: ImageSource, most = CACHE_BYTES) {
    this.#source = source
    this.#blocks = new BoundedCache({ most, bytesOf: ({ bytes }) => bytes, keepsLarge: true })
    this.#side = Math.min(MOST_SIDE, source.tileSize * Math.max(1, Math.ceil(LEAST_SIDE / source.tileSize)))
  }

  /** Blocks that were read from the source. */
  get reads(): number {
    return this.#reads
  }

  /** A region of whole pixels that lies within the level. Throws what the source throws. */
  async part(level: number, { x, y, width, height }: Box): Promise<LevelPart> {
    const side = this.#side
    const places: Box[] = []
    for (let top = y - (y % side); top < y + height; top += side)
      for (let left = x - (x % side); left < x + width; left += side) places.push(this.#block(level, left, top))
    const blocks = await Promise.all(places.map((place) => this.#read(level, place)))
    const { channels } = blocks[0]!
    const data = new Uint8Array(width * height * channels)
    for (const [i, block] of blocks.entries()) copyInto(data, { x, y, width, height }, block, places[i]!, channels)
    return { raster: { width, height, channels, data }, x, y }
  }

  #block(level: number, x: number, y: number): Box {
    const { width, height } = this.#source.levels[level]!
    return { x, y, width: Math.min(this.#side, width - x), height: Math.min(this.#side, height - y) }
  }

  #read(level: number, place: Box): Promise<Raster> {
    const key = `${level}/${place.x}/${place.y}`
    const known = this.#blocks.get(key)
    if (known) return known.raster
    this.#reads++
    // As of a picture in colour; a grey one takes less.
    const block: Block = { raster: this.#source.read({ level, ...place }), bytes: 3 * place.width * place.height }
    this.#blocks.set(key, block)
    // Another try may succeed, where a drive was away for a moment.
    block.raster.catch(() => {
      this.#blocks.delete(key)
    })
    return block.raster
  }
}

function copyInto(out: Uint8Array, part: Box, block: Raster, place: Box, channels: number): void {
  if (block.channels !== channels) throw new Error(`A slide with ${channels} and ${block.channels} channels`)
  const [left, right] = [Math.max(part.x, place.x), Math.min(part.x + part.width, place.x + place.width)]
  const [top, bottom] = [Math.max(part.y, place.y), Math.min(part.y + part.height, place.y + place.height)]
  for (let y = top; y < bottom; y++) {
    const from = ((y - place.y) * place.width + left - place.x) * channels
    out.set(block.data.subarray(from, from + (right - left) * channels), ((y - part.y) * part.width + left - part.x) * channels)
  }
}
