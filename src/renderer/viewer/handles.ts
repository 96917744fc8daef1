import { type Box } from '#shared/geometry/box.ts'
import { type Point } from '#shared/geometry/point.ts'

/** A box's handles by the compass; the letters say which edges follow the pointer. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type HandleName = (typeof HANDLES)[number]

/** Sides in CSS pixels of what is drawn and of what can be hit. */
export const HANDLE_SIZE = 9
export const HANDLE_HIT = 15

/** Shortest side on screen, in CSS pixels, at which a handle in its middle leaves room to grip the edge beside it. */
const MIDDLE_ROOM = 3 * HANDLE_HIT

/** Where a handle stands on a box. */
export function handlePoint({ x, y, width, height }: Box, handle: HandleName): Point {
  const across = handle.includes('w') ? 0 : handle.includes('e') ? 1 : 0.5
  const down = handle.includes('n') ? 0 : handle.includes('s') ? 1 : 0.5
  return { x: x + across * width, y: y + down * height }
}

/** The handles that a box of this size on screen shows: all eight, or without those in the middle of a short side. */
export function handlesOf(box: Box): readonly HandleName[] {
  return HANDLES.filter((handle) => {
    if (handle === 'n' || handle === 's') return box.width >= MIDDLE_ROOM
    if (handle === 'e' || handle === 'w') return box.height >= MIDDLE_ROOM
    return true
  })
}

/** How far into a box, in CSS pixels, a handle's hit area reaches: less in small boxes, so that their middle can still be dragged. */
const inwardReach = (box: Box): number => Math.min(HANDLE_HIT / 2, Math.min(box.width, box.height) / 4)

/** The handle under a point, box and point in CSS pixels of the screen: the nearest whose hit area holds it, or null. */
export function handleAt(box: Box, point: Point): HandleName | null {
  const inward = inwardReach(box)
  let best: HandleName | null = null
  let bestDistance = Infinity
  for (const handle of handlesOf(box)) {
    const at = handlePoint(box, handle)
    const dx = point.x - at.x
    const dy = point.y - at.y
    if (!withinReach(dx, handle.includes('w'), handle.includes('e'), inward)) continue
    if (!withinReach(dy, handle.includes('n'), handle.includes('s'), inward)) continue
    const distance = Math.hypot(dx, dy)
    if (distance < bestDistance) [best, bestDistance] = [handle, distance]
  }
  return best
}

/** Whether an offset from the handle along one axis is within reach; inward from a low edge is positive, from a high edge negative. */
function withinReach(offset: number, low: boolean, high: boolean, inward: number): boolean {
  const half = HANDLE_HIT / 2
  return offset >= -(high ? inward : half) && offset <= (low ? inward : half)
}

const CURSORS = ['nwse-resize', 'ns-resize', 'nesw-resize', 'ew-resize'] as const

/** The cursor of a handle on a screen that shows the image turned by degrees clockwise. */
export function handleCursor(handle: HandleName, angle = 0): string {
  // The handles follow each other clockwise, an eighth of a turn apart.
  const eighths = HANDLES.indexOf(handle) + Math.round(angle / 45) + HANDLES.length
  return CURSORS[eighths % CURSORS.length]!
}
