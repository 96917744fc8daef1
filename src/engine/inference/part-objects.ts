import { connectedComponents, removeSmall } from '#shared/masks/components.ts'
import { splitTouching } from '#shared/masks/split-touching.ts'
import { watershed } from '#shared/masks/watershed.ts'
import { distanceTransform } from '#shared/masks/distance.ts'
import type { Run } from './area-runs.ts'

/** A pixel of a run may have been told to be a seam between objects. */
export interface SeamedRun extends Run {
  /** One byte a pixel: 1 = seam. Null: none is. */
  readonly seam: Uint8Array | null
}

export interface PartOptions {
  /** By the seams that the network tells, or by a watershed on the distance map alone. */
  readonly by: 'seams' | 'distance'
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
 * By seams: the parts of the area without its seams are the seeds, and every pixel goes to the seed that reaches it first. By distance: see splitTouching.
 */
export function partObjects(area: readonly SeamedRun[], options: PartOptions): (readonly Run[])[] {
  if (options.by === 'seams' && area.every(({ seam }) => seam === null)) return [area]
  const window = windowOf(area)
  if (window.width * window.height > MOST_PIXELS) return [area]
  const mask = maskOfRuns(area, window)
  const ids = options.by === 'seams' ? fromSeams(area, mask, window, options) : fromDistance(mask, window, options)
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

function fromDistance(mask: Uint8Array, { width, height }: Window, { depth }: PartOptions): Int32Array {
  return splitTouching(mask, width, height, { depth })
}

/** Null where fewer than two seeds are found. */
function fromSeams(area: readonly SeamedRun[], mask: Uint8Array, window: Window, { leastSeed }: PartOptions): Int32Array | null {
  const { left, top, width, height } = window
  const inside = mask.slice()
  for (const { y, from, seam } of area)
    seam?.forEach((isSeam, i) => {
      if (isSeam === 1) inside[(y - top) * width + from - left + i] = 0
    })
  const seeds = connectedComponents(removeSmall(inside, width, height, leastSeed, 4), width, height, 4)
  if (seeds.components.length < 2) return null
  // From the seeds outwards, nearest first: the flood rises with the distance from the seeds.
  const away = distanceTransform(
    seeds.ids.reduce((far, id, i) => {
      if (id === 0) far[i] = 1
      return far
    }, new Uint8Array(mask.length)),
    width,
    height,
  )
  return watershed(away, seeds.ids, mask, width, height, 4)
}

/** Cuts runs where the object changes; what no object reached (it touches at a corner) goes to the object before or behind it. */
function partedRuns(area: readonly Run[], ids: Int32Array, { left, top, width }: Window): Run[][] {
  const objects = new Map<number, Run[]>()
  let last = ids.find((id) => id !== 0) ?? 0
  for (const { y, from, to, sum } of area) {
    const at = (x: number): number => ids[(y - top) * width + x - left]!
    for (let x = from; x < to;) {
      const id = at(x)
      const begin = x
      while (x < to && at(x) === id) x++
      const owner = id === 0 ? last : id
      last = owner
      const run = { y, from: begin, to: x, sum: (sum * (x - begin)) / (to - from) }
      const known = objects.get(owner)
      if (known) known.push(run)
      else objects.set(owner, [run])
    }
  }
  return [...objects.values()]
}
