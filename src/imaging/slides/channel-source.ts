import { composed } from '#shared/channels/compose.ts'
import type { ChannelLook, Plane } from '#shared/channels/look.ts'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { isLargeImage } from '#shared/records/image.ts'
import type { Raster } from '../raster.ts'
import type { ImageSource, SourceFacts, SourceLevel, SourceRegion } from './image-source.ts'
import { checkRegion } from './regions.ts'

/** A source whose channels can be read one by one. */
export interface ChannelSource extends ImageSource {
  /** None where it is only seen as a whole. */
  readonly channels: readonly ChannelFact[]
  /** The numbers of one channel in a region that lies within its level. Throws as `read`. */
  readChannel(channel: number, region: SourceRegion): Promise<Plane>
}

export const hasChannels = (source: ImageSource): source is ChannelSource =>
  'channels' in source && (source as ChannelSource).channels.length > 0

/** Side of the picture by which a channel is measured and shown at first, pixels. */
const SEEN_SIDE = 1024

/** The numbers of one channel on the coarsest level that has some detail. */
export function seenChannel(source: ChannelSource, channel: number): Promise<Plane> {
  const fine = source.levels.findLastIndex(({ width, height }) => Math.max(width, height) >= SEEN_SIDE)
  const level = fine < 0 || isLargeImage(source.levels[fine]!) ? source.levels.length - 1 : fine
  const { width, height } = source.levels[level]!
  return source.readChannel(channel, { level, x: 0, y: 0, width, height })
}

/** A source as a person wants its channels seen: laid over each other in their colours. It is closed by whoever owns the source. */
export class LookedSource implements ImageSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize: number
  readonly facts: SourceFacts
  readonly #source: ChannelSource
  readonly #looks: readonly ChannelLook[]

  constructor(source: ChannelSource, looks: readonly ChannelLook[]) {
    this.width = source.width
    this.height = source.height
    this.levels = source.levels
    this.tileSize = source.tileSize
    this.facts = source.facts
    this.#source = source
    this.#looks = looks.slice(0, source.channels.length)
  }

  async read(region: SourceRegion): Promise<Raster> {
    checkRegion(this, region)
    return laidOver(region, this.#looks, (channel) => this.#source.readChannel(channel, region))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Channels laid over each other; those that are off are not read. */
export async function laidOver(
  { width, height }: { readonly width: number; readonly height: number },
  looks: readonly ChannelLook[],
  read: (channel: number) => Promise<Plane>,
): Promise<Raster> {
  const nothing = { width, height, values: new Uint16Array(0) }
  const { data: from } = composed(await Promise.all(looks.map(({ on }, channel) => (on ? read(channel) : nothing))), looks)
  const data = new Uint8Array(width * height * 3)
  for (let i = 0, at = 0; i < data.length; i += 3, at += 4) {
    data[i] = from[at]!
    data[i + 1] = from[at + 1]!
    data[i + 2] = from[at + 2]!
  }
  return { width, height, channels: 3, data }
}
