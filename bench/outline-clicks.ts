import { type Size } from '../src/shared/geometry/point.ts'
import { distanceTransform } from '../src/shared/masks/distance.ts'
import { type Outlined } from '../src/shared/outline/outliner.ts'
import { type Click } from '../src/shared/outline/prompt.ts'

// Simulated clicks on an object whose pixels are known, and how much of it was found.

/** The pixel furthest from all that is not in the mask, the picture's edge included; `depth` 0 where the mask is empty. */
export function mostInterior(mask: Uint8Array, { width, height }: Size): { x: number; y: number; depth: number } {
  const padded = new Uint8Array((width + 2) * (height + 2))
  for (let y = 0; y < height; y++) padded.set(mask.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1)
  const distance = distanceTransform(padded, width + 2, height + 2)
  let best = 0
  for (let i = 0; i < distance.length; i++) if (distance[i]! > distance[best]!) best = i
  return { x: (best % (width + 2)) - 0.5, y: Math.floor(best / (width + 2)) - 0.5, depth: distance[best]! }
}

/** The next click of the protocol: the most interior place of what is missed or of what is too much; null where nothing is wrong. */
export function nextClick(truth: Uint8Array, found: Uint8Array, clicks: readonly Click[], size: Size): Click | null {
  const isNew = (i: number): boolean => !clicks.some(({ x, y }) => Math.floor(y) * size.width + Math.floor(x) === i)
  const missed = mostInterior(
    truth.map((value, i) => (value === 1 && found[i] === 0 && isNew(i) ? 1 : 0)),
    size,
  )
  const extra = mostInterior(
    truth.map((value, i) => (value === 0 && found[i] === 1 && isNew(i) ? 1 : 0)),
    size,
  )
  if (Math.max(missed.depth, extra.depth) === 0) return null
  const { x, y } = missed.depth >= extra.depth ? missed : extra
  return { x, y, inside: missed.depth >= extra.depth }
}

/** What was found as one or zero for each pixel of the image. */
export function wholeOf(outlined: Outlined | null, { width, height }: Size): Uint8Array {
  const out = new Uint8Array(width * height)
  if (outlined === null) return out
  const { box, mask } = outlined
  for (let y = 0; y < box.height; y++) out.set(mask.subarray(y * box.width, (y + 1) * box.width), (box.y + y) * width + box.x)
  return out
}

/** Intersection over union. */
export function maskOverlap(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!
    either += a[i]! | b[i]!
  }
  return either === 0 ? 1 : both / either
}
