import sharp, { type Sharp } from 'sharp'
import type { Plane } from '#shared/channels/look.ts'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { colourWindow, type DepthWindow, greyWindow, histogram16, toEightBits } from '../depth.ts'
import { decoderError, imageError } from '../failure.ts'
import type { DecodeFacts } from '../header.ts'
import type { Raster } from '../raster.ts'
import type { TiffPage } from '../tiff-pages.ts'
import type { ChannelSource } from './channel-source.ts'
import type { SourceFacts, SourceLevel, SourceRegion } from './image-source.ts'
import { OneByOne } from './one-by-one.ts'
import { checkRegion } from './regions.ts'

const AT_ONCE = 4

/** What is known of the file before its first region is read. */
export interface TiffSourceFacts {
  readonly pages: readonly TiffPage[]
  readonly decode: DecodeFacts
  readonly facts: SourceFacts
  readonly channels: readonly ChannelFact[]
  /** Pages that are channels; empty where a page holds them all. */
  readonly stack: readonly TiffPage[]
}

/**
 * A tiled TIFF through libvips, which decodes only the tiles that a region touches: sharp opens the file anew for each region, 2 to 3 ms with
 * that. More than 8 bits become 8 by the rule of `depth.ts`, with the window of the coarsest level, so that all regions have the same.
 */
export class TiffSource implements ChannelSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize: number
  readonly facts: SourceFacts
  readonly channels: readonly ChannelFact[]
  readonly #stack: readonly TiffPage[]
  readonly #file: string
  readonly #pages: readonly TiffPage[]
  readonly #decode: DecodeFacts
  readonly #reads = new OneByOne(AT_ONCE)
  #window: DepthWindow | null = null

  /** @throws AppError of `ImageFailure` where the coarsest level cannot be decoded. */
  static async open(file: string, given: TiffSourceFacts): Promise<TiffSource> {
    const source = new TiffSource(file, given)
    await source.#probe()
    return source
  }

  private constructor(file: string, { pages, decode, facts, channels, stack }: TiffSourceFacts) {
    const [first] = pages
    if (!first?.tile) throw new Error('A tiled page is needed.')
    this.#file = file
    this.#pages = pages
    this.#decode = decode
    this.width = first.width
    this.height = first.height
    this.levels = pages.map(({ width, height }) => ({ width, height, downsample: first.width / width }))
    this.tileSize = Math.min(Math.max(first.tile.width, 64), 2048)
    this.facts = facts
    this.channels = channels
    this.#stack = stack
  }

  /** A first look: at the window where there are more than 8 bits, else at a corner. */
  async #probe(): Promise<void> {
    const level = this.levels.length - 1
    const { width, height } = this.levels[level]!
    if (this.#deep) this.#window = await this.#measure(level)
    else await this.read({ level, x: 0, y: 0, width: Math.min(width, 64), height: Math.min(height, 64) })
  }

  get #deep(): boolean {
    return this.#decode.depth !== 'uchar'
  }

  async read(region: SourceRegion, signal?: AbortSignal): Promise<Raster> {
    checkRegion(this, region)
    return this.#reads.run(() => this.#read(region).catch((thrown: unknown) => Promise.reject(decoderError(this.#file, thrown))), signal)
  }

  async readChannel(channel: number, region: SourceRegion): Promise<Plane> {
    checkRegion(this, region)
    return this.#reads.run(() =>
      this.#channel(channel, region).catch((thrown: unknown) => Promise.reject(decoderError(this.#file, thrown))),
    )
  }

  async #channel(channel: number, region: SourceRegion): Promise<Plane> {
    const { width, height } = region
    const page = this.#stack[channel]
    if (page && !this.#deep)
      return { width, height, values: Uint16Array.from(await this.#part(region, page.page).toColourspace('b-w').raw().toBuffer()) }
    const { values: all, channels } = await this.#deepValues(region, page?.page)
    const at = page ? 0 : channel
    if (channels === 1) return { width, height, values: all }
    const values = new Uint16Array(width * height)
    for (let i = 0; i < values.length; i++) values[i] = all[i * channels + at]!
    return { width, height, values }
  }

  async #read(region: SourceRegion): Promise<Raster> {
    if (this.#window) return this.#readDeep(region, this.#window)
    const image = this.#part(region)
    const flat = this.#decode.dropLast ? image.removeAlpha() : image.flatten({ background: '#ffffff' })
    const space = this.#decode.header.colour === 'grey' ? 'b-w' : 'srgb'
    const { data, info } = await flat.toColourspace(space).raw().toBuffer({ resolveWithObject: true })
    if (info.channels !== 1 && info.channels !== 3) throw new Error(`${info.channels} channels where 1 or 3 were expected`)
    return {
      width: info.width,
      height: info.height,
      channels: info.channels,
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    }
  }

  /** A part of a level; `of`: the page of a channel, whose smaller pictures are like those of the first. */
  #part({ level, x, y, width, height }: SourceRegion, of?: number): Sharp {
    const { page: own, subifd } = this.#pages[level]!
    const page = of ?? own
    const place = subifd === null ? { page } : { page, subifd }
    return sharp(this.#file, { ...place, failOn: 'error', limitInputPixels: false }).extract({ left: x, top: y, width, height })
  }

  async #readDeep(region: SourceRegion, window: DepthWindow): Promise<Raster> {
    const { values, channels } = await this.#deepValues(region)
    return { width: region.width, height: region.height, channels: channels <= 2 ? 1 : 3, data: toEightBits(values, channels, window) }
  }

  async #deepValues(region: SourceRegion, of?: number): Promise<{ values: Uint16Array; channels: 1 | 2 | 3 | 4 }> {
    if (this.#decode.depth !== 'ushort')
      throw imageError('image-unsupported', this.#file, 'is a large image with 32 bits a channel.', 'Save it with 8 or 16 bits.')
    let image = this.#part(region, of)
    if (this.#decode.dropLast) image = image.removeAlpha()
    const space = this.#decode.header.colour === 'grey' ? 'grey16' : 'rgb16'
    const { data, info } = await image.toColourspace(space).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
    const bytes = data.byteOffset % 2 === 0 ? data : Buffer.from(data)
    return { values: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), channels: info.channels as 1 | 2 | 3 | 4 }
  }

  /** The window from the middle of a level, at most 4096 pixels a side: the whole of it where it is the coarsest of a pyramid. */
  async #measure(level: number): Promise<DepthWindow> {
    const size = this.levels[level]!
    const [width, height] = [Math.min(size.width, 4096), Math.min(size.height, 4096)]
    const [x, y] = [Math.floor((size.width - width) / 2), Math.floor((size.height - height) / 2)]
    const { values, channels } = await this.#deepValues({ level, x, y, width, height }).catch((thrown: unknown) => {
      throw decoderError(this.#file, thrown)
    })
    const counts = histogram16(values, channels, channels === 2 || channels === 4 ? channels - 1 : null)
    return channels <= 2 ? greyWindow(counts) : colourWindow(counts)
  }

  async close(): Promise<void> {
    await this.#reads.end()
  }
}
