// Synthetic tissue of any size, a pure function of seed and place: any part of it can be made alone, so that a slide is written tile by tile
// and patches with exact truth are cut out of the same tissue to learn from.
import { open } from 'node:fs/promises'
import sharp from 'sharp'
import type { Box } from '#shared/geometry/box.ts'

/** A cell: an ellipse, in slide pixels. */
export interface Cell {
  readonly x: number
  readonly y: number
  readonly a: number
  readonly b: number
  readonly turn: number
}

/** Middle distance of cells, pixels: 25 per 10,000 square micrometres of tissue at 0.5 µm a pixel. */
const SPACING = 40
const GLASS = [243, 242, 245] as const
const STROMA = [226, 168, 200] as const
const NUCLEUS = [92, 62, 134] as const

export class SyntheticSlide {
  readonly #seed: number
  readonly #side: number

  constructor(side: number, seed: number) {
    this.#side = side
    this.#seed = seed
  }

  /** How deep a place lies in tissue: above 0 inside, falling outwards; islands some thousand pixels wide. */
  depth(x: number, y: number): number {
    const scale = this.#side / 5
    const wide = this.#noise(x / scale, y / scale, 1) + 0.35 * this.#noise((4 * x) / scale, (4 * y) / scale, 2)
    const edge = Math.hypot(x / this.#side - 0.5, y / this.#side - 0.5)
    return wide - 0.42 - Math.max(0, edge - 0.38) * 4
  }

  /** All cells whose middle lies within `margin` of a region. */
  cellsIn({ x, y, width, height }: Box, margin = 16): Cell[] {
    const cells: Cell[] = []
    for (let row = Math.floor((y - margin) / SPACING); row <= (y + height + margin) / SPACING; row++)
      for (let column = Math.floor((x - margin) / SPACING); column <= (x + width + margin) / SPACING; column++) {
        const cell = this.#cell(column, row)
        if (cell.x < 0 || cell.y < 0 || cell.x >= this.#side || cell.y >= this.#side || this.depth(cell.x, cell.y) < 0.02) continue
        if (cell.x >= x - margin && cell.y >= y - margin && cell.x < x + width + margin && cell.y < y + height + margin) cells.push(cell)
      }
    return cells
  }

  /** RGB pixels of a region of whole pixels. */
  pixels(region: Box): Uint8Array {
    const { x, y, width, height } = region
    const data = new Uint8Array(width * height * 3)
    const coarse = depthGrid(this, region)
    for (let v = 0, at = 0; v < height; v++)
      for (let u = 0; u < width; u++, at += 3) {
        const inside = Math.min(1, Math.max(0, 12 * coarse(u, v)))
        const grain = hash(x + u, y + v, this.#seed) / 2 ** 32 - 0.5
        const fibre = Math.sin((x + u) / 9 + 3 * Math.sin((y + v) / 37)) * 7
        for (let c = 0; c < 3; c++) data[at + c] = GLASS[c]! + inside * (STROMA[c]! - GLASS[c]! + fibre + 16 * grain) + 5 * grain
      }
    for (const cell of this.cellsIn(region)) drawCell(data, region, cell, this.#seed)
    return data
  }

  #cell(column: number, row: number): Cell {
    const draw = (n: number): number => hash(column * 7 + n, row * 13 - n, this.#seed + 17) / 2 ** 32
    return {
      x: (column + 0.1 + 0.8 * draw(1)) * SPACING,
      y: (row + 0.1 + 0.8 * draw(2)) * SPACING,
      a: 8 + 5 * draw(3),
      b: 6 + 4 * draw(4),
      turn: Math.PI * draw(5),
    }
  }

  /** Value noise, smooth, 0..1. */
  #noise(x: number, y: number, octave: number): number {
    const [i, j] = [Math.floor(x), Math.floor(y)]
    const [u, v] = [smooth(x - i), smooth(y - j)]
    const at = (p: number, q: number): number => hash(p, q, this.#seed * 31 + octave) / 2 ** 32
    const above = at(i, j) * (1 - u) + at(i + 1, j) * u
    const below = at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u
    return above * (1 - v) + below * v
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t)

/** A well mixed 32-bit number for a place (the finaliser of MurmurHash3, Appleby 2011). */
function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The depth changes slowly: asked for every 16 pixels and interpolated. */
function depthGrid(slide: SyntheticSlide, { x, y, width, height }: Box): (u: number, v: number) => number {
  const columns = Math.ceil(width / 16) + 2
  const rows = Math.ceil(height / 16) + 2
  const grid = Float64Array.from({ length: columns * rows }, (_, i) =>
    slide.depth(x + 16 * (i % columns), y + 16 * Math.floor(i / columns)),
  )
  return (u, v) => {
    const [i, j] = [u >> 4, v >> 4]
    const [s, t] = [(u & 15) / 16, (v & 15) / 16]
    const at = j * columns + i
    return (grid[at]! * (1 - s) + grid[at + 1]! * s) * (1 - t) + (grid[at + columns]! * (1 - s) + grid[at + columns + 1]! * s) * t
  }
}

/** How far inside a cell a place lies: above 0 within. */
export function insideCell({ x, y, a, b, turn }: Cell, px: number, py: number): number {
  const [dx, dy] = [px - x, py - y]
  const [u, v] = [dx * Math.cos(turn) + dy * Math.sin(turn), dy * Math.cos(turn) - dx * Math.sin(turn)]
  return 1 - Math.hypot(u / a, v / b)
}

function drawCell(data: Uint8Array, { x, y, width, height }: Box, cell: Cell, seed: number): void {
  const reach = Math.ceil(Math.max(cell.a, cell.b)) + 1
  for (let py = Math.max(y, Math.floor(cell.y - reach)); py < Math.min(y + height, cell.y + reach); py++)
    for (let px = Math.max(x, Math.floor(cell.x - reach)); px < Math.min(x + width, cell.x + reach); px++) {
      const part = Math.min(1, Math.max(0, 5 * insideCell(cell, px + 0.5, py + 0.5)))
      const at = ((py - y) * width + px - x) * 3
      const grain = (hash(px, py, seed + 3) / 2 ** 32 - 0.5) * 30
      for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * (1 - part) + part * (NUCLEUS[c]! + grain)
    }
}

const TILE = 512

/** Writes the slide as a tiled TIFF of JPEG tiles (TIFF 6.0 with Technical Note 2), one tile in memory at a time. */
export async function writeSlide(slide: SyntheticSlide, side: number, file: string): Promise<void> {
  const handle = await open(file, 'w')
  const across = Math.ceil(side / TILE)
  const [offsets, counts] = [new Uint32Array(across * across), new Uint32Array(across * across)]
  let at = 8
  for (let i = 0; i < offsets.length; i++) {
    const region = { x: (i % across) * TILE, y: Math.floor(i / across) * TILE, width: TILE, height: TILE }
    const image = sharp(slide.pixels(region), { raw: { width: TILE, height: TILE, channels: 3 } })
    const bytes = await image.jpeg({ quality: 85, chromaSubsampling: '4:4:4' }).toBuffer()
    await handle.write(bytes, 0, bytes.length, at)
    offsets[i] = at
    counts[i] = bytes.length
    at += bytes.length
  }
  const { bytes, directory } = directoryOf(side, offsets, counts, at + (at % 2))
  await handle.write(bytes, 0, bytes.length, at + (at % 2))
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])
  head.writeUInt32LE(directory, 4)
  await handle.write(head, 0, 8, 0)
  await handle.close()
}

/** The only directory, behind the arrays that it points to; `place`: where these bytes will lie. */
function directoryOf(side: number, offsets: Uint32Array, counts: Uint32Array, place: number): { bytes: Buffer; directory: number } {
  const bits = Buffer.from(Uint16Array.of(8, 8, 8, 0).buffer)
  const arrays = Buffer.concat([Buffer.from(offsets.buffer), Buffer.from(counts.buffer), bits])
  const [countsAt, bitsAt] = [place + 4 * offsets.length, place + 8 * offsets.length]
  const [SHORT, LONG] = [3, 4]
  const entries = [
    [256, LONG, 1, side], [257, LONG, 1, side], [258, SHORT, 3, bitsAt], [259, SHORT, 1, 7], [262, SHORT, 1, 6], [277, SHORT, 1, 3],
    [284, SHORT, 1, 1], [322, LONG, 1, TILE], [323, LONG, 1, TILE], [324, LONG, offsets.length, place], [325, LONG, counts.length, countsAt],
    [530, SHORT, 2, 0x0001_0001],
  ] as const // prettier-ignore
  const directory = Buffer.alloc(2 + 12 * entries.length + 4)
  directory.writeUInt16LE(entries.length, 0)
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + 12 * i
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(type, at + 2)
    directory.writeUInt32LE(count, at + 4)
    directory.writeUInt32LE(value, at + 8)
  }
  return { bytes: Buffer.concat([arrays, directory]), directory: place + arrays.length }
}
