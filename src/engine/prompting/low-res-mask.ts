import type { Size } from '#shared/geometry/point.ts'
import { type BitMask, emptyMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOfMap } from '#shared/masks/dense.ts'
import { MASK_SIDE, SAM_SIDE } from './sam-files.ts'

/** A place on one axis of the cells: between which two it lies, and how far from the first. */
interface Tap {
  readonly low: number
  readonly high: number
  readonly share: number
}

/**
 * Logits of 256 x 256 cells over the square as a mask of a view that fills `seen` pixels at the square's top left: interpolated between the
 * cells' middles as in SAM's own postprocessing, above 0 is inside.
 */
export function maskOfLogits(logits: Float32Array, seen: Size, { width, height }: Size): BitMask {
  const [columns, rows] = [taps(width, seen.width), taps(height, seen.height)]
  const map = new Uint8Array(width * height)
  let any = false
  for (let y = 0, i = 0; y < height; y++) {
    const { low, high, share: down } = rows[y]!
    const [upper, lower] = [low * MASK_SIDE, high * MASK_SIDE]
    for (let x = 0; x < width; x++, i++) {
      const { low: left, high: right, share: across } = columns[x]!
      const top = logits[upper + left]! + across * (logits[upper + right]! - logits[upper + left]!)
      const bottom = logits[lower + left]! + across * (logits[lower + right]! - logits[lower + left]!)
      if (top + down * (bottom - top) > 0) {
        map[i] = 1
        any = true
      }
    }
  }
  return any ? bitMaskOfMap(map, { x: 0, y: 0, width, height }) : emptyMask()
}

/** Of each pixel of a side of the view: where its middle lies among the cells. */
function taps(pixels: number, seen: number): readonly Tap[] {
  const cells = (seen / SAM_SIDE) * MASK_SIDE
  return Array.from({ length: pixels }, (_, i) => {
    const at = ((i + 0.5) / pixels) * cells - 0.5
    const low = Math.min(Math.max(0, Math.floor(at)), MASK_SIDE - 1)
    return { low, high: Math.min(low + 1, MASK_SIDE - 1), share: Math.min(1, Math.max(0, at - low)) }
  })
}
