import { type Stores } from '../state/stores.ts'
import { type LibraryStore } from './library-store.ts'

/**
 * Looks again for files that were missing when the window comes to the front, as after a drive was plugged in, and when one of their images is opened.
 * Where nothing is missing nothing is looked for. The returned function stops.
 */
export function followMissing({ document }: Pick<Stores, 'document'>, library: LibraryStore, front: EventTarget): () => void {
  let looking = false
  const look = (): void => {
    if (looking || library.getState().missing.size === 0 || document.getState().project === null) return
    looking = true
    // That it can't be told now is no news: they are said to be missing already.
    void library
      .findMissing()
      .catch(() => undefined)
      .finally(() => {
        looking = false
      })
  }
  front.addEventListener('focus', look)
  const stop = document.subscribe(({ imageId }, before) => {
    if (imageId !== null && imageId !== before.imageId && library.getState().missing.has(imageId)) look()
  })
  return () => {
    front.removeEventListener('focus', look)
    stop()
  }
}
