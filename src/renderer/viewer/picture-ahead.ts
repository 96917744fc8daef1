import { isDrawnByTiles, type ImageRecord } from '#shared/records/image.ts'
import { type Clients } from '../state/clients.ts'
import { closePicture, loadPicture, type Picture } from './picture.ts'
import { wholeUrl } from './tiles/picture-parts.ts'

/** Pixels of a picture that is held decoded beside the open one at most: 100 MB. */
const MOST_PIXELS = 25_000_000

type Shown = Pick<ImageRecord, 'id' | 'absolutePath'>

/** The picture of one image, decoded before that is opened. */
export interface PictureAhead {
  /** Fetches and decodes it; of a large image its coarsest tile is only fetched. What was made ready of another one is freed. */
  readonly prepare: (image: ImageRecord) => void
  /** The picture, whose owner is then who takes it; null where it is not ready: then it is given up, since it is loaded for what is open. */
  readonly take: (image: Shown) => Picture | null
  readonly clear: () => void
}

export function createPictureAhead(clients: Pick<Clients, 'imageUrl' | 'tileUrl'>): PictureAhead {
  let loading = new AbortController()
  let wanted: Shown | null = null
  let ready: Picture | null = null
  const isWanted = ({ id, absolutePath }: Shown): boolean => wanted?.id === id && wanted.absolutePath === absolutePath
  const clear = (): void => {
    loading.abort()
    if (ready) closePicture(ready)
    wanted = ready = null
  }
  return {
    prepare: (image) => {
      if (isWanted(image)) return
      clear()
      const url = wholeUrl(clients, image)
      if (isDrawnByTiles(image) || image.width * image.height > MOST_PIXELS) {
        new Image().src = url
        return
      }
      const { signal } = (loading = new AbortController())
      wanted = { id: image.id, absolutePath: image.absolutePath }
      loadPicture(url, image, false, signal).then(
        (picture) => {
          if (signal.aborted) closePicture(picture)
          else ready = picture
        },
        // It is loaded again when the image is opened, which says what is wrong.
        () => {
          if (!signal.aborted) clear()
        },
      )
    },
    take: (image) => {
      if (!isWanted(image)) return null
      const picture = ready
      ready = null
      clear()
      return picture
    },
    clear,
  }
}
