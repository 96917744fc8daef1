import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { DisplayFiles } from '../images/display-file.ts'
import type { Pictures } from '../images/pictures.ts'
import { Thumbnails, type ThumbnailSource } from '../images/thumbnails.ts'
import type { ImageFiles } from './image-files.ts'
import type { OpenProject } from './open-project.ts'

/** Pictures of the project's images for the window: thumbnails made in the background, and files that Chromium can show. */
export class ThumbnailService {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #thumbnails: Thumbnails
  readonly #display: DisplayFiles
  #filling: AbortController | null = null

  constructor(project: OpenProject, files: ImageFiles, pictures: Pictures) {
    this.#project = project
    this.#files = files
    this.#thumbnails = new Thumbnails(project.paths.cache, pictures)
    this.#display = new DisplayFiles(project.paths.cache, pictures)
  }

  /** Begins to make the missing thumbnails; what was begun before stops. */
  start(images: readonly ImageRecord[]): void {
    this.stop()
    const filling = new AbortController()
    this.#filling = filling
    void this.#fill(images, filling.signal)
  }

  stop(): void {
    this.#filling?.abort()
    this.#filling = null
  }

  async thumbnail(id: ImageId, size: 'small' | 'large' = 'small'): Promise<string> {
    return this.#thumbnails.get(await this.#source(this.#project.image(id)), size)
  }

  async display(id: ImageId): Promise<string> {
    return this.#display.get(await this.#source(this.#project.image(id)))
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
