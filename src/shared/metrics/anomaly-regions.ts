import { connectedComponents } from '../masks/components.ts'
import { type AnomalyPixels } from './anomaly-pixels.ts'
import { IGNORED_PIXEL } from './segmentation-overlap.ts'

/**
 * Anomalous regions of a truth mask: connected components with 8 neighbours, as Bergmann et al. take them. 0 is normal,
 * IGNORED_PIXEL (255) takes part in nothing, everything else is anomalous. Throws RangeError for a size that does not fit.
 */
export function anomalousRegions(truth: Uint8Array, width: number, height: number): Omit<AnomalyPixels, 'map'> {
  const anomalous = truth.map((value) => (value === 0 || value === IGNORED_PIXEL ? 0 : 1))
  const { ids, components } = connectedComponents(anomalous, width, height)
  for (let i = 0; i < truth.length; i++) if (truth[i] === IGNORED_PIXEL) ids[i] = -1
  return { regions: ids, regionSizes: components.map(({ area }) => area) }
}
