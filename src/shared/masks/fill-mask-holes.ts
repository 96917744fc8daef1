import { type BitMask, maskSpans } from './bit-mask.ts'
import { outlines, ringArea } from './outlines.ts'
import { paint } from './paint.ts'
import { polygonSpans } from './polygon-spans.ts'

/**
 * The mask with its holes filled, whatever lies in them: background that is closed in by pixels that touch, corners included
 * (as `fillHoles` does on a dense map). With `maxArea`, only holes of at most so many pixels, counted with what lies in them.
 */
export function fillMaskHoles(mask: BitMask, maxArea = Infinity): BitMask {
  const holes = outlines(maskSpans(mask)).filter((ring) => {
    const area = ringArea(ring)
    return area < 0 && -area <= maxArea
  })
  if (holes.length === 0) return mask
  return paint(mask, (sink) => {
    for (const ring of holes) polygonSpans([ring])(sink)
  })
}
