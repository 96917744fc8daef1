import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { isByChannels, looksOf } from '../../state/channels.ts'
import { openImageOf } from '../../state/document.ts'
import { type Stores } from '../../state/stores.ts'
import { ChannelDrawing, type ChannelTarget } from './channel-drawing.ts'
import { statsOf } from './plane.ts'

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
  readonly #drawing: ChannelDrawing
  readonly #stops: (() => void)[]
  #image: ImageRecord | null = null

  constructor(stores: Means, show: ChannelTarget) {
    this.#stores = stores
    this.#drawing = new ChannelDrawing(stores, show)
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
    this.#drawing.open(null)
  }

  #open(image: ImageRecord | null): void {
    this.#image = image
    const signal = this.#drawing.open(image)
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
    if (isByChannels(state)) void this.#read(state.facts.length)
    this.#drawing.draw(looksOf(state))
  }

  async #read(count: number): Promise<void> {
    const { channels, messages } = this.#stores
    try {
      const planes = await this.#drawing.read(count)
      if (planes !== null) channels.measured(planes.map(statsOf))
    } catch {
      channels.show(false)
      this.#drawing.forgetReading()
      messages.hint(t('The channels of this image can’t be read.'), t('It is shown as a whole.'))
    }
  }
}
