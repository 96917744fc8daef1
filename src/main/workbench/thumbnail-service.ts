import type { AssociatedPicture, ImageDetails } from '#shared/contracts/image-details.ts'
import type { ImageLevels } from '#shared/contracts/image-details.ts'
import { TILE_SIDE, tileLevels } from '#shared/geometry/tile-grid.ts'
import { readFile } from 'node:fs/promises'
import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { cacheLimit } from '../images/cache-limit.ts'
import { DisplayFiles } from '../images/display-file.ts'
import type { FolderLimit } from '../images/folder-limit.ts'
import type { Pictures } from '../images/pictures.ts'
import { Thumbnails, type ThumbnailSource } from '../images/thumbnails.ts'
import { TileFiles, type WantedTile } from '../images/tile-files.ts'
import { TilePreparation } from '../images/tile-preparation.ts'
import type { ImageFiles } from './image-files.ts'
import type { OpenProject } from './open-project.ts'
import { pyramidLaunch } from './picture-link.ts'

/** Of a thumbnail that is kept apart from its project. */
const MOST_BYTES = 32_768

/** Pictures of the project's images for the window: thumbnails made in the background, files that Chromium can show, tiles of large images. */
export class ThumbnailService {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #thumbnails: Thumbnails
  readonly #display: DisplayFiles
  readonly #tiles: TileFiles
  readonly #preparation: TilePreparation
  readonly #limit: FolderLimit
  readonly #pictures: Pictures
  #filling: AbortController | null = null

  constructor(project: OpenProject, files: ImageFiles, pictures: Pictures) {
    this.#project = project
    this.#files = files
    this.#pictures = pictures
    const { cache } = project.paths
    this.#limit = cacheLimit(cache)
    this.#thumbnails = new Thumbnails(cache, pictures, this.#limit)
    this.#display = new DisplayFiles(cache, pictures, this.#limit)
    this.#tiles = new TileFiles(cache, pictures, { limit: this.#limit })
    this.#preparation = new TilePreparation({
      cacheFolder: cache,
      pictures,
      launch: pyramidLaunch(),
      limit: this.#limit,
      tell: (progress) => {
        project.events.emit('preparing', progress)
      },
    })
  }

  /** Begins to make the missing thumbnails; what was begun before stops. */
  start(images: readonly ImageRecord[]): void {
    this.stop()
    const filling = new AbortController()
    this.#filling = filling
    // What earlier sessions, and predictions, have left there.
    void this.#limit.check()
    void this.#fill(images, filling.signal)
  }

  stop(): void {
    this.#filling?.abort()
    this.#filling = null
  }

  thumbnail(id: ImageId, size: 'small' | 'large' = 'small'): Promise<string> {
    return this.thumbnailOf(this.#project.image(id), size)
  }

  /** The same of an image that may not be in the project yet. */
  async thumbnailOf(image: ImageRecord, size: 'small' | 'large' = 'small'): Promise<string> {
    return this.#thumbnails.get(await this.#source(image), size)
  }

  /** A small thumbnail as a data address, where it is made already: it is for what outlives the project. */
  async asAddress(image: ImageRecord): Promise<string | null> {
    const bytes = await readFile(this.#thumbnails.pathOf(image.sha256, 'small')).catch(() => null)
    return bytes === null || bytes.length > MOST_BYTES ? null : `data:image/webp;base64,${bytes.toString('base64')}`
  }

  async display(id: ImageId): Promise<string> {
    return this.#display.get(await this.#source(this.#project.image(id)))
  }

  /** The numbers of one of an image's channels (`ImageDetails`). @throws AppError of `ImageFailure`. */
  async channel(id: ImageId, channel: number): Promise<string> {
    return this.#display.channel(await this.#source(this.#project.image(id)), channel)
  }

  /** One tile of an image. @throws AppError of `ImageFailure`, or `cancelled`. */
  async tile(id: ImageId, place: WantedTile, signal?: AbortSignal): Promise<string> {
    return this.#tiles.get(await this.#source(this.#project.image(id)), place, signal)
  }

  /** How an image is drawn by tiles; begins to prepare it where that is needed. @throws AppError of `ImageFailure`. */
  async levels(id: ImageId): Promise<ImageLevels> {
    const image = this.#project.image(id)
    const { file } = await this.#source(image)
    const { width, height } = image
    return { width, height, tileSide: TILE_SIDE, levels: tileLevels(image), share: await this.#preparation.share(image, file) }
  }

  /** What an image's file is made of. @throws AppError of `ImageFailure`. */
  async details(id: ImageId): Promise<ImageDetails> {
    return this.#pictures.details({ file: (await this.#source(this.#project.image(id))).file })
  }

  /** A picture beside a slide, read anew each time and never written. @throws AppError of `ImageFailure`. */
  async associated(id: ImageId, name: string): Promise<AssociatedPicture> {
    return this.#pictures.associated({ file: (await this.#source(this.#project.image(id))).file, name })
  }

  /** Ends the preparation of an image that is not looked at any more. */
  async stopPreparing(id: ImageId): Promise<void> {
    await this.#preparation.stop(id)
  }

  /** Ends all work that stands behind the pictures. */
  async close(): Promise<void> {
    this.stop()
    await this.#preparation.stopAll()
  }

  async #source(image: ImageRecord): Promise<ThumbnailSource> {
    return { sha256: image.sha256, file: await this.#files.pathOf(image) }
  }

  async #fill(images: readonly ImageRecord[], signal: AbortSignal): Promise<void> {
    const ids = new Map(images.map((image) => [image.sha256, image.id]))
    const sources: ThumbnailSource[] = []
    for (const image of images) {
      const file = await this.#files.find(image)
      if (file !== null) sources.push({ sha256: image.sha256, file })
    }
    const tell = ({ sha256 }: ThumbnailSource): void => {
      const imageId = ids.get(sha256)
      if (imageId !== undefined && !signal.aborted) this.#project.events.emit('thumbnail', { imageId })
    }
    await this.#thumbnails.fill(sources, tell, signal)
  }
}
