import { BmpError, type BmpHeader, parseBmpHeader } from './bmp-header.ts'
import type { Raster } from './raster.ts'

/** Decodes a whole bitmap file to RGB, alpha laid on white. Throws BmpError where it is broken or cut off. */
export function decodeBmp(file: Uint8Array): Raster {
  const header = parseBmpHeader(file)
  const pixels = file.subarray(header.dataOffset)
  if (header.dataBytes !== null && pixels.length < header.dataBytes) throw new BmpError('unexpected end of file')
  const data = new Uint8Array(header.width * header.height * 3)
  if (header.coding !== 'plain') paintIndices(header, expandRuns(header, pixels), data)
  else if (header.bitsPerPixel <= 8) paintIndices(header, unpackIndices(header, pixels), data)
  else if (header.bitsPerPixel === 24) paint24(header, pixels, data)
  else paintMasked(header, pixels, data)
  return { width: header.width, height: header.height, channels: 3, data }
}

/** Row of the picture that the file's n-th row is. */
const pictureRow = (header: BmpHeader, fileRow: number): number => (header.topDown ? fileRow : header.height - 1 - fileRow)

const rowBytes = (header: BmpHeader): number => Math.ceil((header.width * header.bitsPerPixel) / 32) * 4

/** One palette index a pixel, rows as in the file. */
function unpackIndices(header: BmpHeader, pixels: Uint8Array): Uint8Array {
  const { width, height, bitsPerPixel: bits } = header
  const indices = new Uint8Array(width * height)
  const perByte = 8 / bits
  const mask = 2 ** bits - 1
  for (let row = 0; row < height; row++) {
    const from = row * rowBytes(header)
    for (let x = 0; x < width; x++) {
      const byte = pixels[from + Math.floor(x / perByte)]!
      indices[row * width + x] = (byte >> (8 - bits * ((x % perByte) + 1))) & mask
    }
  }
  return indices
}

function paintIndices(header: BmpHeader, indices: Uint8Array, data: Uint8Array): void {
  const { width, height, palette } = header
  for (let row = 0; row < height; row++) {
    let to = pictureRow(header, row) * width * 3
    for (let x = 0; x < width; x++, to += 3) {
      const entry = indices[row * width + x]! * 3
      data[to] = palette[entry]!
      data[to + 1] = palette[entry + 1]!
      data[to + 2] = palette[entry + 2]!
    }
  }
}

function paint24(header: BmpHeader, pixels: Uint8Array, data: Uint8Array): void {
  for (let row = 0; row < header.height; row++) {
    let from = row * rowBytes(header)
    let to = pictureRow(header, row) * header.width * 3
    for (let x = 0; x < header.width; x++, from += 3, to += 3) {
      data[to] = pixels[from + 2]!
      data[to + 1] = pixels[from + 1]!
      data[to + 2] = pixels[from]!
    }
  }
}

/** Takes one channel out of a pixel's word, scaled to 0..255. */
function channelReader(mask: number): (word: number) => number {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const most = mask >>> shift
  return (word) => Math.round((((word & mask) >>> shift) * 255) / most)
}

function paintMasked(header: BmpHeader, pixels: Uint8Array, data: Uint8Array): void {
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  const bytes = header.bitsPerPixel / 8
  const [red, green, blue] = header.masks.map(channelReader) as [ChannelReader, ChannelReader, ChannelReader]
  const alpha = alphaReader(header, view)
  for (let row = 0; row < header.height; row++) {
    let from = row * rowBytes(header)
    let to = pictureRow(header, row) * header.width * 3
    for (let x = 0; x < header.width; x++, from += bytes, to += 3) {
      const word = bytes === 2 ? view.getUint16(from, true) : view.getUint32(from, true)
      const cover = alpha(word)
      data[to] = onWhite(red(word), cover)
      data[to + 1] = onWhite(green(word), cover)
      data[to + 2] = onWhite(blue(word), cover)
    }
  }
}

type ChannelReader = (word: number) => number

const onWhite = (value: number, alpha: number): number => (alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255))

/** Many writers declare an alpha channel and leave it all zero: that means opaque, as browsers read it too. */
function alphaReader(header: BmpHeader, view: DataView): ChannelReader {
  const opaque = (): number => 255
  if (header.masks[3] === 0 || header.bitsPerPixel !== 32) return opaque
  const mask = header.masks[3]
  for (let at = 0; at + 4 <= header.width * header.height * 4; at += 4)
    if ((view.getUint32(at, true) & mask) !== 0) return channelReader(mask)
  return opaque
}

/** Undoes RLE8 and RLE4. Pixels that the file skips keep index 0. */
function expandRuns(header: BmpHeader, code: Uint8Array): Uint8Array {
  const { width, height } = header
  const indices = new Uint8Array(width * height)
  let [x, row, at] = [0, 0, 0]
  const put = (index: number): void => {
    if (x < width && row < height) indices[row * width + x] = index
    x++
  }
  const next = (): number => {
    if (at >= code.length) throw new BmpError('unexpected end of file')
    return code[at++]!
  }
  while (row < height) {
    const [count, value] = [next(), next()]
    if (count > 0) for (let i = 0; i < count; i++) put(runIndex(header, value, i))
    else if (value === 0) [x, row] = [0, row + 1]
    else if (value === 1) break
    else if (value === 2) [x, row] = [x + next(), row + next()]
    else at = copyLiterals(header, code, { at, count: value, put })
  }
  return indices
}

/** The i-th pixel of a byte of code: RLE4 holds two, the high one first. */
const runIndex = (header: BmpHeader, value: number, i: number): number =>
  header.coding === 'rle8' ? value : i % 2 === 0 ? value >> 4 : value & 15

interface Literals {
  readonly at: number
  readonly count: number
  readonly put: (index: number) => void
}

/** Pixels given one by one, padded to an even number of bytes; answers where the code goes on. */
function copyLiterals(header: BmpHeader, code: Uint8Array, { at, count, put }: Literals): number {
  const bytes = header.coding === 'rle8' ? count : Math.ceil(count / 2)
  if (at + bytes > code.length) throw new BmpError('unexpected end of file')
  for (let i = 0; i < count; i++) put(runIndex(header, code[at + (header.coding === 'rle8' ? i : i >> 1)]!, i))
  return at + bytes + (bytes % 2)
}
