import { type Leaver } from '../tools/canvas-commands.ts'

/** Escape with nothing left to cancel lets go of the keyboard: the way out of the canvas without a mouse. */
export function leaverOf(element: HTMLElement): Leaver {
  return {
    leave: () => {
      const has = document.activeElement === element
      element.blur()
      return has
    },
  }
}

/**
 * Takes the keyboard when nothing else has it, and shows a ring only where the focus came by Tab: the browser's own rule would put
 * a coloured frame around the image with every key.
 */
export function listenToFocus(element: HTMLElement): () => void {
  const on = new AbortController()
  const options = { signal: on.signal, capture: true }
  let byTab = false
  window.addEventListener(
    'keydown',
    (event) => {
      byTab = event.key === 'Tab'
      if (!byTab) element.removeAttribute('data-ring')
    },
    options,
  )
  window.addEventListener('pointerdown', () => (byTab = false), options)
  element.addEventListener('focus', () => element.toggleAttribute('data-ring', byTab), options)
  element.addEventListener('blur', () => element.removeAttribute('data-ring'), options)
  if (document.activeElement === null || document.activeElement === document.body) element.focus({ preventScroll: true })
  return () => {
    on.abort()
  }
}
