import { splitAtValleys, splitTouching } from '#shared/masks/split-touching.ts'
import type { Run } from './area-runs.ts'

/** A run, and of each of its pixels how far inside its object the network says that it lies: 0 at the edge, 255 in the middle. */
export interface DeepRun extends Run {
  /** Null: the network does not tell. */
  readonly distances: Uint8Array | null
}

/**
 * How touching objects are told apart: by the necks of their outline (`necks`), or by the valleys of the normalized distances that the
 * network tells (`distances`).
 */
export type PartRule = 'necks' | 'distances'

export interface PartOptions {
  readonly by: PartRule
  /** See SplitOptions: how deep a neck must be in pixels, or a valley as a share of the middle's height. */
  readonly depth: number
  /** An area in a window of more pixels is left whole: parting it would take too much memory. Default: MOST_PIXELS. */
  readonly mostPixels?: number
}

/** 5,793 pixels a side: some 400 MB while it is parted. */
const MOST_PIXELS = 2 ** 25

/** A window onto an area, one pixel wider to each side, so that its edge is background. */
interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Parts a connected area into the objects that it is made of; runs of each from the top. An area that is one object comes back as it is; null:
 * it is too large to be parted.
 */
export function partObjects(area: readonly DeepRun[], { by, depth, mostPixels = MOST_PIXELS }: PartOptions): (readonly Run[])[] | null {
  const window = windowOf(area)
  const { width, height } = window
  if (width * height > mostPixels) return null
  const mask = maskOfRuns(area, window)
  const ids =
    by === 'necks'
      ? splitTouching(mask, width, height, { depth })
      : splitAtValleys(heightsOf(area, window), mask, width, height, { depth: 255 * depth })
  return partedRuns(area, ids, window)
}

function windowOf(area: readonly Run[]): Window {
  let [left, right] = [Infinity, -Infinity]
  for (const { from, to } of area) {
    left = Math.min(left, from)
    right = Math.max(right, to)
  }
  const top = area[0]!.y
  const bottom = area.at(-1)!.y + 1
  return { left: left - 1, top: top - 1, width: right - left + 2, height: bottom - top + 2 }
}

function maskOfRuns(area: readonly Run[], { left, top, width, height }: Window): Uint8Array {
  const mask = new Uint8Array(width * height)
  for (const { y, from, to } of area) mask.fill(1, (y - top) * width + from - left, (y - top) * width + to - left)
  return mask
}

/** 1 to 256 on the area, 0 beside it. */
function heightsOf(area: readonly DeepRun[], { left, top, width, height }: Window): Float64Array {
  const heights = new Float64Array(width * height)
  for (const { y, from, to, distances } of area) {
    const start = (y - top) * width - left
    for (let x = from; x < to; x++) heights[start + x] = 1 + (distances?.[x - from] ?? 0)
  }
  return heights
}

/** Cuts runs where the object changes. */
function partedRuns(area: readonly Run[], ids: Int32Array, { left, top, width }: Window): (readonly Run[])[] {
  const objects = new Map<number, Run[]>()
  for (const { y, from, to, sum } of area) {
    const at = (x: number): number => ids[(y - top) * width + x - left]!
    for (let x = from; x < to;) {
      const id = at(x)
      const begin = x
      while (x < to && at(x) === id) x++
      const run = { y, from: begin, to: x, sum: (sum * (x - begin)) / (to - from) }
      const known = objects.get(id)
      if (known) known.push(run)
      else objects.set(id, [run])
    }
  }
  return objects.size === 1 ? [area] : [...objects.values()]
}
