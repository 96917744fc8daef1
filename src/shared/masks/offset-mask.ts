import { expandBox, type Box } from '../geometry/box.ts'
import { tilesOf } from '../geometry/tiles.ts'
import { emptyMask, maskBounds, maskIsEmpty, type BitMask } from './bit-mask.ts'
import { mapOfMask, mapSpans } from './dense.ts'
import { dilate, erode } from './morphology.ts'
import { clipMask, paint } from './paint.ts'
import { clipSpans } from './spans.ts'

/** Side of the blocks that are worked off one by one, so that a mask of a whole slide needs no map of it. */
const BLOCK = 1024

/**
 * A mask grown by a disc of `distance` pixels: the pixels whose centres are no further than that from the centre of one of the
 * mask. Where the distance is negative it is worn off: those that are no further than that from one outside go. Works block by
 * block, so that memory depends on the distance and not on the mask.
 */
export function offsetMask(mask: BitMask, distance: number): BitMask {
  const bounds = maskBounds(mask)
  if (bounds === null || distance === 0) return mask
  const reach = Math.ceil(Math.abs(distance)) + 1
  const whole = distance > 0 ? expandBox(bounds, reach) : bounds
  let result = emptyMask()
  for (const tile of tilesOf(whole.width, whole.height, BLOCK, 0)) {
    const block = { ...tile, x: tile.x + whole.x, y: tile.y + whole.y }
    result = withBlock(result, mask, block, distance, expandBox(block, reach))
  }
  return result
}

function withBlock(result: BitMask, mask: BitMask, block: Box, distance: number, around: Box): BitMask {
  if (maskIsEmpty(clipMask(mask, around))) return result
  const map = mapOfMask(mask, around)
  const { width, height } = around
  const changed = distance > 0 ? dilate(map, width, height, distance) : erode(map, width, height, -distance)
  return paint(result, clipSpans(mapSpans(changed, around, 1), block))
}
