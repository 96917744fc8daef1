import * as zarr from 'zarrita'
import { z } from 'zod'
import { say } from '#shared/i18n/say.ts'
import { channelColor, type ChannelLook, MOST_CHANNELS, type Plane } from '#shared/channels/look.ts'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { isLargeImage } from '#shared/records/image.ts'
import { FIRST_PLANE, isFirstPlane, type ZarrPlane, zarrPlace, type ZarrStack } from '#shared/records/zarr-plane.ts'
import { type DepthWindow, greyWindow, histogram16, toEightBits } from '../depth.ts'
import { type OmeFacts, omeFacts } from '../ome-facts.ts'
import { tooManyPixels } from '../failure.ts'
import { MAX_LARGE_PIXELS } from '../limits.ts'
import type { Raster } from '../raster.ts'
import { type ChannelSource, laidOver } from '../slides/channel-source.ts'
import type { SourceFacts, SourceLevel, SourceRegion } from '../slides/image-source.ts'
import { OneByOne } from '../slides/one-by-one.ts'
import { checkRegion } from '../slides/regions.ts'
import { FolderStore } from './folder-store.ts'
import { NoOmeImage, omeImage, type OmeImage } from './ome.ts'
import { zarrError } from './zarr-error.ts'
import { chunkCache, type ZarrArray, ZarrLevel } from './zarr-level.ts'

const AT_ONCE = 4
/** Bytes of decoded chunks that are kept of one image: neighbouring tiles lie in the same. */
const CACHE_BYTES = 96 * 2 ** 20

/** Three channels of 8 bits that say nothing else are the colours of a picture. */
const RGB = ['#ff0000', '#00ff00', '#0000ff'] as const

/**
 * An OME-Zarr on disk (NGFF 0.4 on Zarr 2, 0.5 on Zarr 3; the first image of a folder of bioformats2raw): the slice and the point in time that
 * its path names, else the first. Three channels of 8 bits in red, green and blue are a picture; one is grey, with 16 bits by the rule of `depth.ts`; several are laid
 * over each other in the colours and between the numbers that the file states, else in the usual order and by what their coarsest level shows.
 */
