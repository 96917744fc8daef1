import { useEffect, useState } from 'react'
import { type ImageRecord } from '#shared/records/image.ts'
import { useDocument, useStores } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { type CanvasPainter } from './painter.ts'
import { closePicture, loadPicture, type Picture } from './picture.ts'

/** What became of the open image's pixels. */
export type PictureState = 'none' | 'loading' | 'ready' | 'failed'

/** Milliseconds after which a picture that is still being read is said to be so. */
export const SLOW = 300

/**
 * Loads the open image for the painter, the thumbnail first if that is quicker, and frees the one before. A file found again
 * under another path (same id) is loaded again.
 */
export function usePicture(painter: CanvasPainter): PictureState {
  const { clients } = useStores()
  const image = useDocument(openImageOf)
  const id = image?.id ?? null
  const path = image?.absolutePath ?? null
  const [state, setState] = useState<PictureState>('none')
  const [shown, setShown] = useState({ id, path })
  if (shown.id !== id || shown.path !== path) {
    setShown({ id, path })
    setState(id === null ? 'none' : 'loading')
  }
  const width = image?.width ?? 0
  const height = image?.height ?? 0
  useEffect(() => {
    if (id === null) return
    const loading = new AbortController()
    const stop = showPicture(painter, { url: clients.imageUrl(id), thumbnail: clients.thumbnailUrl(id), width, height }, loading, setState)
    return stop
  }, [clients, painter, id, path, width, height])
  return state
}

interface Wanted extends Pick<ImageRecord, 'width' | 'height'> {
  readonly url: string
  readonly thumbnail: string
}

function showPicture(
  painter: CanvasPainter,
  { url, thumbnail, width, height }: Wanted,
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
  return () => {
    loading.abort()
    painter.setPicture(null)
    if (current) closePicture(current)
    current = null
  }
}
