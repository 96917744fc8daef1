/** How far up from what the pointer is over a cut text is looked for. */
const LEVELS = 3

/**
 * Shows the whole text in a tooltip of the system wherever one is cut off for want of room, for as long as the pointer is over it. What has a
 * tooltip of its own is left alone. Returns what ends it.
 */
export function followCutTexts(page: Document): () => void {
  let named: HTMLElement | null = null
  const over = ({ target }: Event): void => {
    if (named !== null && target instanceof Node && named.contains(target)) return
    named?.removeAttribute('title')
    named = target instanceof HTMLElement && target.closest('[title]') === null ? cutAround(target) : null
    if (named !== null) named.title = (named.textContent ?? '').trim()
  }
  page.addEventListener('pointerover', over)
  return () => {
    page.removeEventListener('pointerover', over)
    named?.removeAttribute('title')
  }
}

function cutAround(from: HTMLElement): HTMLElement | null {
  let one: HTMLElement | null = from
  for (let level = 0; one !== null && level < LEVELS; level++, one = one.parentElement) if (isCut(one)) return one
  return null
}

/** Reads the layout only of what may be cut at all. */
const isCut = (one: HTMLElement): boolean => getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth
