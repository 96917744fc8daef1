import { readFile } from 'node:fs/promises'
import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { tileLevels } from '#shared/geometry/tile-grid.ts'
import { BmpError } from './bmp-header.ts'
import { decodeBmp } from './bmp.ts'
import { type OpenedImage, withImage } from './bytes.ts'
import { colourWindow, floatsTo16, greyWindow, histogram16, toEightBits } from './depth.ts'
import { decoderError, fileError, tooManyPixels } from './failure.ts'
import { bmpError, type DecodeFacts, inspect } from './header.ts'
import { MAX_PIXELS } from './limits.ts'
import type { Raster } from './raster.ts'
import { cutTile } from './slides/cut-tile.ts'
import type { ImageSource } from './slides/image-source.ts'
import { openScanned } from './slides/open-scanned.ts'
import { RasterCache } from './slides/raster-cache.ts'
import { levelFor, readLevel } from './slides/read-level.ts'
import { pyramidPages } from './slides/tiff-levels.ts'
import { readTiffPages, type TiffPage } from './tiff-pages.ts'

export { readHeader, type ImageHeader } from './read-header.ts'

/** How the pixels are wanted. */
export interface RasterOptions {
  /** The longer side is brought down to this (Lanczos); smaller images stay as they are. */
  readonly maxSide?: number
  /** 3 = RGB, grey images with three equal channels (what most nets want); 1 = grey by Rec. 601 luma. Default 3. */
  readonly channels?: 1 | 3
}

/**
 * Decodes an image file to 8-bit sRGB or grey: EXIF orientation applied, alpha laid on white, CMYK and other profiles turned into sRGB,
 * 16 bits and more brought to 8 by the rule of `depth.ts`, the first page of several. Slides are read as well; of images too large for one piece
 * (`MAX_PIXELS`) only with a `maxSide`.
 * Throws AppError with a code of `ImageFailure`.
 */
export async function readRaster(file: string, options: RasterOptions = {}): Promise<Raster> {
  const scanned = await openScanned(file)
  const colour = scanned ? await decodeScanned(file, scanned, options.maxSide ?? null) : await decodeImage(file, options.maxSide ?? null)
  return options.channels === 1 ? toGrey(colour) : toRgb(colour)
}

/** Bytes of pixels. */
const SMALL_CACHE = 2 ** 25

/** A slide from its coarsest level that is large enough; it is closed then. */
async function decodeScanned(file: string, source: ImageSource, maxSide: number | null): Promise<Raster> {
  try {
    const level = maxSide === null ? 0 : levelFor(source.levels, maxSide)
    const { width, height } = source.levels[level]!
    if (width * height <= MAX_PIXELS) return await fit(await readLevel(source, level), maxSide)
    if (maxSide === null) throw tooManyPixels(file)
    // Without a coarse level its smallest tile has to do, which is put together from all the others.
    const origin = { name: file, source, cache: new RasterCache(SMALL_CACHE) }
    return await fit(await cutTile(origin, { level: tileLevels(source) - 1, column: 0, row: 0 }), maxSide)
  } finally {
    await source.close()
  }
}

/** An image file as it is decoded. */
interface Wanted {
  readonly file: string
  readonly facts: DecodeFacts
  readonly maxSide: number | null
  /** The level of a pyramid that is decoded; null for the first page. */
  readonly level: TiffPage | null
}

async function decodeImage(file: string, maxSide: number | null): Promise<Raster> {
  const wanted = await withImage(file, async (image) => {
    const facts = await inspect(file, image, false)
    return { file, facts, maxSide, level: maxSide === null ? null : await smallLevel(image, facts, maxSide) }
  })
  if (isLarge(wanted.facts) && maxSide === null) throw tooManyPixels(file)
  return decode(wanted)
}

const isLarge = ({ header }: DecodeFacts): boolean => header.width * header.height > MAX_PIXELS

/** The coarsest level of a TIFF's pyramid that is large enough. With more than 8 bits only of large images: the window is the whole image's. */
async function smallLevel(image: OpenedImage, facts: DecodeFacts, maxSide: number): Promise<TiffPage | null> {
  if (image.format !== 'tiff' || (facts.depth !== 'uchar' && !isLarge(facts))) return null
  const levels = pyramidPages(await readTiffPages(image.read, image.bytes))
  return levels[levelFor(levels, maxSide)] ?? null
}

async function decode(wanted: Wanted): Promise<Raster> {
  const { file, facts, maxSide } = wanted
  try {
    if (facts.header.format === 'bmp') return await fit(decodeBmp(await bytesOf(file)), maxSide)
    if (facts.depth !== 'uchar') return await fit(await decodeDeep(wanted), maxSide)
    return await decodeFlat(wanted)
  } catch (thrown) {
    throw thrown instanceof BmpError ? bmpError(file, thrown) : decoderError(file, thrown)
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
}

/**
 * Warnings (odd tags, stray bytes) are common in sound microscope files; what leaves pixels missing is an error. The number of pixels was
 * checked: larger images come here only to be shrunk while they are decoded.
 */
function openSharp({ file, level }: Wanted): Sharp {
  const place = level === null ? {} : level.subifd === null ? { page: level.page } : { page: level.page, subifd: level.subifd }
  return sharp(file, { ...place, failOn: 'error', limitInputPixels: false }).autoOrient()
}

const resized = (image: Sharp, maxSide: number | null): Sharp =>
  maxSide === null ? image : image.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })

/** 8 bits a channel: the library does it all, shrinking JPEG while it decodes. */
async function decodeFlat(wanted: Wanted): Promise<Raster> {
  let image = resized(openSharp(wanted), wanted.maxSide)
  image = wanted.facts.dropLast ? image.removeAlpha() : image.flatten({ background: '#ffffff' })
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

/**
 * More than 8 bits: the window is taken from the whole image at full size, so that thumbnails look like the image; of a large image from what
 * it is shrunk to.
 */
async function decodeDeep(wanted: Wanted): Promise<Raster> {
  const { facts } = wanted
  let image = isLarge(facts) ? resized(openSharp(wanted), wanted.maxSide) : openSharp(wanted)
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
