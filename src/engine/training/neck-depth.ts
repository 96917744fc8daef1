import type { Box } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { splitTouching } from '#shared/masks/split-touching.ts'

/** Depths that are tried, in image pixels. */
const DEPTHS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] as const
/** At most this share of single objects may be torn in two. */
const TORN_SHARE = 0.05
const OBJECTS_LOOKED_AT = 150
/** An object in a larger window is not looked at: it is no cell. */
const MOST_PIXELS = 2 ** 20
/** No neck is as deep. */
export const NEVER = 1e6

/**
 * How deep a neck must be for two objects to touch there: the least depth at which a watershed leaves (almost) all labelled objects whole.
 * `NEVER` where they are of such shapes that none does.
 */
export function neckDepthOf(shapes: readonly AreaShape[]): number {
  const looked = Math.min(OBJECTS_LOOKED_AT, shapes.length)
  const masks = Array.from({ length: looked }, (_, i) => maskIn(shapes[Math.floor((i * shapes.length) / looked)]!)).filter(
    (m) => m !== null,
  )
  return DEPTHS.find((depth) => masks.filter((one) => isTorn(one, depth)).length <= TORN_SHARE * masks.length) ?? NEVER
}

interface Mask {
  readonly mask: Uint8Array
  readonly region: Box
  /** Connected parts that it has anyway. */
  readonly parts: number
}

/** One pixel wider to each side, so that its edge is background. */
function maskIn(shape: AreaShape): Mask | null {
  const { x, y, width, height } = shapeBounds(shape)
  const [left, top] = [Math.floor(x) - 1, Math.floor(y) - 1]
  const region = { x: left, y: top, width: Math.ceil(x + width) + 1 - left, height: Math.ceil(y + height) + 1 - top }
  if (region.width * region.height > MOST_PIXELS) return null
  const mask = Uint8Array.from(shapesToLabelMap([shape], region))
  return { mask, region, parts: countAt({ mask, region }, NEVER) }
}

function isTorn(mask: Mask, depth: number): boolean {
  return countAt(mask, depth) > mask.parts
}

/** Objects that a watershed makes of it. */
function countAt({ mask, region: { width, height } }: Pick<Mask, 'mask' | 'region'>, depth: number): number {
  return splitTouching(mask, width, height, { depth }).reduce((most, id) => Math.max(most, id), 0)
}
