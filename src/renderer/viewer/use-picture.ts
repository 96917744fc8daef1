import { useEffect, useRef, useState } from 'react'
import { type ImageId } from '#shared/records/ids.ts'
import { isDrawnByTiles, type ImageRecord } from '#shared/records/image.ts'
import { useStores } from '../state/context.tsx'
import { closePicture, loadPicture, type Picture } from './picture.ts'
import { showTiled, type TiledTarget } from './tiles/show-tiled.ts'

/** What became of an image's pixels. */
export type PictureState = 'none' | 'loading' | 'ready' | 'failed'

/** Milliseconds after which a picture that is still being read is said to be so. */
export const SLOW = 300

/** An image's pixels; `preparing`: the share of what a large image needs before its tiles are there, null where nothing is prepared. */
export interface PictureLook {
  readonly state: PictureState
  readonly preparing: number | null
}

/**
 * Loads an image for a painter, the thumbnail first if that is quicker, and frees the one before. Large ones are loaded as
 * tiles, as far as they are in sight. A file found again under another path (same id) is loaded again.
 */
export function usePicture(painter: TiledTarget, image: ImageRecord | null): PictureLook {
  const { clients, messages, pictureAhead } = useStores()
  const id = image?.id ?? null
  const path = image?.absolutePath ?? null
  const [look, setLook] = useState<PictureLook>({ state: 'none', preparing: null })
  const [shown, setShown] = useState({ id, path })
  const waiting = useRef<ImageId | null>(null)
  if (shown.id !== id || shown.path !== path) {
    setShown({ id, path })
    setLook({ state: id === null ? 'none' : 'loading', preparing: null })
  }
  const width = image?.width ?? 0
  const height = image?.height ?? 0
  const tiled = image !== null && isDrawnByTiles(image)
  useEffect(() => {
    if (id === null) return
    if (tiled) return showTiled({ image: { id, width, height }, target: painter, clients, messages, tell: setLook, waiting })
    const loading = new AbortController()
    const tell = (state: PictureState): void => {
      setLook({ state, preparing: null })
    }
    const ahead = pictureAhead.take({ id, absolutePath: path ?? '' })
    const wanted = { url: clients.imageUrl(id), thumbnail: clients.thumbnailUrl(id), width, height, ahead }
    return showPicture(painter, wanted, loading, tell)
  }, [clients, messages, pictureAhead, painter, id, path, width, height, tiled])
  return look
}

interface Wanted extends Pick<ImageRecord, 'width' | 'height'> {
  readonly url: string
  readonly thumbnail: string
  /** The picture itself where it was decoded ahead. */
  readonly ahead: Picture | null
}

function showPicture(
  painter: TiledTarget,
  { url, thumbnail, width, height, ahead }: Wanted,
  loading: AbortController,
  tell: (state: PictureState) => void,
): () => void {
  const { signal } = loading
  let current: Picture | null = null
  const show = (picture: Picture): void => {
    painter.setPicture(picture)
    if (current) closePicture(current)
    current = picture
  }
  const stop = (): void => {
    loading.abort()
    painter.setPicture(null)
    if (current) closePicture(current)
    current = null
  }
  if (ahead !== null) {
    show(ahead)
    tell('ready')
    return stop
  }
  void loadPicture(thumbnail, { width, height }, true, signal).then(
    (picture) => (current === null ? show(picture) : closePicture(picture)),
    // No thumbnail yet: the image itself is on its way.
    () => undefined,
  )
  void loadPicture(url, { width, height }, false, signal).then(
    (picture) => {
      show(picture)
      tell('ready')
    },
    () => {
      if (!signal.aborted) tell('failed')
    },
  )
  return stop
}
