import { type ImageLevels } from '#shared/contracts/image-details.ts'
import { type TilePlace } from '#shared/geometry/tile-grid.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { type Clients } from '../../state/clients.ts'
import { type MessagesStore } from '../../state/messages.ts'
import { type CanvasPicture } from '../canvas-picture.ts'
import { closePicture, loadBitmap, loadPicture, type Picture } from '../picture.ts'
import { TiledPicture } from './tiled-picture.ts'

/** What has become of an image: `preparing` is the share of its pyramid that is done, null where nothing is prepared. */
export interface TiledState {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly preparing: number | null
}

export interface TiledTarget {
  readonly setPicture: (picture: CanvasPicture | null) => void
  /** The picture has more to show. */
  readonly pictureChanged: () => void
}

export interface TiledShow {
  readonly image: Pick<ImageRecord, 'id' | 'width' | 'height'>
  readonly target: TiledTarget
  readonly clients: Pick<Clients, 'project' | 'thumbnailUrl' | 'tileUrl'>
  readonly messages: Pick<MessagesStore, 'hint'>
  readonly tell: (state: TiledState) => void
  /** The image that is being prepared, null for none: kept from one image to the next, for one is prepared at a time. */
  readonly waiting: { current: ImageId | null }
}

/** Shows a large image: its thumbnail first, then its tiles, once they can be had; the returned function ends it. */
export function showTiled(show: TiledShow): () => void {
  const showing = new TiledShowing(show)
  return () => {
    showing.stop()
  }
}

class TiledShowing {
  readonly #show: TiledShow
  readonly #loading = new AbortController()
  readonly #unsubscribe: () => void
  #thumbnail: Picture | null = null
  #tiled: TiledPicture | null = null
  #levels: ImageLevels | null = null
  #state: TiledState = { state: 'loading', preparing: null }

  constructor(show: TiledShow) {
    this.#show = show
    const { clients, image } = show
    this.#unsubscribe = clients.project.onPreparing(({ imageId, share, fault }) => {
      if (imageId !== image.id) return
      if (fault === null) this.#shareIs(share)
      else this.#fail()
    })
    void this.#showThumbnail()
    void this.#ask()
  }

  stop(): void {
    this.#loading.abort()
    this.#unsubscribe()
    this.#show.target.setPicture(null)
    this.#tiled?.close()
    if (this.#thumbnail) closePicture(this.#thumbnail)
  }

  async #showThumbnail(): Promise<void> {
    const { clients, image, target } = this.#show
    const { signal } = this.#loading
    // Without a thumbnail the coarsest tile is on its way all the same.
    const picture = await loadPicture(clients.thumbnailUrl(image.id), image, true, signal).catch(() => null)
    if (picture === null) return
    if (this.#tiled) {
      closePicture(picture)
      return
    }
    this.#thumbnail = picture
    target.setPicture(picture)
    this.#tell({})
  }

  /** Asks for the levels, which begins to prepare the image where that is needed. */
  async #ask(): Promise<void> {
    const { clients, image } = this.#show
    try {
      this.#levels = await clients.project.levels({ imageId: image.id })
    } catch {
      this.#fail()
      return
    }
    this.#shareIs(this.#levels.share)
  }

  #shareIs(share: number): void {
    if (this.#loading.signal.aborted || this.#tiled) return
    if (share < 1) {
      this.#waitFor(share)
      return
    }
    if (this.#show.waiting.current === this.#show.image.id) this.#show.waiting.current = null
    // Where the answer with the levels is still on its way, it tells the same share.
    if (this.#levels) this.#begin(this.#levels)
  }

  /** An image that is prepared while another one is looked at goes on, but not in the way of this one. */
  #waitFor(share: number): void {
    const { waiting, image, clients } = this.#show
    const other = waiting.current
    if (other !== null && other !== image.id) clients.project.stopPreparing({ imageId: other }).catch(() => undefined)
    waiting.current = image.id
    this.#tell({ preparing: share })
  }

  #begin({ levels }: ImageLevels): void {
    const { image, target, clients, messages } = this.#show
    this.#tiled = new TiledPicture({
      size: image,
      levels,
      standin: this.#thumbnail,
      load: (place: TilePlace, signal) => loadBitmap(clients.tileUrl(image.id, place), signal),
      changed: () => {
        target.pictureChanged()
        this.#tell({ state: 'ready' })
      },
      failed: () => {
        if (this.#tiled?.revision === 0) this.#fail()
        else messages.hint(t('A part of this image can’t be shown'), t('It could not be read, and is tried again. The labels are safe.'))
      },
    })
    this.#thumbnail = null
    target.setPicture(this.#tiled)
    this.#tell({ preparing: null })
  }

  #fail(): void {
    this.#tell({ state: 'failed', preparing: null })
  }

  #tell(change: Partial<TiledState>): void {
    if (this.#loading.signal.aborted) return
    const { state, preparing } = { ...this.#state, ...change }
    // A thumbnail is something to work on while the rest is prepared.
    const usable = state === 'loading' && this.#thumbnail !== null && preparing !== null
    const next: TiledState = { state: usable ? 'ready' : state, preparing }
    if (next.state === this.#state.state && next.preparing === this.#state.preparing) return
    this.#state = next
    this.#show.tell(next)
  }
}
