import { must } from '#shared/assert.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { InputSize } from '../models/preset.ts'
import { mirror } from './classify.ts'
import type { PixelSource } from './pixel-source.ts'
import type { InferenceSession } from './session.ts'
import { type TileAxis, tileAxis } from './tile-axis.ts'

/** A segmenter ready to look at images. */
export interface AreaModel {
  readonly session: InferenceSession
  /** Size of a tile, [height, width]. */
  readonly size: InputSize
  readonly channels: number
  readonly multiple: number
  readonly fixed: boolean
  /** Image pixels a side of one input pixel. */
  readonly pixelsPerInput: number
  /** Numbers a pixel that `probabilities` gives. */
  readonly shares: number
  /** Logits of pixels as probabilities: of the background, of each class, and what else there is. */
  probabilities(logits: Float32Array, pixels: number): Float32Array
}

export interface LookOptions {
  /** Mirrored tiles are looked at too, and averaged. */
  readonly flips: boolean
  /** Whether a region of the image shows nothing: its tiles are background without a look. Default: none does. */
  readonly skips?: ((region: Box) => boolean) | undefined
  /** The first row that will be asked for; what only rows above it need is not looked at. Default 0. */
  readonly from?: number
  /** Awaited after each tile; `looked` = it was not skipped. */
  turn(looked: boolean): Promise<void>
}

const FLIPS = [[false, false], [true, false], [false, true], [true, true]] as const // prettier-ignore

/**
 * What one model says of an image, row by row from the top at the image's own resolution. Only the rows of the tiles under way are in memory,
 * so the image may be of any size. Tiles overlap and fade into one another; the image's edges are mirrored where a tile is larger.
 */
export class ProbabilityRows {
  readonly #model: AreaModel
  readonly #source: PixelSource
  readonly #options: LookOptions
  readonly #across: TileAxis
  readonly #down: TileAxis
  /** Rows of the canvas, by number: `shares` numbers a pixel. */
  readonly #rows = new Map<number, Float32Array>()
  /** Of each pixel across: between which numbers of a row of the canvas it lies, and where. */
  readonly #first: Int32Array
  readonly #second: Int32Array
  readonly #part: Float32Array
  /** Row of tiles that is to be looked at next. */
  #next: number
  /** How many tiles of the image are to be looked at, and how many of them rows above the first that is asked for have had. */
  readonly tiles: number
  readonly done: number

