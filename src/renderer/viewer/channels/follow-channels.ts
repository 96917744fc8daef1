import { composed, type Composed } from '#shared/channels/compose.ts'
import { type ChannelLook, type Plane } from '#shared/channels/look.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { tileLevels } from '#shared/geometry/tile-grid.ts'
import { isDrawnByTiles, type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { isByChannels, looksOf } from '../../state/channels.ts'
import { openImageOf } from '../../state/document.ts'
import { type Stores } from '../../state/stores.ts'
import { closeCanvasPicture, type CanvasPicture } from '../canvas-picture.ts'
import { closePicture, leveled, loadBitmap, type Picture } from '../picture.ts'
import { TiledPicture } from '../tiles/tiled-picture.ts'
import { loadPlane, statsOf } from './plane.ts'

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

type Means = Pick<Stores, 'channels' | 'document' | 'clients' | 'messages'>

/** Shows the open image by its channels where a person wishes that; the returned function stops. */
export function followChannels(stores: Means, show: ChannelTarget): () => void {
  const following = new Following(stores, show)
  return () => {
    following.stop()
  }
}

class Following {
  readonly #stores: Means
  readonly #show: ChannelTarget
  readonly #stops: (() => void)[]
  #image: ImageRecord | null = null
  #loading = new AbortController()
  #planes: readonly Plane[] | null = null
  /** The reading of planes that is under way or done, by image. */
  #asked: ImageId | null = null
  #shown: CanvasPicture | null = null
  #drawn: readonly ChannelLook[] | null = null
  /** Another number for each picture that is wanted: an older one that comes late is not shown. */
  #turn = 0
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(stores: Means, show: ChannelTarget) {
    this.#stores = stores
    this.#show = show
    const { document, channels } = stores
    const openImage = (): void => {
      const image = openImageOf(document.getState())
      if (image?.id !== this.#image?.id || image?.absolutePath !== this.#image?.absolutePath) this.#open(image)
    }
    this.#stops = [
      document.subscribe(openImage),
      channels.subscribe(() => {
        this.#follow()
      }),
    ]
    openImage()
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.#leave()
  }

  /** Lets go of everything of the image before. */
  #leave(): void {
    this.#loading.abort()
    clearTimeout(this.#rest)
    this.#turn++
    this.#planes = null
    this.#asked = null
    this.#drawn = null
    this.#put(null)
  }

  #open(image: ImageRecord | null): void {
    this.#leave()
    this.#image = image
    this.#loading = new AbortController()
    const { signal } = this.#loading
    const { channels, clients } = this.#stores
    channels.open(image?.id ?? null, [])
    if (!image) return
    clients.project.details({ imageId: image.id }).then(
      (details) => {
        if (!signal.aborted) channels.open(image.id, details.channels, details.together)
      },
      // The canvas says what is wrong with the file.
      () => undefined,
    )
  }

  #follow(): void {
    const state = this.#stores.channels.getState()
    if (isByChannels(state) && this.#asked !== state.imageId) void this.#read(state.facts.length)
    const looks = this.#planes && looksOf(state)
    if (looks === this.#drawn) return
    this.#drawn = looks
    if (looks) this.#compose(looks)
    else this.#put(null)
  }

  async #read(count: number): Promise<void> {
    const { clients, channels, messages } = this.#stores
    const { signal } = this.#loading
    const id = this.#image?.id
    if (id === undefined) return
    this.#asked = id
    try {
      const planes: Plane[] = []
      for (let channel = 0; channel < count; channel++) planes.push(await loadPlane(clients.channelUrl(id, channel), signal))
      if (signal.aborted) return
      this.#planes = planes
      channels.measured(planes.map(statsOf))
    } catch {
      if (signal.aborted) return
      channels.show(false)
      this.#asked = null
      messages.hint(t('The channels of this image can’t be read.'), t('It is shown as a whole.'))
    }
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
    const { clients, messages } = this.#stores
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
