import type { ChannelFact } from '#shared/contracts/image-details.ts'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { channelColor as colorAt, MOST_CHANNELS } from '#shared/channels/look.ts'
import { isLargeImage } from '#shared/records/image.ts'
import type { DecodeFacts } from './header.ts'
import { pyramidPages } from './slides/tiff-levels.ts'
import type { TiffPage } from './tiff-pages.ts'

// Channels that can be looked at one by one: the colours of an image with 16 bits, or the pages of a TIFF that says that its pages are
// channels. What is trained on is another thing (read.ts): all three colours, or the first page.

const RGB: readonly ChannelFact[] = [
  { name: 'Red', color: '#ff0000' },
  { name: 'Green', color: '#00ff00' },
  { name: 'Blue', color: '#0000ff' },
]

/**
 * The channels of an image that can be looked at one by one, by the pages of a TIFF (none of any other file); none where it is seen as it is, or
 * drawn by the tiles of a pyramid in the cache.
 */
export function channelsOf(pages: readonly TiffPage[], { header, depth }: DecodeFacts): ChannelFact[] {
  if (depth !== 'uchar' && depth !== 'ushort') return []
  if (isLargeImage(header) && !readsByRegion(header, pyramidPages(pages))) return []
  const stack = stackOf(pages)
  if (stack.length > 1) return stack
  if (depth !== 'ushort') return []
  return header.colour === 'grey' ? [{ name: 'Grey', color: '#ffffff' }] : [...RGB]
}

/** Whether the tiles of a TIFF serve at every zoom: its coarsest level is no large image itself, and it is stored upright. */
export function readsByRegion({ orientation }: Pick<ImageHeader, 'orientation'>, levels: readonly TiffPage[]): boolean {
  const last = levels.at(-1)
  return last !== undefined && !isLargeImage(last) && orientation === 1
}

/** The pages as channels, where the file says that they are: not slices of depth or time. */
export function stackOf(pages: readonly TiffPage[]): ChannelFact[] {
  const [first] = pages
  const same = pages.filter(({ subifd }) => subifd === null)
  if (first === undefined || same.length < 2 || same.length > MOST_CHANNELS) return []
  const alike = ({ width, height, samples, bits }: TiffPage): boolean =>
    width === first.width && height === first.height && samples === 1 && bits === first.bits
  if (!same.every(alike)) return []
  // Each has the same smaller pictures, or there are tiles of the first alone.
  const reduced = (wanted: TiffPage): number => pages.filter(({ page, subifd }) => page === wanted.page && subifd !== null).length
  if (same.some((page) => reduced(page) !== reduced(first))) return []
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
