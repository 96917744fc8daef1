import type * as zarr from 'zarrita'
import { BoundedCache } from '#shared/bounded-cache.ts'
import { counted } from '#shared/counted.ts'
import type { Plane } from '#shared/channels/look.ts'
import { MAX_LARGE_SIDE } from '../limits.ts'
import type { ZarrPlane } from '#shared/records/zarr-plane.ts'
import { NoOmeImage, type Axis } from './ome.ts'

/** Kinds of numbers that are read. */
export type ZarrNumbers = 'uint8' | 'uint16'

export type ZarrArray = zarr.Array<zarr.DataType, zarr.AsyncReadable>
type ChunkOf = zarr.Chunk<ZarrNumbers>

/** Most numbers of a chunk: more would not be worth calling chunk. */
const MOST_IN_CHUNK = 2 ** 26

interface Kept {
  readonly chunk: Promise<ChunkOf>
  readonly bytes: number
}

/** A chunk that has fewer numbers than it should. */
export class CutOffChunk extends Error {}

/** Chunks of all levels of an image that were decoded last. */
export type ChunkCache = BoundedCache<string, Kept>

export const chunkCache = (most: number): ChunkCache => new BoundedCache({ most, bytesOf: ({ bytes }: Kept) => bytes, keepsLarge: true })

/** One level of an OME-Zarr: an array of planes, of which those at one time and depth are read. */
export class ZarrLevel {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** How many points in time, and slices, there are. */
  readonly times: number
  readonly slices: number
  readonly numbers: ZarrNumbers
  readonly chunk: { readonly width: number; readonly height: number }
  readonly #array: ZarrArray
  readonly #axes: readonly Axis[]
  readonly #cache: ChunkCache
  readonly #plane: ZarrPlane

  /** Throws `NoOmeImage` where the array is none of pixels with 8 or 16 bits, or does not have the axes or the plane. */
  constructor(array: ZarrArray, axes: readonly Axis[], { cache, plane }: { readonly cache: ChunkCache; readonly plane: ZarrPlane }) {
    const { shape, chunks, dtype } = array
    if (!isCounts(shape, MAX_LARGE_SIDE) || !isCounts(chunks, 2 ** 31) || chunks.length !== shape.length)
      throw new NoOmeImage('has a level whose size makes no sense.')
    if (shape.length !== axes.length) throw new NoOmeImage(`has a level of ${shape.length} axes where ${axes.length} are named.`)
    if (chunks.reduce((a, b) => a * b, 1) > MOST_IN_CHUNK) throw new NoOmeImage('has chunks that are too large to be read.')
    if (dtype !== 'uint8' && dtype !== 'uint16')
      throw new NoOmeImage(`has numbers of the kind ${dtype}; 8 and 16 bits (uint8, uint16) are read.`)
    const of = (axis: Axis, sizes: readonly number[]): number => sizes[axes.indexOf(axis)] ?? 1
    this.#array = array
    this.#axes = axes
    this.#cache = cache
    this.numbers = dtype
    this.width = of('x', shape)
    this.height = of('y', shape)
    this.channels = of('c', shape)
    this.times = of('t', shape)
    this.slices = of('z', shape)
    this.chunk = { width: of('x', chunks), height: of('y', chunks) }
    this.#plane = plane
    if (plane.slice >= this.slices) throw new NoOmeImage(`has no slice ${plane.slice + 1}: it has ${this.slices}.`)
    if (plane.time >= this.times) throw new NoOmeImage(`has no time ${plane.time + 1}: it has ${counted(this.times, 'point')} in time.`)
  }

  /** Pixels of one channel in a part that lies within the level. Throws what zarrita and the folder throw. */
  async plane(channel: number, { x, y, width, height }: { x: number; y: number; width: number; height: number }): Promise<Plane> {
    const values = new Uint16Array(width * height)
    const side = this.chunk
    const parts: Promise<void>[] = []
    for (let row = Math.floor(y / side.height); row * side.height < y + height; row++)
      for (let column = Math.floor(x / side.width); column * side.width < x + width; column++)
        parts.push(this.#copy(channel, { column, row }, { values, x, y, width, height }))
    // All of them come to an end before one that failed is told: none goes on behind a file that was closed.
    const ended = await Promise.allSettled(parts)
    for (const end of ended) if (end.status === 'rejected') throw end.reason
    return { width, height, values }
  }

  async #copy(
    channel: number,
    { column, row }: { column: number; row: number },
    to: Plane & { readonly x: number; readonly y: number },
  ): Promise<void> {
    const { slice, time } = this.#plane
    const [per, deep, long] = [this.#sizeOf('c'), this.#sizeOf('z'), this.#sizeOf('t')]
    const place: Record<Axis, number> = {
      t: Math.floor(time / long),
      z: Math.floor(slice / deep),
      c: Math.floor(channel / per),
      y: row,
      x: column,
    }
    const { data, stride } = await this.#chunkAt(this.#axes.map((axis) => place[axis]))
    const along = (axis: Axis): number => stride[this.#axes.indexOf(axis)] ?? 0
    const [down, across] = [along('y'), along('x')]
    const first = along('c') * (channel % per) + along('z') * (slice % deep) + along('t') * (time % long)
    const [left, top] = [column * this.chunk.width, row * this.chunk.height]
    const [from, end] = [Math.max(to.x, left), Math.min(to.x + to.width, left + this.chunk.width)]
    for (let line = Math.max(to.y, top); line < Math.min(to.y + to.height, top + this.chunk.height); line++) {
      let at = first + (line - top) * down + (from - left) * across
      const start = (line - to.y) * to.width - to.x
      for (let pixel = from; pixel < end; pixel++, at += across) to.values[start + pixel] = data[at]!
    }
  }

  #sizeOf(axis: Axis): number {
    return this.#array.chunks[this.#axes.indexOf(axis)] ?? 1
  }

  #chunkAt(place: number[]): Promise<ChunkOf> {
    const key = `${this.#array.path} ${place.join()}`
    const kept = this.#cache.get(key)
    if (kept) return kept.chunk
    const numbers = this.#array.chunks.reduce((a, b) => a * b, 1)
    const chunk = (this.#array.getChunk(place) as Promise<ChunkOf>).then((read) => {
      if (read.data.length !== numbers) throw new CutOffChunk()
      return read
    })
    this.#cache.set(key, { chunk, bytes: numbers * (this.numbers === 'uint16' ? 2 : 1) })
    chunk.catch(() => {
      this.#cache.delete(key)
    })
    return chunk
  }
}

const isCounts = (sizes: readonly number[], most: number): boolean =>
  sizes.every((size) => Number.isInteger(size) && size > 0 && size <= most)
