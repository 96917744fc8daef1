import type { Size } from '#shared/geometry/point.ts'
import { imageError } from '../failure.ts'
import type { Raster } from '../raster.ts'
import type { ImageSource, SourceFacts, SourceLevel, SourceRegion } from './image-source.ts'
import { OneByOne } from './one-by-one.ts'
import type { OpenSlideLibrary, SlideHandle } from './openslide-library.ts'
import { checkRegion } from './regions.ts'
import { slideFacts } from './slide-facts.ts'
import type { SlideFile } from './slide-file.ts'

/** Regions read of one slide at a time; more would only wait for the same cores. */
const AT_ONCE = 4
/** Side of what is read from a slide at opening, to learn whether its pixels can be decoded at all. */
const PROBE = 64

/**
 * A slide through OpenSlide. Its label and macro pictures are touched by nothing but `readAssociated`. An error spoils a handle of OpenSlide for good: the next read opens
 * the file again, so that one broken tile does not take the others with it.
 */
export class OpenSlideSource implements ImageSource {
  readonly width: number
  readonly height: number
  readonly levels: readonly SourceLevel[]
  readonly tileSize: number
  readonly facts: SourceFacts
  /** The same for all files of one slide in several files, else null. */
  readonly slideKey: string | null
  readonly #associated: readonly { readonly name: string; readonly size: Size }[]
  readonly #library: OpenSlideLibrary
  readonly #file: string
  readonly #reads = new OneByOne(AT_ONCE)
  #lease: Promise<Lease> | null

  /** @throws AppError of `ImageFailure`. */
  static async open(file: string, { vendor, library }: SlideFile): Promise<OpenSlideSource> {
    const source = new OpenSlideSource({ file, vendor, library, handle: await opened(file, library) })
    try {
      await source.#probe()
      return source
    } catch (thrown) {
      await source.close()
      throw thrown
    }
  }

  private constructor({ file, vendor, library, handle }: { file: string; vendor: string; library: OpenSlideLibrary; handle: SlideHandle }) {
    this.#file = file
    this.#library = library
    this.#lease = Promise.resolve({ handle, readers: 0, spoilt: false })
    this.levels = Array.from({ length: library.levelCount(handle) }, (_, level) => ({
      ...library.levelSize(handle, level),
      downsample: library.levelDownsample(handle, level),
    }))
    this.width = this.levels[0]!.width
    this.height = this.levels[0]!.height
    const side = Number(library.property(handle, 'openslide.level[0].tile-width'))
    this.tileSize = side >= 64 && side <= 2048 ? side : 256
    this.facts = slideFacts(vendor, (name) => library.property(handle, name))
    this.#associated = library
      .associatedNames(handle)
      .map((name) => ({ name, size: library.associatedSize(handle, name) }))
      .filter(({ size }) => size.width > 0 && size.height > 0)
    this.slideKey = vendor === 'dicom' ? library.property(handle, 'openslide.quickhash-1') : null
  }

  async #probe(): Promise<void> {
    const level = this.levels.length - 1
    const { width, height } = this.levels[level]!
    await this.read({ level, x: 0, y: 0, width: Math.min(width, PROBE), height: Math.min(height, PROBE) })
  }

  async read(region: SourceRegion, signal?: AbortSignal): Promise<Raster> {
    checkRegion(this, region)
    return this.#reads.run(() => this.#read(region), signal)
  }

  async #read(region: SourceRegion): Promise<Raster> {
    const { level, width, height } = region
    const { downsample } = this.levels[level]!
    const argb = new Uint32Array(width * height)
    const [x, y] = [Math.round(region.x * downsample), Math.round(region.y * downsample)]
    const leased = (this.#lease ??= lease(this.#file, this.#library))
    const open = await leased.catch((thrown: unknown) => {
      this.#forget(leased)
      throw thrown
    })
    open.readers++
    try {
      await this.#library.read(open.handle, argb, { x, y, level, width, height })
      const said = this.#library.error(open.handle)
      if (said === null) return { width, height, channels: 3, data: onWhite(argb) }
      open.spoilt = true
      this.#forget(leased)
      throw slideBroken(this.#file, said)
    } finally {
      open.readers--
      if (open.spoilt && open.readers === 0) await this.#library.close(open.handle)
    }
  }

  /** Names of the pictures beside the slide; no pixels are read for that. */
  associatedNames(): string[] {
    return this.#associated.map(({ name }) => name)
  }

  /** Size of one of them in pixels; null where there is none. */
  associatedSize(wanted: string): Size | null {
    return this.#associated.find(({ name }) => name === wanted)?.size ?? null
  }

  /** The pixels of one, which are nowhere kept. @throws AppError of `ImageFailure`. */
  async readAssociated(name: string, { width, height }: Size): Promise<Raster> {
    const argb = new Uint32Array(width * height)
    const handle = await opened(this.#file, this.#library)
    try {
      await this.#library.readAssociated(handle, name, argb)
      const said = this.#library.error(handle)
      if (said !== null) throw slideBroken(this.#file, said)
      return { width, height, channels: 3, data: onWhite(argb) }
    } finally {
      await this.#library.close(handle)
    }
  }

  #forget(leased: Promise<Lease>): void {
    if (this.#lease === leased) this.#lease = null
  }

  async close(): Promise<void> {
    await this.#reads.end()
    const last = await this.#lease?.catch(() => null)
    this.#lease = null
    if (last) await this.#library.close(last.handle)
  }
}

/** A handle with those who read of it. */
interface Lease {
  readonly handle: SlideHandle
  readers: number
  spoilt: boolean
}

const lease = async (file: string, library: OpenSlideLibrary): Promise<Lease> => ({
  handle: await opened(file, library),
  readers: 0,
  spoilt: false,
})

async function opened(file: string, library: OpenSlideLibrary): Promise<SlideHandle> {
  const handle = await library.open(file)
  if (handle === null)
    throw imageError('image-unsupported', file, 'is not a slide that can be read.', 'Export it as TIFF from its scanner.')
  const said = library.error(handle) ?? (library.levelCount(handle) < 1 ? 'it has no picture' : null)
  if (said === null) return handle
  await library.close(handle)
  throw slideBroken(file, said)
}

function slideBroken(file: string, said: string): Error {
  const words = said
    .replaceAll(file, '')
    .replace(/^(Reading|Opening)\s*:\s*/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  if (/unsupported|not supported/i.test(said))
    return imageError('image-unsupported', file, `is a slide of a kind that is not read: ${words}.`, 'Export it as TIFF from its scanner.')
  return imageError('image-broken', file, `is damaged: ${words}.`, 'Copy it from its source again, or leave it out.')
}

/** Premultiplied ARGB laid on white: colour + white x (1 - alpha). */
function onWhite(argb: Uint32Array): Uint8Array {
  const out = new Uint8Array(argb.length * 3)
  for (let i = 0, at = 0; i < argb.length; i++, at += 3) {
    const pixel = argb[i]!
    const white = 255 - (pixel >>> 24)
    out[at] = ((pixel >>> 16) & 255) + white
    out[at + 1] = ((pixel >>> 8) & 255) + white
    out[at + 2] = (pixel & 255) + white
  }
  return out
}
