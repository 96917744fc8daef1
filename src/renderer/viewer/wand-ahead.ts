import { type Stores } from '../state/stores.ts'
import { type WandPixels } from './wand-pixels.ts'

/** Milliseconds of stillness after which the wand gets its colours. */
const REST = 250

/** Makes the wand's colours ahead, whenever the wand is the tool and view and image have come to rest; the returned function stops. */
export function prepareWand({ tool, view, document, gesture }: Stores, pixels: WandPixels): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = (): void => {
    clearTimeout(timer)
    if (tool.getState().tool !== 'wand') return
    timer = setTimeout(() => {
      if (gesture.getState().gesture.kind === 'idle') requestIdleCallback(pixels.prepare)
    }, REST)
  }
  const stops = [
    tool.subscribe((state, before) => {
      if (state.tool !== before.tool) soon()
    }),
    view.subscribe(soon),
    document.subscribe((state, before) => {
      if (state.imageId !== before.imageId) soon()
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}
