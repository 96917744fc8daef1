import { connectedComponents, removeSmall } from '#shared/masks/components.ts'
import { distanceTransform } from '#shared/masks/distance.ts'
import { splitTouching } from '#shared/masks/split-touching.ts'
import { watershed } from '#shared/masks/watershed.ts'
import type { Run } from './area-runs.ts'

/** A run of which some pixels may be a seam between objects. */
export interface SeamedRun extends Run {
  /** Of each pixel how much of the probability of its class is that of a seam, 255 = all. Null: nowhere any. */
  readonly seam: Uint8Array | null
}

/**
 * How touching objects are told apart: by their outline alone (`necks`), by the seams that the network tells, or by both: first the seams are
 * cut, then the necks of what is left, so that a seam with a gap still parts.
 */
export type PartRule = 'necks' | 'seams' | 'both'

export interface PartOptions {
  readonly by: PartRule
  /** Share (of 255) from which a pixel is cut out as a seam. */
  readonly seamFrom: number
  /** A seed of fewer pixels makes no object. */
  readonly leastSeed: number
  /** See SplitOptions: how deep a neck must be, in pixels. */
  readonly depth: number
}

/** An area in a window larger than this (pixels) is left whole: it is no clump of cells. */
const MOST_PIXELS = 2 ** 25

/** A window onto an area, one pixel wider to each side, so that its edge is background. */
interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Parts a connected area into the objects that it is made of; runs of each from the top. An area that is one object comes back as it is.
 * What is left of the area without its seams, parted at its necks, are the seeds; every pixel goes to the seed that reaches it first.
 */
export function partObjects(area: readonly SeamedRun[], options: PartOptions): (readonly Run[])[] {
  const seamless = options.by === 'necks' || !area.some(({ seam }) => seam?.some((share) => share >= options.seamFrom) === true)
  if (seamless && options.by === 'seams') return [area]
  const window = windowOf(area)
  if (window.width * window.height > MOST_PIXELS) return [area]
  const mask = maskOfRuns(area, window)
  const ids = seamless ? splitTouching(mask, window.width, window.height, options) : cutSeams(area, mask, window, options)
  return ids === null ? [area] : partedRuns(area, ids, window)
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

/** Null where fewer than two seeds are found. */
function cutSeams(area: readonly SeamedRun[], mask: Uint8Array, window: Window, options: PartOptions): Int32Array | null {
  const { width, height } = window
  const inside = withoutSeams(area, mask, window, options.seamFrom)
  const parts = options.by === 'both' ? splitTouching(inside, width, height, { depth: options.depth, connectivity: 4 }) : inside
  const seeds = connectedComponents(removeSmall(parts, width, height, options.leastSeed, 4), width, height, 4)
  return seeds.components.length < 2 ? null : watershed(distancesFrom(seeds.ids, window), seeds.ids, mask, width, height, 4)
}

function withoutSeams(area: readonly SeamedRun[], mask: Uint8Array, { left, top, width }: Window, from: number): Uint8Array {
  const inside = mask.slice()
  for (const { y, from: first, seam } of area) {
    const start = (y - top) * width + first - left
    seam?.forEach((share, i) => {
      if (share >= from) inside[start + i] = 0
    })
  }
  return inside
}

/** The flood rises with the distance from the seeds: the nearest comes first. */
function distancesFrom(seeds: Int32Array, { width, height }: Window): Float64Array {
  return distanceTransform(
    Uint8Array.from(seeds, (id) => (id === 0 ? 1 : 0)),
    width,
    height,
  )
}

/** Cuts runs where the object changes; what no seed reached (it hangs on by a corner) goes to the object before it. */
function partedRuns(area: readonly Run[], ids: Int32Array, { left, top, width }: Window): Run[][] {
  const objects = new Map<number, Run[]>()
  let last = ids.find((id) => id !== 0) ?? 0
  for (const { y, from, to, sum } of area) {
    const at = (x: number): number => ids[(y - top) * width + x - left]!
    for (let x = from; x < to;) {
      const id = at(x)
      const begin = x
      while (x < to && at(x) === id) x++
      last = id === 0 ? last : id
      const run = { y, from: begin, to: x, sum: (sum * (x - begin)) / (to - from) }
      const known = objects.get(last)
      if (known) known.push(run)
      else objects.set(last, [run])
    }
  }
  return [...objects.values()]
}
