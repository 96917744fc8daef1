import { checkSize } from './distance.ts'
import { MinQueue } from './min-queue.ts'
import { type Connectivity, neighboursIn } from './neighbours.ts'

/**
 * Seeded watershed (Meyer 1991, by flooding): every pixel of the mask that can be reached from a marker gets the marker's number;
 * each time the lowest pixel beside what is already numbered is taken, of equally low ones the first that was reached, so that
 * plateaus are shared between the markers around them. Pixels below the flood's level count as at that level. All maps are
 * row-major, width * height; markers are positive, 0 is none; the mask is not 0 where to flood. No lines are left between
 * regions. O(n log n). Throws RangeError where the sizes disagree.
 */
export function watershed(
  landscape: Float64Array,
  markers: Int32Array,
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity = 8,
): Int32Array {
  for (const map of [landscape, markers, mask]) checkSize(map.length, width, height)
  const neighbours = neighboursIn(width, height, connectivity)
  const ids = markers.map((marker, i) => (mask[i] === 0 ? 0 : marker))
  const queue = new MinQueue()
  for (let i = 0; i < ids.length; i++) if (ids[i] !== 0) queue.push(i, landscape[i]!)
  while (queue.size > 0) {
    const level = queue.nextKey
    const i = queue.pop()
    const count = neighbours.find(i)
    for (let k = 0; k < count; k++) {
      const j = neighbours.found[k]!
      if (mask[j] === 0 || ids[j] !== 0) continue
      ids[j] = ids[i]!
      queue.push(j, Math.max(level, landscape[j]!))
    }
  }
  return ids
}
