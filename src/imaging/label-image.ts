import { open, readFile } from 'node:fs/promises'
import sharp, { type OutputInfo } from 'sharp'
import { BmpError } from './bmp-header.ts'
import { decodeBmp } from './bmp.ts'
import { withImage } from './bytes.ts'
import { decoderError, fileError, imageError } from './failure.ts'
import { bmpError, type DecodeFacts, inspect } from './header.ts'
import { MAX_PIXELS } from './limits.ts'

/** A picture whose pixels are labels: whole numbers as the file has them, never stretched, blended or colour-managed. */
export interface LabelImage {
  readonly width: number
  readonly height: number
  /** `palette`: indices of `palette`; `colour`: 0xrrggbb. A colour file whose pixels are all grey is `grey`. */
  readonly kind: 'grey' | 'palette' | 'colour'
  readonly bitDepth: 8 | 16 | 32
  readonly values: Uint8Array | Uint16Array | Int32Array
  /** 0xrrggbb by index. */
  readonly palette: readonly number[] | null
}

/**
 * Decodes a picture of labels: EXIF orientation applied, the first page of several, transparent pixels 0 (black). Grey of 8, 16 or 32 bits
 * gives its numbers, a PNG with a palette of colours its indices, colour (16 bits brought to 8) 0xrrggbb.
 * Throws AppError with a code of `ImageFailure`; fractions are `image-unsupported`.
 */
export async function readLabelImage(file: string): Promise<LabelImage> {
  const facts = await withImage(file, (image) => inspect(file, image, false))
  try {
    if (facts.header.format === 'bmp') return await readBmp(file)
    const palette = facts.header.format === 'png' ? await readPalette(file) : null
    if (palette !== null && !palette.every(isGrey)) return indexed(coloursOf(await pixels(file, facts), facts), palette)
    return facts.header.colour === 'grey'
      ? greyOf(file, await pixels(file, facts), facts)
      : greyIfGrey(coloursOf(await pixels(file, facts), facts))
  } catch (thrown) {
    throw thrown instanceof BmpError ? bmpError(file, thrown) : decoderError(file, thrown)
  }
}

const isGrey = (color: number): boolean => color >> 16 === (color & 255) && ((color >> 8) & 255) === (color & 255)

interface Pixels {
  readonly data: Uint8Array | Uint16Array | Float32Array
  readonly info: OutputInfo
}

/** Samples as they stand in the file; embedded profiles would change the numbers and are passed over. */
async function pixels(file: string, { header, depth, dropLast }: DecodeFacts): Promise<Pixels> {
  let image = sharp(file, { failOn: 'error', limitInputPixels: MAX_PIXELS, ignoreIcc: true }).autoOrient()
  if (dropLast) image = image.removeAlpha()
  const grey = header.colour === 'grey'
  const wide = depth !== 'uchar' && depth !== 'ushort'
  const space = depth === 'ushort' ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb'
  const raw = image.toColourspace(space).raw({ depth: depth === 'uchar' ? 'uchar' : wide ? 'float' : 'ushort' })
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  const bytes = Uint8Array.from(data)
  return { info, data: depth === 'uchar' ? bytes : wide ? new Float32Array(bytes.buffer) : new Uint16Array(bytes.buffer) }
}

function greyOf(file: string, { data, info }: Pixels, { header }: DecodeFacts): LabelImage {
  const { width, height, channels } = info
  const size = { width, height, kind: 'grey' as const, bitDepth: header.bitDepth, palette: null }
  if (channels === 1 && !(data instanceof Float32Array)) return { ...size, values: data }
  const opaque = data instanceof Uint16Array ? 32_768 : 128
  const values = data instanceof Float32Array ? new Int32Array(width * height) : data.slice(0, width * height)
  for (let i = 0, at = 0; i < values.length; i++, at += channels) {
    const value = data[at]!
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) throw noLabels(file, value)
    values[i] = channels === 2 && data[at + 1]! < opaque ? 0 : value
  }
  return { ...size, values }
}

function noLabels(file: string, value: number): Error {
  return imageError('image-unsupported', file, `holds ${value}, which is no label.`, 'Save it as 8 or 16 bits with whole numbers.')
}

function coloursOf({ data, info }: Pixels, { header }: DecodeFacts): LabelImage {
  const { width, height, channels } = info
  const shift = data instanceof Uint16Array ? 8 : 0
  const values = new Int32Array(width * height)
  for (let i = 0, at = 0; i < values.length; i++, at += channels) {
    const clear = channels === 4 && data[at + 3]! >> shift < 128
    if (!clear) values[i] = ((data[at]! >> shift) << 16) | ((data[at + 1]! >> shift) << 8) | (data[at + 2]! >> shift)
  }
  return { width, height, kind: 'colour', bitDepth: header.bitDepth, values, palette: null }
}

function greyIfGrey(image: LabelImage): LabelImage {
  for (const color of image.values) if (!isGrey(color)) return image
  return { ...image, kind: 'grey', bitDepth: 8, values: Uint8Array.from(image.values, (color) => color & 255) }
}

async function readBmp(file: string): Promise<LabelImage> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  const { width, height, data } = decodeBmp(bytes)
  const values = new Int32Array(width * height)
  for (let i = 0, at = 0; i < values.length; i++, at += 3) values[i] = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!
  return greyIfGrey({ width, height, kind: 'colour', bitDepth: 8, values, palette: null })
}

/** The first index of each colour: writers fill up the palette with blacks. */
function indexed(image: LabelImage, palette: readonly number[]): LabelImage {
  const indices = new Map<number, number>()
  palette.forEach((color, index) => indices.has(color) || indices.set(color, index))
  const values = new Uint8Array(image.values.length)
  for (let i = 0; i < values.length; i++) values[i] = indices.get(image.values[i]!) ?? 0
  return { ...image, kind: 'palette', values, palette }
}

/** The palette of a PNG (its chunk PLTE, which stands before the pixels); null where it has none. */
async function readPalette(file: string): Promise<number[] | null> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(256 * 1024)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    if (head[25] !== 3) return null
    for (let at = 8; at + 12 <= bytesRead; at += 12 + head.readUInt32BE(at)) {
      if (head.toString('latin1', at + 4, at + 8) !== 'PLTE') continue
      const entries = Math.min(256, Math.floor(head.readUInt32BE(at) / 3), Math.floor((bytesRead - at - 8) / 3))
      return Array.from({ length: entries }, (_, i) => head.readUIntBE(at + 8 + 3 * i, 3))
    }
    return null
  } finally {
    await handle.close()
  }
}
