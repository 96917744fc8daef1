import { channelColor as colorAt, MOST_CHANNELS } from '#shared/channels/look.ts'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { isLargeImage } from '#shared/records/image.ts'
import sharp, { type Sharp } from 'sharp'
import { withImage, type OpenedImage } from './bytes.ts'
import { cacheFile } from './cache-file.ts'
import { decoderError, imageError } from './failure.ts'
import { inspect, type DecodeFacts } from './header.ts'
import { readTiffPages, type TiffPage } from './tiff-pages.ts'

// Channels that can be looked at one by one: the colours of an image with 16 bits, or the pages of a TIFF that says that its pages are
// channels. What is trained on is another thing (read.ts): all three colours, or the first page.

const RGB: readonly ChannelFact[] = [
  { name: 'Red', color: '#ff0000' },
  { name: 'Green', color: '#00ff00' },
  { name: 'Blue', color: '#0000ff' },
]

/** The channels of an image that can be looked at one by one; none where it is shown as it is, or by tiles. */
export async function channelsOf(image: OpenedImage, { header, depth }: DecodeFacts): Promise<ChannelFact[]> {
  if (isLargeImage(header) || (depth !== 'uchar' && depth !== 'ushort')) return []
  const pages = image.format === 'tiff' ? await readTiffPages(image.read, image.bytes) : []
  const stack = stackOf(pages)
  if (stack.length > 1) return stack
  if (depth !== 'ushort') return []
  return header.colour === 'grey' ? [{ name: 'Grey', color: '#ffffff' }] : [...RGB]
}

/** The pages as channels, where the file says that they are: not slices of depth or time. */
function stackOf(pages: readonly TiffPage[]): ChannelFact[] {
  const [first] = pages
  const same = pages.filter(({ subifd }) => subifd === null)
  if (first === undefined || same.length < 2 || same.length > MOST_CHANNELS) return []
  const alike = ({ width, height, samples, bits }: TiffPage): boolean =>
    width === first.width && height === first.height && samples === 1 && bits === first.bits
  if (!same.every(alike)) return []
  const said = first.description.includes('<OME') ? omeChannels(first.description) : imageJChannels(first.description)
  return said.length === same.length ? said : []
}

/** The channels of an OME-XML with one plane each (OME model 2016-06: SizeC, Channel Name, Color as signed RGBA). */
function omeChannels(xml: string): ChannelFact[] {
  const pixels = /<Pixels\b[^>]*>/.exec(xml)?.[0] ?? ''
  const size = (axis: string): number => Number(new RegExp(`\\bSize${axis}="(\\d{1,5})"`).exec(pixels)?.[1] ?? NaN)
  if (size('Z') !== 1 || size('T') !== 1 || !(size('C') >= 2) || size('C') > MOST_CHANNELS) return []
  const tags = xml.match(/<Channel\b[^>]*>/g) ?? []
  return Array.from({ length: size('C') }, (_, i) => {
    const name = /\bName="([^"]{1,60})"/.exec(tags[i] ?? '')?.[1] ?? ''
    const color = /\bColor="(-?\d{1,10})"/.exec(tags[i] ?? '')?.[1]
    return { name: name === '' ? `Channel ${i + 1}` : name, color: color === undefined ? colorAt(i) : omeColor(Number(color)) }
  })
}

/** 32 bits: red, green, blue, alpha. */
const omeColor = (rgba: number): string => `#${((rgba >>> 8) & 0xffffff).toString(16).padStart(6, '0')}`

/** ImageJ says `channels=3` and `images=3` where each page is a channel. */
function imageJChannels(description: string): ChannelFact[] {
  if (!description.startsWith('ImageJ=')) return []
  const number = (key: string): number => Number(new RegExp(`^${key}=(\\d{1,5})$`, 'm').exec(description)?.[1] ?? NaN)
  const channels = number('channels')
  if (!(channels >= 2) || channels > MOST_CHANNELS || number('images') !== channels) return []
  return Array.from({ length: channels }, (_, i) => ({ name: `Channel ${i + 1}`, color: colorAt(i) }))
}

/**
 * Writes the numbers of one channel as a PNG that browsers read exactly: their high byte is red, their low byte green. Throws AppError of
 * `ImageFailure`.
 */
export async function writeChannel({ file, channel, target }: { file: string; channel: number; target: string }): Promise<void> {
  const { facts, paged, count } = await withImage(file, async (image) => {
    const found = await inspect(file, image, false)
    const pages = image.format === 'tiff' ? stackOf(await readTiffPages(image.read, image.bytes)) : []
    return { facts: found, paged: pages.length > 1, count: (await channelsOf(image, found)).length }
  })
  if (channel >= count) throw imageError('image-unsupported', file, 'has no such channel.', 'Open the image again.')
  const { values, width, height } = await numbers(file, facts, paged ? { page: channel, at: 0 } : { page: 0, at: channel }).catch(
    (thrown: unknown) => {
      throw decoderError(file, thrown)
    },
  )
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
