import { readFile } from 'node:fs/promises'
import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { BmpError } from './bmp-header.ts'
import { decodeBmp } from './bmp.ts'
import { withImage } from './bytes.ts'
import { colourWindow, floatsTo16, greyWindow, histogram16, toEightBits } from './depth.ts'
import { decoderError, fileError } from './failure.ts'
import { bmpError, type DecodeFacts, inspect } from './header.ts'
import { MAX_PIXELS } from './limits.ts'
import type { Raster } from './raster.ts'

export { readHeader, type ImageHeader } from './header.ts'

/** How the pixels are wanted. */
export interface RasterOptions {
  /** The longer side is brought down to this (Lanczos); smaller images stay as they are. */
  readonly maxSide?: number
  /** 3 = RGB, grey images with three equal channels (what most nets want); 1 = grey by Rec. 601 luma. Default 3. */
  readonly channels?: 1 | 3
}

/**
 * Decodes an image file to 8-bit sRGB or grey: EXIF orientation applied, alpha laid on white, CMYK and other profiles turned into sRGB,
 * 16 bits and more brought to 8 by the rule of `depth.ts`, the first page of several.
 * Throws AppError with a code of `ImageFailure`.
 */
export async function readRaster(file: string, options: RasterOptions = {}): Promise<Raster> {
  const facts = await withImage(file, (image) => inspect(file, image, false))
  const colour = await decode(file, facts, options.maxSide ?? null)
  return options.channels === 1 ? toGrey(colour) : toRgb(colour)
}

async function decode(file: string, facts: DecodeFacts, maxSide: number | null): Promise<Raster> {
  try {
    if (facts.header.format === 'bmp') return await fit(decodeBmp(await bytesOf(file)), maxSide)
    if (facts.depth !== 'uchar') return await fit(await decodeDeep(file, facts), maxSide)
    return await decodeFlat(file, facts, maxSide)
  } catch (thrown) {
    throw thrown instanceof BmpError ? bmpError(file, thrown) : decoderError(file, thrown)
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
}

/** Warnings (odd tags, stray bytes) are common in sound microscope files; what leaves pixels missing is an error. */
const openSharp = (file: string): Sharp => sharp(file, { failOn: 'error', limitInputPixels: MAX_PIXELS })

const resized = (image: Sharp, maxSide: number | null): Sharp =>
  maxSide === null ? image : image.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })

/** 8 bits a channel: the library does it all, shrinking JPEG while it decodes. */
async function decodeFlat(file: string, facts: DecodeFacts, maxSide: number | null): Promise<Raster> {
  let image = resized(openSharp(file).autoOrient(), maxSide)
  image = facts.dropLast ? image.removeAlpha() : image.flatten({ background: '#ffffff' })
  return rasterOf(await rawWithInfo(image.toColourspace('srgb').raw()))
}

interface RawResult {
  readonly data: Buffer
  readonly info: OutputInfo
}

const rawWithInfo = (image: Sharp): Promise<RawResult> => image.toBuffer({ resolveWithObject: true })

function rasterOf({ data, info }: RawResult): Raster {
  const channels = info.channels === 1 ? 1 : 3
  if (info.channels !== channels) throw new Error(`${info.channels} channels where ${channels} were expected`)
  return { width: info.width, height: info.height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}

/** More than 8 bits: the window is taken from the whole image at full size, so that thumbnails look like the image. */
async function decodeDeep(file: string, facts: DecodeFacts): Promise<Raster> {
  let image = openSharp(file).autoOrient()
  if (facts.dropLast) image = image.removeAlpha()
  const { data, info } = await rawWithInfo(deepSpace(image, facts))
  const channels = info.channels as 1 | 2 | 3 | 4
  const values = facts.depth === 'ushort' ? words(data) : floatsTo16(floats(data))
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : null
  const counts = histogram16(values, channels, alphaAt)
  const window = channels <= 2 ? greyWindow(counts) : colourWindow(counts)
  const colours = channels <= 2 ? 1 : 3
  return { width: info.width, height: info.height, channels: colours, data: toEightBits(values, channels, window) }
}

/** Keeps the samples as they are; anything else than these conversions would cut them to 8 bits on the way. */
function deepSpace(image: Sharp, { header, depth }: DecodeFacts): Sharp {
  if (depth === 'ushort') return image.toColourspace(header.colour === 'grey' ? 'grey16' : 'rgb16').raw({ depth: 'ushort' })
  return image.toColourspace(header.colour === 'grey' ? 'b-w' : 'srgb').raw({ depth: 'float' })
}

/** A view where the bytes lie aligned, else a copy. */
function words(data: Buffer): Uint16Array {
  if (data.byteOffset % 2 === 0) return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return new Uint16Array(Uint8Array.from(data).buffer)
}

function floats(data: Buffer): Float32Array {
  if (data.byteOffset % 4 === 0) return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  return new Float32Array(Uint8Array.from(data).buffer)
}

async function fit(raster: Raster, maxSide: number | null): Promise<Raster> {
  if (maxSide === null || Math.max(raster.width, raster.height) <= maxSide) return raster
  const { width, height, channels } = raster
  const image = resized(sharp(raster.data, { raw: { width, height, channels }, limitInputPixels: MAX_PIXELS }), maxSide)
  return rasterOf(await rawWithInfo(image.toColourspace(channels === 1 ? 'b-w' : 'srgb').raw()))
}

function toRgb(raster: Raster): Raster {
  if (raster.channels === 3) return raster
  const data = new Uint8Array(raster.data.length * 3)
  for (let i = 0; i < raster.data.length; i++) data.fill(raster.data[i]!, i * 3, i * 3 + 3)
  return { ...raster, channels: 3, data }
}

/** Luma of Rec. 601 in 16-bit fixed point, as Pillow, OpenCV and Keras turn a picture grey. Greys stay exactly as they are. */
function toGrey(raster: Raster): Raster {
  if (raster.channels === 1) return raster
  const from = raster.data
  const data = new Uint8Array(raster.width * raster.height)
  for (let i = 0, at = 0; i < data.length; i++, at += 3)
    data[i] = (from[at]! * 19_595 + from[at + 1]! * 38_470 + from[at + 2]! * 7_471 + 0x8000) >> 16
  return { ...raster, channels: 1, data }
}
