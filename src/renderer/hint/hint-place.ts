/** A rectangle of the page, CSS pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels between a hint and what it is about, and between a hint and the window's edge. */
const GAP = 6
const EDGE = 6

const ALIGNED = [0.5, 0, 1] as const

/**
 * Where a hint stands: beside what it is about, never over it, within the window, and over as little of `others` (what one may want to press next) as
 * can be. Of places that are as good, above comes first, then below, right, left; in the middle first, then from the beginning.
 */
export function hintPlace(
  target: Area,
  size: Size,
  others: readonly Area[],
  window: Size,
): { readonly left: number; readonly top: number } {
  const within = (at: number, length: number, room: number): number => Math.max(EDGE, Math.min(at, room - EDGE - length))
  const places = ALIGNED.flatMap((share) => {
    const left = within(target.left + share * (target.width - size.width), size.width, window.width)
    const top = within(target.top + share * (target.height - size.height), size.height, window.height)
    return [
      { rank: 0, left, top: target.top - GAP - size.height },
      { rank: 1, left, top: target.top + target.height + GAP },
      { rank: 2, left: target.left + target.width + GAP, top },
      { rank: 3, left: target.left - GAP - size.width, top },
    ]
  }).toSorted((a, b) => a.rank - b.rank)
  const fits = places.filter(
    ({ left, top }) => left >= 0 && top >= 0 && left + size.width <= window.width && top + size.height <= window.height,
  )
  // Of a DOMRect nothing can be spread.
  const { width, height } = size
  const covered = ({ left, top }: { readonly left: number; readonly top: number }): number =>
    others.reduce((sum, other) => sum + shared({ left, top, width, height }, other), 0)
  const [best] = (fits.length > 0 ? fits : places).map((place) => ({ place, cost: covered(place) })).toSorted((a, b) => a.cost - b.cost)
  const { left, top } = best!.place
  return { left: within(left, size.width, window.width), top: within(top, size.height, window.height) }
}

/** What two areas share, square pixels. */
function shared(a: Area, b: Area): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height : 0
}