export class ZarrSource implements ChannelSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize: number
  readonly facts: SourceFacts
  /** 8 or 16 bits a channel. */
  readonly bitDepth: 8 | 16
  /** As the image is read: 3 = RGB, 1 = grey. */
  readonly colours: 1 | 3
  /** Channels that can be looked at one by one; none where it is a picture of 8 bits. */
  readonly channels: readonly ChannelFact[]
  /** How many slices and points in time there are; null for a single plane. */
  readonly stack: ZarrStack | null
  /** What a person should know. */
  readonly notes: readonly string[]
  readonly #file: string
  readonly #levels: readonly ZarrLevel[]
  readonly #reads = new OneByOne(AT_ONCE)
  #looks: Promise<readonly ChannelLook[]> | null = null
  #window: Promise<DepthWindow> | null = null

  /** Throws AppError of `ImageFailure` where it is no OME-Zarr that can be read; its coarsest level is looked at. */
  static async open(file: string): Promise<ZarrSource> {
    try {
      const { folder, plane } = zarrPlace(file) ?? { folder: file, plane: FIRST_PLANE }
      const store = new FolderStore(folder)
      const { ome, arrays, notes } = await openImage(store)
      const cache = chunkCache(CACHE_BYTES)
      const levels = arrays.map((array) => new ZarrLevel(array, ome.axes, { cache, plane }))
      const source = new ZarrSource(file, { ome, levels: descending(levels), notes, plane, microscope: await microscopeFacts(store) })
      const level = source.levels.length - 1
      const { width, height } = source.levels[level]!
      await source.read({ level, x: 0, y: 0, width: Math.min(width, 64), height: Math.min(height, 64) })
      return source
    } catch (thrown) {
      throw zarrError(file, thrown)
    }
  }

  private constructor(file: string, { ome, levels, notes, plane, microscope }: Parts) {
    const [first] = levels
    const last = levels.at(-1)
    if (!first || !last) throw new NoOmeImage('has no level.')
    if (first.width * first.height > MAX_LARGE_PIXELS) throw tooManyPixels(file)
    if (isLargeImage(last)) throw new NoOmeImage(`has no small level: its coarsest has ${last.width} x ${last.height} pixels.`)
    this.#file = file
    this.#levels = levels
    this.width = first.width
    this.height = first.height
    this.levels = levels.map(({ width, height }) => ({ width, height, downsample: Math.max(1, first.width / width) }))
    this.tileSize = Math.min(Math.max(first.chunk.width, 64), 2048)
    this.facts = { reader: 'zarrita: OME-Zarr', micronsPerPixel: ome.micronsPerPixel, ...microscope }
    this.bitDepth = first.numbers === 'uint8' ? 8 : 16
    const said = factsOf(ome, Math.min(first.channels, MOST_CHANNELS))
    const isPicture = this.bitDepth === 8 && (said.length === 1 || isRgb(ome, first.channels))
    this.channels = isPicture ? [] : said
    this.colours = first.channels === 1 ? 1 : 3
    const { slices, times } = first
    this.stack = slices > 1 || times > 1 ? { slices, times } : null
    this.notes = [...notes, ...notesOf(first, isPicture, plane)]
  }

  async read(region: SourceRegion, signal?: AbortSignal): Promise<Raster> {
    checkRegion(this, region)
    return this.#reads.run(() => this.#read(region).catch((thrown: unknown) => Promise.reject(zarrError(this.#file, thrown))), signal)
  }

  /** The numbers of one channel in a region that lies within its level. Throws AppError of `ImageFailure`. */
  async readChannel(channel: number, region: SourceRegion): Promise<Plane> {
    checkRegion(this, region)
    return this.#levels[region.level]!.plane(channel, region).catch((thrown: unknown) => Promise.reject(zarrError(this.#file, thrown)))
  }

  close(): Promise<void> {
    return this.#reads.end()
  }

  async #read(region: SourceRegion): Promise<Raster> {
    const level = this.#levels[region.level]!
    const { width, height } = region
    if (this.colours === 1) {
      const { values } = await level.plane(0, region)
      const data = this.bitDepth === 8 ? Uint8Array.from(values) : toEightBits(values, 1, await (this.#window ??= this.#measured(0)))
      return { width, height, channels: 1, data }
    }
    if (this.channels.length === 0) return interleaved(await Promise.all([0, 1, 2].map((channel) => level.plane(channel, region))))
    return laidOver(region, await (this.#looks ??= this.#ownLooks()), (channel) => level.plane(channel, region))
  }

  /** How the file itself wants its channels seen. */
  async #ownLooks(): Promise<readonly ChannelLook[]> {
    const looks: ChannelLook[] = []
    for (const [channel, { color, on = true, range }] of this.channels.entries())
      looks.push({ on, color, ...(range ?? (on ? await this.#measured(channel) : { low: 0, high: 65_535 })) })
    return looks
  }

  /** The automatic range of a channel, by its coarsest level. */
  async #measured(channel: number): Promise<DepthWindow> {
    const level = this.#levels.at(-1)!
    const { values } = await level.plane(channel, { x: 0, y: 0, width: level.width, height: level.height })
    return greyWindow(histogram16(values, 1, null))
  }
}

interface Parts {
  readonly ome: OmeImage
  readonly levels: readonly ZarrLevel[]
  readonly notes: readonly string[]
  readonly plane: ZarrPlane
  readonly microscope: OmeFacts
}

interface OpenedImage {
  readonly ome: OmeImage
  readonly arrays: readonly ZarrArray[]
  readonly notes: readonly string[]
}

/** The image of a folder: the folder itself, or the first series of what bioformats2raw wrote. */
async function openImage(store: FolderStore): Promise<OpenedImage> {
  // By what is there: zarrita would take broken metadata of one version for missing ones of the other.
  const open = (await store.get('/zarr.json')) === undefined ? zarr.open.v2 : zarr.open.v3
  const groupAt = async (place: zarr.Location<FolderStore>): Promise<zarr.Group<FolderStore>> =>
    open(place, { kind: 'group' }).catch((thrown: unknown) => {
      throw zarr.isZarritaError(thrown, 'NotFoundError') ? new NoOmeImage('holds no OME-Zarr image.') : thrown
    })
  const root = await groupAt(zarr.root(store))
  const attributes = { ...root.attrs, ...(root.attrs['ome'] as object | undefined) } as Readonly<Record<string, unknown>>
  const isSeries = attributes['bioformats2raw.layout'] !== undefined && attributes['multiscales'] === undefined
  const group = isSeries ? await groupAt(root.resolve('0')) : root
  const hasMore = isSeries && (await groupAt(root.resolve('1')).catch(() => null)) !== null
  const ome = omeImage(group.attrs)
  const arrays: ZarrArray[] = []
  for (const path of ome.paths) {
    const place = group.resolve(path)
    const from = zarr.root(store.withIndexAt(await indexSide(store, place.path))).resolve(place.path)
    arrays.push(await open(from, { kind: 'array' }))
  }
  return { ome, arrays, notes: hasMore ? [say('It holds several images; the first is read.')] : [] }
}

/** Where bioformats2raw keeps the OME-XML of all series; NGFF itself has no word for a microscope. */
const METADATA = '/OME/METADATA.ome.xml'
/** Bytes of it that are read: objectives and the first image stand in front, what is listed of every plane behind. */
const MOST_METADATA = 4 * 2 ** 20

/** Of a folder without such a file, or whose file cannot be read, nothing is known: its pixels are read all the same. */
async function microscopeFacts(store: FolderStore): Promise<OmeFacts> {
  const bytes = await store.getRange(METADATA, { offset: 0, length: MOST_METADATA }).catch(() => undefined)
  return omeFacts(new TextDecoder().decode(bytes ?? new Uint8Array()))
}

const sharded = z.object({
  codecs: z.array(z.object({ name: z.string(), configuration: z.object({ index_location: z.string().optional() }).loose().optional() })),
})

/** Where an array whose files hold several chunks each keeps their index (sharding_indexed); zarrita itself knows the end alone. */
async function indexSide(store: FolderStore, path: string): Promise<'start' | 'end'> {
  const text = await store.get(`${path}/zarr.json`)
  if (text === undefined) return 'end'
  const { data } = sharded.safeParse(JSON.parse(new TextDecoder().decode(text)))
  const own = data?.codecs.find(({ name }) => name === 'sharding_indexed')
  return own?.configuration?.index_location === 'start' ? 'start' : 'end'
}

/** Levels from the finest on; one that is no smaller than the one before says nothing new. */
function descending(levels: readonly ZarrLevel[]): ZarrLevel[] {
  const kept: ZarrLevel[] = []
  for (const level of levels) {
    const before = kept.at(-1)
    if (before && (level.numbers !== before.numbers || level.channels !== before.channels))
      throw new NoOmeImage('has levels that differ in more than their size.')
    if (!before || level.width < before.width) kept.push(level)
  }
  return kept
}

function factsOf(ome: OmeImage, count: number): ChannelFact[] {
  if (count === 1) return [{ name: 'Grey', color: '#ffffff' }]
  return Array.from({ length: count }, (_, i) => ({ name: `Channel ${i + 1}`, color: channelColor(i), ...ome.channels[i] }))
}

const isRgb = ({ channels }: OmeImage, count: number): boolean =>
  count === 3 &&
  (channels.length === 0 ||
    (channels.length === 3 && channels.every(({ color, range }, i) => color === RGB[i] && (range === undefined || isWhole(range)))))

const isWhole = ({ low, high }: DepthWindow): boolean => low === 0 && high === 255

function notesOf({ times, slices, channels }: ZarrLevel, isPicture: boolean, plane: ZarrPlane): string[] {
  const notes: string[] = []
  // Who names a plane knows of the others.
  if (times > 1 && isFirstPlane(plane)) notes.push(say('It has {{count}} points in time; the first is used.', { count: times }))
  if (slices > 1 && isFirstPlane(plane)) notes.push(say('It has {{count}} slices; the first is used.', { count: slices }))
  if (channels > MOST_CHANNELS)
    notes.push(say('It has {{count}} channels; the first {{most}} are used.', { count: channels, most: MOST_CHANNELS }))
  if (channels > 1 && !isPicture)
    notes.push(say('Its channels are seen, and learned from, laid over each other in the colours of the file.'))
  return notes
}

function interleaved(planes: readonly Plane[]): Raster {
  const [first] = planes as [Plane, Plane, Plane]
  const data = new Uint8Array(first.values.length * 3)
  for (const [channel, { values }] of planes.entries()) for (let i = 0, at = channel; i < values.length; i++, at += 3) data[at] = values[i]!
  return { width: first.width, height: first.height, channels: 3, data }
}
