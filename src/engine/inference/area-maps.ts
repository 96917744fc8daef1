import sharp from 'sharp'
import type { ResultMap } from '#shared/records/prediction.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { ByteReader, ByteWriter } from './byte-stream.ts'
import type { AreaRow } from './segment.ts'

/** No map is longer than this: maps of larger images are reduced by a whole factor. */
const MOST_SIDE = 4096

type Place = (name: string) => { readonly file: string; readonly path: string }

/**
 * Draws what is said of an image, row by row: a map of class indices (0 = background) and one of each class's probability (255 = 1), grey
 * PNG. Where an image is reduced, the class is that of the pixel in the middle of each block, the probability the block's mean.
 */
export class AreaMaps {
  readonly #classes: number
  readonly #shares: number
  readonly #factor: number
  readonly #width: number
  readonly #height: number
  readonly #image: Size
  readonly #classMap: Uint8Array
  readonly #probabilityMaps: readonly Uint8Array[]
  /** Sums of the blocks under way, by class. */
  readonly #sums: readonly Float32Array[]
  #kept: ByteWriter | null = null

  constructor(image: Size, classes: number, shares: number) {
    this.#classes = classes
    this.#shares = shares
    this.#image = image
    this.#factor = Math.max(1, Math.ceil(Math.max(image.width, image.height) / MOST_SIDE))
    this.#width = Math.ceil(image.width / this.#factor)
    this.#height = Math.ceil(image.height / this.#factor)
    this.#classMap = new Uint8Array(this.#width * this.#height)
    this.#probabilityMaps = Array.from({ length: classes }, () => new Uint8Array(this.#width * this.#height))
    this.#sums = Array.from({ length: classes }, () => new Float32Array(this.#width))
  }

  /** Rows of the image that make one row of the maps. */
  get rowsTogether(): number {
    return this.#factor
  }

  /** From now on each finished row of the maps is written down there too. */
  keepIn(writer: ByteWriter): void {
    this.#kept = writer
  }

  /** Takes in the rows that were written down: whole ones, from the top. */
  restore(reader: ByteReader): void {
    while (!reader.ended) {
      const place = reader.uint32() * this.#width
      for (const map of [this.#classMap, ...this.#probabilityMaps]) map.set(reader.bytes(), place)
    }
  }

  add({ y, classes, shares }: AreaRow): void {
    const factor = this.#factor
    const row = Math.floor(y / factor)
    const middle = Math.min(this.#image.height - 1, row * factor + (factor >> 1))
    if (y === middle)
      for (let x = 0; x < this.#width; x++)
        this.#classMap[row * this.#width + x] = classes[Math.min(classes.length - 1, x * factor + (factor >> 1))]!
    for (const [k, sums] of this.#sums.entries())
      for (let x = 0; x < classes.length; x++) sums[Math.floor(x / factor)]! += shares[x * this.#shares + k + 1]!
    if ((y + 1) % factor === 0 || y === this.#image.height - 1) this.#closeBlocks(row, y - row * factor + 1)
  }

  async write(place: Place): Promise<ResultMap[]> {
    const maps = [await this.#write(place('classes'), this.#classMap, 'classes', null)]
    for (let k = 0; k < this.#classes; k++)
      maps.push(await this.#write(place(`probability-${k + 1}`), this.#probabilityMaps[k]!, 'probability', k))
    return maps
  }

  #closeBlocks(row: number, rows: number): void {
    const factor = this.#factor
    for (const [k, sums] of this.#sums.entries()) {
      const map = this.#probabilityMaps[k]!
      for (let x = 0; x < this.#width; x++) {
        const columns = Math.min(factor, this.#image.width - x * factor)
        map[row * this.#width + x] = Math.round((255 * sums[x]!) / (rows * columns))
      }
      sums.fill(0)
    }
    this.#kept?.uint32(row)
    for (const map of [this.#classMap, ...this.#probabilityMaps])
      this.#kept?.bytes(map.subarray(row * this.#width, (row + 1) * this.#width))
  }

  async #write(place: ReturnType<Place>, data: Uint8Array, kind: ResultMap['kind'], classIndex: number | null): Promise<ResultMap> {
    const [width, height] = [this.#width, this.#height]
    await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(place.path)
    return { kind, file: place.file, classIndex, width, height }
  }
}
