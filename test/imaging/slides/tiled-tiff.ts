import { writeFileSync } from 'node:fs'
import type { Raster } from '../../../src/imaging/raster.ts'

/** A picture of a TIFF: 8-bit samples, uncompressed tiles. */
export interface TiledPage {
  readonly raster: Raster
  readonly tile: number
  /** Reduced pictures in SubIFDs, as OME-TIFF keeps its levels. */
  readonly reduced?: readonly Raster[]
}

type Field = readonly [tag: number, type: 3 | 4, values: readonly number[]]

/** Writes a little-endian classic TIFF (TIFF 6.0) by hand, since no library at hand writes SubIFDs. */
export function writeTiledTiff(file: string, pages: readonly TiledPage[], description = ''): void {
  const parts: Buffer[] = [Buffer.from('49492a0000000000', 'hex')]
  let at = 8
  const put = (bytes: Buffer): number => {
    const place = at
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
    parts.push(padded)
    at += padded.length
    return place
  }
  const directory = (raster: Raster, tile: number, subs: readonly number[]): { bytes: Buffer; nextAt: number } => {
    const tiles = cutTiles(raster, tile).map(put)
    const size = tile * tile * raster.channels
    const text = description === '' ? null : put(Buffer.from(`${description}\0`))
    const fields: Field[] = [
      [256, 4, [raster.width]],
      [257, 4, [raster.height]],
      [258, 3, Array.from({ length: raster.channels }, () => 8)],
      [259, 3, [1]],
      [262, 3, [raster.channels === 1 ? 1 : 2]],
      [277, 3, [raster.channels]],
      [322, 4, [tile]],
      [323, 4, [tile]],
      [324, 4, tiles],
      [325, 4, tiles.map(() => size)],
      ...(subs.length > 0 ? [[330, 4, subs] as const] : []),
    ]
    const entries = [...fields.map((field) => entry(field, put)), ...(text === null ? [] : [textEntry(text, description.length + 1)])]
    entries.sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0))
    const count = Buffer.alloc(2)
    count.writeUInt16LE(entries.length)
    const bytes = Buffer.concat([count, ...entries, Buffer.alloc(4)])
    return { bytes, nextAt: bytes.length - 4 }
  }
  let link: { readonly buffer: Buffer; readonly at: number } = { buffer: parts[0]!, at: 4 }
  for (const { raster, tile, reduced = [] } of pages) {
    const subs = reduced.map((small) => put(directory(small, tile, []).bytes))
    const { bytes, nextAt } = directory(raster, tile, subs)
    link.buffer.writeUInt32LE(put(bytes), link.at)
    link = { buffer: parts.at(-1)!, at: nextAt }
  }
  writeFileSync(file, Buffer.concat(parts))
}

function entry([tag, type, values]: Field, put: (bytes: Buffer) => number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16LE(tag, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.writeUInt32LE(values.length, 4)
  const width = type === 3 ? 2 : 4
  const list = Buffer.alloc(Math.max(4, values.length * width))
  values.forEach((value, i) => (type === 3 ? list.writeUInt16LE(value, i * 2) : list.writeUInt32LE(value, i * 4)))
  if (values.length * width <= 4) list.copy(bytes, 8)
  else bytes.writeUInt32LE(put(list), 8)
  return bytes
}

function textEntry(at: number, length: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16LE(270, 0)
  bytes.writeUInt16LE(2, 2)
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt32LE(at, 8)
  return bytes
}

function cutTiles({ width, height, channels, data }: Raster, tile: number): Buffer[] {
  const tiles: Buffer[] = []
  for (let y = 0; y < height; y += tile)
    for (let x = 0; x < width; x += tile) {
      const bytes = Buffer.alloc(tile * tile * channels)
      for (let row = 0; row < Math.min(tile, height - y); row++) {
        const from = ((y + row) * width + x) * channels
        bytes.set(data.subarray(from, from + Math.min(tile, width - x) * channels), row * tile * channels)
      }
      tiles.push(bytes)
    }
  return tiles
}

/** A picture in which each place has its own colour. */
export function gradient(width: number, height: number, channels: 1 | 3 = 3): Raster {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[(y * width + x) * channels + c] = (x * (c + 1) + y * (3 - c) + ((x >> 6) ^ (y >> 6)) * 7) & 255
  return { width, height, channels, data }
}

/** A picture that changes slowly, as tissue does to JPEG. */
export function soft(width: number, height: number, channels: 1 | 3 = 3): Raster {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[(y * width + x) * channels + c] = Math.round(128 + 60 * Math.sin(x / 90 + c) + 50 * Math.cos(y / 70 - c))
  return { width, height, channels, data }
}

/** Mean of the absolute differences; Infinity where the sizes differ. */
export function difference(a: Raster, b: Raster): number {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) return Infinity
  let sum = 0
  a.data.forEach((value, i) => (sum += Math.abs(value - b.data[i]!)))
  return sum / a.data.length
}
