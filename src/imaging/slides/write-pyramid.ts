import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { type OpenedImage, withImage } from '../bytes.ts'
import { colourWindow, type DepthWindow, greyWindow, histogram16 } from '../depth.ts'
import { imageError } from '../failure.ts'
import { type DecodeFacts, inspect } from '../header.ts'
import { readTiffTags } from '../tiff-tags.ts'
import { MANIFEST, PYRAMID_TILE, type PyramidManifest } from './pyramid-layout.ts'

/** Longest side of the small picture from which the window of more than 8 bits is taken, pixels. */
const WINDOW_SIDE = 2048

/**
 * Writes the pyramid of an image into an empty folder: tiles of 512 pixels in the layout of Deep Zoom, whose levels halve, made by libvips in one
 * pass over the file with the memory of some rows of tiles. Colours become JPEG (quality 90, full chroma), grey and palette pictures that
 * were stored without loss stay without loss (PNG): they may be masks. More than 8 bits become 8 by the rule of `depth.ts`, with the
 * window of the image shrunk to 2048 pixels. The manifest is written last. @throws AppError of `ImageFailure`, or what the decoder says.
 */
export async function writePyramid(file: string, folder: string): Promise<void> {
  const { facts, lossless } = await withImage(file, async (image) => {
    const facts = await inspect(file, image, false)
    return { facts, lossless: await isLossless(file, image, facts) }
  })
  const format = lossless ? 'png' : 'jpeg'
  const image = await upright(file, facts)
  const coded = lossless ? image.png({ compressionLevel: 4 }) : image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
  const out = coded.tile({ size: PYRAMID_TILE, overlap: 0, layout: 'dz', container: 'fs', depth: 'onetile' })
  const { width, height } = await out.toFile(path.join(folder, 'p.dz'))
  await takeLevels(folder)
  const manifest: PyramidManifest = {
    version: 1,
    width,
    height,
    tile: PYRAMID_TILE,
    format,
    channels: facts.header.colour === 'grey' ? 1 : 3,
  }
  await writeFile(path.join(folder, MANIFEST), JSON.stringify(manifest))
}

/** TIFF's two numbers of JPEG. */
const JPEG_IN_TIFF = [6, 7]

async function isLossless(file: string, image: OpenedImage, { header }: DecodeFacts): Promise<boolean> {
  if (header.bitDepth !== 8 || header.format === 'jpeg' || header.format === 'webp') return false
  if (header.colour !== 'grey') return (await sharp(file, { limitInputPixels: false }).metadata()).isPalette === true
  const tags = header.format === 'tiff' ? await readTiffTags(image.read, image.bytes) : null
  return tags === null || !JPEG_IN_TIFF.includes(tags.compression)
}

const opened = (file: string): Sharp => sharp(file, { failOn: 'error', limitInputPixels: false }).autoOrient()

/** The image as it is shown, 8 bits. */
async function upright(file: string, facts: DecodeFacts): Promise<Sharp> {
  const space = facts.header.colour === 'grey' ? 'b-w' : 'srgb'
  const flat = facts.dropLast ? opened(file).removeAlpha() : opened(file).flatten({ background: '#ffffff' })
  if (facts.depth === 'uchar') return flat.toColourspace(space)
  if (facts.depth !== 'ushort')
    throw imageError('image-unsupported', file, 'is a large image with 32 bits a channel.', 'Save it with 8 or 16 bits.')
  const { low, high } = await windowOf(file, facts)
  const scale = 65_535 / (high - low)
  return flat.linear(scale, -low * scale).toColourspace(space)
}

async function windowOf(file: string, { header, dropLast }: DecodeFacts): Promise<DepthWindow> {
  const small = opened(file).resize({ width: WINDOW_SIDE, height: WINDOW_SIDE, fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
  const image = (dropLast ? small.removeAlpha() : small).toColourspace(header.colour === 'grey' ? 'grey16' : 'rgb16')
  const { data, info } = await image.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(Uint8Array.from(data).buffer)
  const counts = histogram16(values, info.channels, info.channels === 2 || info.channels === 4 ? info.channels - 1 : null)
  return info.channels <= 2 ? greyWindow(counts) : colourWindow(counts)
}

/** libvips counts levels from the coarsest; here they count from the finest, as sources do. */
async function takeLevels(folder: string): Promise<void> {
  const from = path.join(folder, 'p_files')
  const names = (await readdir(from)).filter((name) => /^\d+$/.test(name))
  for (const name of names) await rename(path.join(from, name), path.join(folder, String(names.length - 1 - Number(name))))
  await rm(from, { recursive: true })
  await rm(path.join(folder, 'p.dzi'), { force: true })
}
