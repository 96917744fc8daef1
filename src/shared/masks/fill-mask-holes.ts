import { expandBox } from '../geometry/box.ts'
import { type BitMask, maskBounds, maskSpans, subtractMasks } from './bit-mask.ts'
import { outlines, ringArea } from './outlines.ts'
import { maskOfSpans, paint } from './paint.ts'
import { polygonSpans } from './polygon-spans.ts'
import { boxSpans } from './spans.ts'

/**
 * The mask with its holes filled, whatever lies in them: background that is closed in by pixels that touch, corners included
 * (as `fillHoles` does on a dense map). With `maxArea`, only holes of at most so many pixels, counted with what lies in them.
 */
export function fillMaskHoles(mask: BitMask, maxArea = Infinity): BitMask {
  const bounds = maskBounds(mask)
  if (bounds === null) return mask
  const frame = expandBox(bounds, 1)
  const background = outlines(maskSpans(subtractMasks(maskOfSpans(boxSpans(frame)), mask)))
  const holes = background.filter((ring) => {
    const isOutside = ring[0] === frame.x && ring[1] === frame.y
    const area = ringArea(ring)
    return !isOutside && area > 0 && area <= maxArea
  })
  if (holes.length === 0) return mask
  return paint(mask, (sink) => {
    for (const ring of holes) polygonSpans([ring])(sink)
  })
}
