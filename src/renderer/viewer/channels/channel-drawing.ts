import { composed, type Composed } from '#shared/channels/compose.ts'
import { type ChannelLook, type Plane } from '#shared/channels/look.ts'
import { tileLevels } from '#shared/geometry/tile-grid.ts'
import { isDrawnByTiles, type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { type Stores } from '../../state/stores.ts'
import { closeCanvasPicture, type CanvasPicture } from '../canvas-picture.ts'
import { closePicture, leveled, loadBitmap, type Picture } from '../picture.ts'
import { TiledPicture } from '../tiles/tiled-picture.ts'
import { loadPlane } from './plane.ts'

/** Pixels that are composed at every step of a slider; the rest follows when it rests. */
const AT_ONCE = 1_500_000
/** Milliseconds of stillness before that. */
const REST = 250

/** Where the picture is drawn. */
export interface ChannelTarget {
  /** Shows a picture in place of the image's own; null: that again. It stays the caller's. */
  readonly showInstead: (picture: CanvasPicture | null) => void
  /** The picture has more to show. */
  readonly pictureChanged: () => void
}

/** What of an image is needed to draw it by its channels. */
export type ChannelImage = Pick<ImageRecord, 'id' | 'name' | 'width' | 'height'>

type Means = Pick<Stores, 'clients' | 'messages'>

/** Draws an image by its channels: reads their numbers, and lays them over each other as it is told. */
export class ChannelDrawing {
  readonly #means: Means
  readonly #show: ChannelTarget
  #image: ChannelImage | null = null
  #loading = new AbortController()
  #planes: readonly Plane[] | null = null
  #asked = false
  #shown: CanvasPicture | null = null
  #drawn: readonly ChannelLook[] | null = null
  /** Another number for each picture that is wanted: an older one that comes late is not shown. */
  #turn = 0
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(means: Means, show: ChannelTarget) {
    this.#means = means
    this.#show = show
  }

  /** Lets go of everything of the image before. The signal says when this one is left. */
  open(image: ChannelImage | null): AbortSignal {
    this.#loading.abort()
    clearTimeout(this.#rest)
    this.#turn++
    this.#planes = null
    this.#asked = false
    this.#drawn = null
    this.#put(null)
    this.#image = image
    this.#loading = new AbortController()
    return this.#loading.signal
  }

  /** The numbers of the channels, once: null where another reading of them was begun, and where the image is left. Rejects where they can't be had. */
  async read(count: number): Promise<readonly Plane[] | null> {
    const { signal } = this.#loading
    const id = this.#image?.id
    if (id === undefined || this.#asked) return null
    this.#asked = true
    try {
      const planes: Plane[] = []
      for (let channel = 0; channel < count; channel++) planes.push(await loadPlane(this.#means.clients.channelUrl(id, channel), signal))
      if (signal.aborted) return null
      this.#planes = planes
      return planes
    } catch (thrown) {
      if (signal.aborted) return null
      throw thrown
    }
  }

  /** They may be read anew: after a reading that failed. */
  forgetReading(): void {
    this.#asked = false
  }

  /** Draws the channels as they are to be seen, as far as they are read; null: the image as a whole. */
  draw(wanted: readonly ChannelLook[] | null): void {
    const looks = this.#planes && wanted
    if (looks === this.#drawn) return
    this.#drawn = looks
    if (looks) this.#compose(looks)
    else this.#put(null)
  }

  /** A large image first coarsely, while a slider moves. */
  #compose(looks: readonly ChannelLook[]): void {
    const planes = this.#planes ?? []
    const turn = ++this.#turn
    const pixels = (planes[0]?.width ?? 0) * (planes[0]?.height ?? 0)
    const step = Math.ceil(Math.sqrt(pixels / AT_ONCE))
    void this.#draw(composed(planes, looks, step), turn)
    clearTimeout(this.#rest)
    const byTiles = this.#image !== null && isDrawnByTiles(this.#image)
    if (step === 1 && !byTiles) return
    this.#rest = setTimeout(() => {
      if (byTiles) void this.#drawTiles(composed(planes, looks, step), looks, turn)
      else void this.#draw(composed(planes, looks), turn)
    }, REST)
  }

  async #draw({ data, width, height }: Composed, turn: number): Promise<void> {
    const picture = await this.#pictureOf({ data, width, height })
    if (picture === null) return
    if (turn === this.#turn) this.#put(picture)
    else closePicture(picture)
  }

  /** Tiles that are composed beside main by the same looks, over the coarse picture until they are there. */
  async #drawTiles(coarse: Composed, looks: readonly ChannelLook[], turn: number): Promise<void> {
    const [image, standin] = [this.#image, await this.#pictureOf(coarse)]
    if (standin === null || image === null) return
    if (turn !== this.#turn) {
      closePicture(standin)
      return
    }
    const { clients, messages } = this.#means
    this.#put(
      new TiledPicture({
        size: image,
        levels: tileLevels(image),
        standin,
        load: (place, signal) => loadBitmap(clients.tileUrl(image.id, place, looks), signal),
        changed: () => {
          this.#show.pictureChanged()
        },
        failed: () => {
          messages.hint(
            t('A part of this image can’t be shown by its channels'),
            t('It could not be read, and is tried again. The labels are safe.'),
          )
        },
      }),
    )
  }

  async #pictureOf({ data, width, height }: Composed): Promise<Picture | null> {
    const image = this.#image
    if (!image) return null
    const whole = await createImageBitmap(new ImageData(data, width, height))
    return leveled(whole, image, this.#loading.signal).catch(() => null)
  }

  #put(picture: CanvasPicture | null): void {
    const before = this.#shown
    this.#shown = picture
    if (picture !== before) this.#show.showInstead(picture)
    if (before) closeCanvasPicture(before)
  }
}
