import type { z } from 'zod'
import type { tileRequest } from '#shared/contracts/pictures.ts'
import { type ChannelLook, looksText } from '#shared/channels/look.ts'
import { hasTile } from '#shared/geometry/tile-grid.ts'
import { cacheFile } from '../cache-file.ts'
import { imageError } from '../failure.ts'
import type { Raster } from '../raster.ts'
import { sharpOf } from '../sharp-of.ts'
import { hasChannels, LookedSource } from './channel-source.ts'
import { cutTile, type TileOrigin } from './cut-tile.ts'
import type { ImageSource } from './image-source.ts'
import { opensAtOnce } from './open-source.ts'
import { PyramidSource } from './pyramid-source.ts'
import { RasterCache } from './raster-cache.ts'
import type { SourceStore } from './source-store.ts'

/** Bytes of pixels of tiles that others are put together from. */
const CACHE_BYTES = 96 * 2 ** 20
/** Stains differ in hue, so colours are kept at full resolution. */
const JPEG = { quality: 88, chromaSubsampling: '4:4:4' } as const

/** Makes the tiles that the window draws, as files of the project's cache. */
export class TileWriter {
  readonly #sources: SourceStore
  readonly #cache = new RasterCache(CACHE_BYTES)

  constructor(sources: SourceStore) {
    this.#sources = sources
  }

  async ready({ file, pyramids }: Pick<z.output<typeof tileRequest>, 'file' | 'pyramids'>): Promise<{ ready: boolean }> {
    return { ready: await opensAtOnce(file, { cacheFolder: pyramids }) }
  }

  /** The file of a tile. Waits for a pyramid that is not built yet. @throws AppError of `ImageFailure`. */
  async write({ file, pyramids, place, target, looks }: z.output<typeof tileRequest>): Promise<{ file: string }> {
    return this.#sources.use(file, { cacheFolder: pyramids }, async (source) => {
      if (!hasTile(source, place)) throw imageError('image-unreadable', file, 'has no such tile.', 'Open the project again.')
      if (source instanceof PyramidSource) return { file: source.tileFile(place) }
      await cacheFile(target, await encoded(await cutTile(this.#origin(file, source, looks), place)))
      return { file: target }
    })
  }

  /** The image as it is read, or with its channels as they are wanted. */
  #origin(file: string, source: ImageSource, looks: readonly ChannelLook[] | undefined): TileOrigin {
    const cache = this.#cache
    if (looks === undefined) return { name: file, source, cache }
    if (!hasChannels(source))
      throw imageError('image-unsupported', file, 'has no channels to be shown one by one.', 'Open the image again.')
    return { name: `${file} ${looksText(looks)}`, source: new LookedSource(source, looks), cache }
  }
}

const encoded = (raster: Raster): Promise<Buffer> =>
  sharpOf(raster)
    .toColourspace(raster.channels === 1 ? 'b-w' : 'srgb')
    .jpeg(JPEG)
    .toBuffer()
