import type { Plane } from '#shared/channels/look.ts'
import sharp, { type Sharp } from 'sharp'
import { withImage } from './bytes.ts'
import { cacheFile } from './cache-file.ts'
import { channelsOf, stackOf } from './channel-facts.ts'
import { decoderError, imageError } from './failure.ts'
import { inspect, type DecodeFacts } from './header.ts'
import { seenChannel } from './slides/channel-source.ts'
import { openChannels } from './slides/open-source.ts'
import { readTiffPages } from './tiff-pages.ts'

/**
 * Writes the numbers of one channel as a PNG that browsers read exactly: their high byte is red, their low byte green. Of an image that is read by
 * regions those of a smaller level. Throws AppError of
 * `ImageFailure`.
 */
export async function writeChannel({ file, channel, target }: { file: string; channel: number; target: string }): Promise<void> {
  const { values, width, height } = (await numbersByRegion(file, channel)) ?? (await wholeNumbers(file, channel))
  const bytes = Buffer.alloc(values.length * 3)
  for (let i = 0; i < values.length; i++) {
    bytes[3 * i] = values[i]! >> 8
    bytes[3 * i + 1] = values[i]! & 255
  }
  await cacheFile(
    target,
    await sharp(bytes, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 2 })
      .toBuffer(),
  )
}

const noSuch = (file: string): Error => imageError('image-unsupported', file, 'has no such channel.', 'Open the image again.')

/** Of an image that is read by regions: a level on which its channels are measured. Null for one that is read whole. */
async function numbersByRegion(file: string, channel: number): Promise<Plane | null> {
  const source = await openChannels(file)
  if (source === null) return null
  try {
    if (channel >= source.channels.length) throw noSuch(file)
    return await seenChannel(source, channel)
  } finally {
    await source.close()
  }
}

async function wholeNumbers(file: string, channel: number): Promise<Numbers> {
  const { facts, paged, count } = await withImage(file, async (image) => {
    const found = await inspect(file, image, false)
    const pages = image.format === 'tiff' ? await readTiffPages(image.read, image.bytes) : []
    return { facts: found, paged: stackOf(pages).length > 1, count: channelsOf(pages, found).length }
  })
  if (channel >= count) throw noSuch(file)
  return numbers(file, facts, paged ? { page: channel, at: 0 } : { page: 0, at: channel }).catch((thrown: unknown) => {
    throw decoderError(file, thrown)
  })
}

interface Numbers {
  readonly values: ArrayLike<number>
  readonly width: number
  readonly height: number
}

/** One channel as the file has it: `at` counts the samples of a pixel. */
async function numbers(file: string, { header, depth }: DecodeFacts, { page, at }: { page: number; at: number }): Promise<Numbers> {
  const image = sharp(file, { page, failOn: 'error', limitInputPixels: false }).autoOrient()
  const grey = header.colour === 'grey'
  const { data, info } = await kept(image, grey, depth).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const all = depth === 'ushort' ? new Uint16Array(Uint8Array.from(data).buffer) : data
  const values = new Uint16Array(width * height)
  for (let i = 0; i < values.length; i++) values[i] = all[i * channels + at]!
  return { values, width, height }
}

/** Anything else than these conversions would change the numbers on the way. */
function kept(image: Sharp, grey: boolean, depth: string): Sharp {
  if (depth === 'ushort') return image.toColourspace(grey ? 'grey16' : 'rgb16').raw({ depth: 'ushort' })
  return image.toColourspace(grey ? 'b-w' : 'srgb').raw()
}
