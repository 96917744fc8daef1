import { type ChannelFact } from '#shared/contracts/image-details.ts'
import { t } from '#shared/i18n/translate.ts'
import { looksBeside } from '../../state/channels.ts'
import { type Stores } from '../../state/stores.ts'
import { ChannelDrawing, type ChannelImage, type ChannelTarget } from './channel-drawing.ts'

type Means = Pick<Stores, 'channels' | 'clients' | 'messages'>

/** Shows the image beside by its channels where `looksBeside` says so; the returned function stops. */
export function followChannelsBeside(stores: Means, image: ChannelImage, show: ChannelTarget): () => void {
  const { channels, clients, messages } = stores
  const drawing = new ChannelDrawing(stores, show)
  const signal = drawing.open(image)
  let facts: readonly ChannelFact[] = []
  const follow = (): void => {
    const looks = looksBeside(channels.getState(), { imageId: image.id, facts })
    drawing.draw(looks)
    if (looks === null) return
    drawing.read(facts.length).then(
      (planes) => {
        if (planes !== null) follow()
      },
      () => {
        messages.hint(t('The channels of the image beside can’t be read.'), t('It is shown as a whole.'))
      },
    )
  }
  clients.project.details({ imageId: image.id }).then(
    (details) => {
      if (signal.aborted) return
      facts = details.channels
      follow()
    },
    // The canvas says what is wrong with the file.
    () => undefined,
  )
  const stop = channels.subscribe(follow)
  return () => {
    stop()
    drawing.open(null)
  }
}