  constructor(model: AreaModel, source: PixelSource, options: LookOptions) {
    this.#model = model
    this.#source = source
    this.#options = options
    const axis = (pixels: number, tile: number): TileAxis =>
      tileAxis(Math.max(1, Math.round(pixels / model.pixelsPerInput)), { tile, multiple: model.multiple, stretches: !model.fixed })
    this.#across = axis(source.width, model.size[1])
    this.#down = axis(source.height, model.size[0])
    const columns = Array.from({ length: source.width }, (_, x) => samplingOf(x, source.width, this.#across))
    this.#first = Int32Array.from(columns, ({ first }) => first * model.shares)
    this.#second = Int32Array.from(columns, ({ second }) => second * model.shares)
    this.#part = Float32Array.from(columns, ({ part }) => part)
    this.#next = this.#firstFor(options.from ?? 0)
    const looked = this.#down.places.map((_, row) => this.#across.places.filter((__, column) => !this.#skips(column, row)).length)
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)
    this.tiles = sum(looked)
    this.done = sum(looked.slice(0, this.#next))
  }

  /** Adds row `y` of the image to `line` (`shares` numbers a pixel). Rows must be asked for from the top down. */
  async addRow(y: number, line: Float32Array): Promise<void> {
    const place = samplingOf(y, this.#source.height, this.#down)
    while (this.#next < this.#down.places.length && this.#final() <= place.second) await this.#lookAtTiles()
    this.#forget(place.first)
    const first = must(this.#rows.get(place.first), 'a row that is done')
    const second = must(this.#rows.get(place.second), 'a row that is done')
    this.#resample(first, second, place.part, line)
  }

  /** The first row of tiles that reaches down to a row of the image. */
  #firstFor(y: number): number {
    const { places, tile } = this.#down
    if (y >= this.#source.height) return places.length
    const { first } = samplingOf(y, this.#source.height, this.#down)
    return y === 0 ? 0 : places.findIndex((place) => place + tile > first)
  }

  #skips(column: number, row: number): boolean {
    return this.#options.skips?.(this.#regionOf(column, row)) ?? false
  }

  #regionOf(column: number, row: number): Box {
    const x = spanOf(this.#across, column, this.#source.width)
    const y = spanOf(this.#down, row, this.#source.height)
    return { x: x.from, y: y.from, width: x.to - x.from, height: y.to - y.from }
  }

  /** Rows above this one do not change any more. */
  #final(): number {
    return this.#next === 0 ? 0 : this.#down.places[this.#next]!
  }

  #forget(before: number): void {
    for (const row of this.#rows.keys()) {
      if (row >= before) break
      this.#rows.delete(row)
    }
  }

  #resample(first: Float32Array, second: Float32Array, part: number, line: Float32Array): void {
    const { shares } = this.#model
    const row = part === 0 ? first : first.map((value, i) => value + (second[i]! - value) * part)
    for (let x = 0, at = 0; x < this.#first.length; x++) {
      const [a, b, right] = [this.#first[x]!, this.#second[x]!, this.#part[x]!]
      for (let c = 0; c < shares; c++, at++) line[at]! += right === 0 ? row[a + c]! : row[a + c]! * (1 - right) + row[b + c]! * right
    }
  }

  async #lookAtTiles(): Promise<void> {
    const row = this.#next
    for (const column of this.#across.places.keys()) {
      const skipped = this.#skips(column, row)
      if (skipped) this.#addBackground(column, row)
      else this.#add(await this.#lookAt(column, row), column, row)
      await this.#options.turn(!skipped)
    }
    this.#next++
  }

  #add(found: Float32Array, column: number, row: number): void {
    const { shares } = this.#model
    const [across, down] = [this.#across, this.#down]
    const [horizontal, vertical] = [across.weights[column]!, down.weights[row]!]
    const left = across.places[column]! * shares
    for (let i = 0, at = 0; i < down.tile; i++) {
      const into = this.#row(down.places[row]! + i)
      for (let j = 0, to = left; j < across.tile; j++) {
        const weight = vertical[i]! * horizontal[j]!
        for (let c = 0; c < shares; c++, at++, to++) into[to]! += weight * found[at]!
      }
    }
  }

  #addBackground(column: number, row: number): void {
    const { shares } = this.#model
    const [across, down] = [this.#across, this.#down]
    for (let i = 0; i < down.tile; i++) {
      const into = this.#row(down.places[row]! + i)
      const [weights, vertical] = [across.weights[column]!, down.weights[row]![i]!]
      for (let j = 0, to = across.places[column]! * shares; j < across.tile; j++, to += shares) into[to]! += vertical * weights[j]!
    }
  }

  #row(y: number): Float32Array {
    const known = this.#rows.get(y)
    if (known) return known
    const row = new Float32Array(this.#across.length * this.#model.shares)
    this.#rows.set(y, row)
    return row
  }

  /** Probabilities of one tile, [height, width, shares]. */
  async #lookAt(column: number, row: number): Promise<Float32Array> {
    const { session, channels, shares, probabilities } = this.#model
    const size = [this.#down.tile, this.#across.tile] as const
    const pixels = await this.#read(column, row)
    const flips = this.#options.flips ? FLIPS : FLIPS.slice(0, 1)
    const sum = new Float32Array(size[0] * size[1] * shares)
    for (const [x, y] of flips) {
      const { logits } = await session.run(x || y ? mirror(pixels, size, channels, x, y) : pixels, 1, ...size)
      const found = probabilities(must(logits, 'a segmenter gives logits').data, size[0] * size[1])
      const upright = x || y ? mirror(found, size, shares, x, y) : found
      for (let i = 0; i < sum.length; i++) sum[i]! += upright[i]! / flips.length
    }
    return sum
  }

  /** The pixels of a tile, mirrored at the image's edges. */
  async #read(column: number, row: number): Promise<Float32Array> {
    const { channels } = this.#model
    const x = partOf(this.#across, column)
    const y = partOf(this.#down, row)
    const read = await this.#source.read(this.#regionOf(column, row), [y.pixels, x.pixels], channels)
    if (x.pixels === this.#across.tile && y.pixels === this.#down.tile) return read
    const out = new Float32Array(this.#down.tile * this.#across.tile * channels)
    for (let i = 0, at = 0; i < this.#down.tile; i++)
      for (let j = 0; j < this.#across.tile; j++) {
        const from = (y.source[i]! * x.pixels + x.source[j]!) * channels
        for (let c = 0; c < channels; c++) out[at++] = read[from + c]!
      }
    return out
  }
}

/** Between which pixels of the canvas the middle of an image's pixel lies. */
interface Sampling {
  readonly first: number
  readonly second: number
  /** 0 = on the first, towards 1 = on the second. */
  readonly part: number
}

function samplingOf(pixel: number, pixels: number, { start, image }: TileAxis): Sampling {
  const place = Math.min(image - 1, Math.max(0, ((pixel + 0.5) * image) / pixels - 0.5))
  const first = Math.floor(place)
  return { first: start + first, second: start + Math.min(image - 1, first + 1), part: place - first }
}

/** What of the image lies under a tile, in image pixels. */
function spanOf({ places, tile, start, image }: TileAxis, index: number, pixels: number): { from: number; to: number } {
  const first = places[index]! - start
  const scale = pixels / image
  return { from: Math.max(0, first) * scale, to: Math.min(pixels, Math.min(image, first + tile) * scale) }
}

interface TilePart {
  /** How much of the image lies under the tile, in input pixels. */
  readonly pixels: number
  /** Of each pixel of the tile the one of these that it shows. */
  readonly source: Int32Array
}

function partOf({ places, tile, start, image }: TileAxis, index: number): TilePart {
  const first = places[index]! - start
  const from = Math.max(0, first)
  const to = Math.min(image, first + tile)
  return { pixels: to - from, source: Int32Array.from({ length: tile }, (_, i) => mirrored(first + i, image) - from) }
}

/** Pixel of 0..length-1 that a pixel beside it shows when the edges are mirrors. */
function mirrored(pixel: number, length: number): number {
  const turn = ((pixel % (2 * length)) + 2 * length) % (2 * length)
  return turn < length ? turn : 2 * length - 1 - turn
}
