import { AppError, type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type PyramidLaunch, pyramidOf } from '../../imaging/slides/build-pyramid.ts'
import { pyramidFolder } from '../../imaging/slides/pyramid-layout.ts'
import type { Pictures } from './pictures.ts'
import type { FolderLimit } from './folder-limit.ts'

/** How far an image is on the way to being drawn by tiles. */
export interface Preparing {
  readonly imageId: ImageId
  /** 0 to 1; 1 = its tiles can be had. */
  readonly share: number
  /** Why it cannot be prepared; null while all is well. */
  readonly fault: ErrorInfo | null
}

interface Work {
  readonly stop: AbortController
  readonly done: Promise<unknown>
  share: number
}

export interface PreparationOptions {
  readonly cacheFolder: string
  readonly pictures: Pick<Pictures, 'tilesReady'>
  /** What builds pyramids; null: this process's own program. */
  readonly launch: PyramidLaunch | null
  readonly tell: (progress: Preparing) => void
  /** Holds the cache below its size. */
  readonly limit?: FolderLimit
}

/** Builds the pyramids that large flat images need before they can be drawn by tiles, one at a time, and tells how far they are. */
export class TilePreparation {
  readonly #options: PreparationOptions
  readonly #working = new Map<ImageId, Work>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: PreparationOptions) {
    this.#options = options
  }

  /** The share that is done: 1 where tiles can be had; else building has begun, or waits for its turn. @throws AppError of `ImageFailure`. */
  async share(image: ImageRecord, file: string): Promise<number> {
    const working = this.#working.get(image.id)
    if (working) return working.share
    const { ready } = await this.#options.pictures.tilesReady({ file, pyramids: pyramidFolder(this.#options.cacheFolder) })
    if (ready) return 1
    // Somebody else may have asked in the meantime.
    return (this.#working.get(image.id) ?? this.#begin(image, file)).share
  }

  #begin({ id, width, height }: ImageRecord, file: string): Work {
    const stop = new AbortController()
    const { cacheFolder, launch, tell, limit } = this.#options
    const onProgress = (share: number): void => {
      work.share = Math.min(share, 0.99)
      tell({ imageId: id, share: work.share, fault: null })
    }
    const building = this.#last.then(() =>
      pyramidOf(file, {
        cacheFolder: pyramidFolder(cacheFolder),
        width,
        height,
        onProgress,
        signal: stop.signal,
        launch: launch ?? undefined,
      }),
    )
    this.#last = building.catch(() => undefined)
    const done = building.then(
      ({ folder }) => {
        void limit?.added(folder)
        this.#end(id, { imageId: id, share: 1, fault: null })
      },
      (thrown: unknown) => this.#end(id, faultOf(id, thrown)),
    )
    const work: Work = { stop, done, share: 0 }
    this.#working.set(id, work)
    return work
  }

  #end(id: ImageId, progress: Preparing | null): void {
    this.#working.delete(id)
    if (progress) this.#options.tell(progress)
  }

  /** Ends what is being built for an image that is not looked at any more. */
  async stop(id: ImageId): Promise<void> {
    const work = this.#working.get(id)
    work?.stop.abort()
    await work?.done
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#working.keys()].map((id) => this.stop(id)))
  }
}

/** Being stopped is no fault. */
function faultOf(imageId: ImageId, thrown: unknown): Preparing | null {
  if (thrown instanceof AppError && thrown.code === 'cancelled') return null
  return { imageId, share: 0, fault: toErrorInfo(thrown) }
}
