import { type AnomalyPixels } from './anomaly-pixels.ts'
import { IGNORED_PIXEL } from './segmentation-overlap.ts'

/**
 * Anomalous regions of a truth mask: connected components with 8 neighbours, as Bergmann et al. take them. 0 is normal,
 * IGNORED_PIXEL (255) takes part in nothing, everything else is anomalous. Throws RangeError for a size that does not fit.
 */
export function anomalousRegions(truth: Uint8Array, width: number, height: number): Omit<AnomalyPixels, 'map'> {
  if (truth.length !== width * height) throw new RangeError(`A mask of ${width} x ${height} pixels does not have ${truth.length}`)
  const regions = Int32Array.from(truth, (value) => (value === IGNORED_PIXEL ? -1 : 0))
  const regionSizes: number[] = []
  for (let i = 0; i < truth.length; i++) {
    if (regions[i] !== 0 || truth[i] === 0) continue
    regionSizes.push(fill(i, regionSizes.length + 1, { truth, regions, width, height }))
  }
  return { regions, regionSizes }
}

interface Ground {
  readonly truth: Uint8Array
  readonly regions: Int32Array
  readonly width: number
  readonly height: number
}

/** Numbers one region; gives its size. */
function fill(start: number, region: number, { truth, regions, width, height }: Ground): number {
  const open = [start]
  regions[start] = region
  let size = 0
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    size++
    const x = at % width
    const y = (at - x) / width
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx
        if (regions[next] !== 0 || truth[next] === 0) continue
        regions[next] = region
        open.push(next)
      }
  }
  return size
}
