import { distanceTransform } from '../masks/distance.ts'
import { quantile } from './intervals.ts'
import { ratio } from './report-parts.ts'

/** A window of an image, in pixels. */
export interface PixelWindow {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A binary mask, row-major, 1 inside. */
export interface BinaryMask {
  readonly mask: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * Distances in pixels, ascending, from every boundary pixel of one mask to the nearest of the other, both ways; empty
 * where the mask itself is empty, all Infinity where only the other is.
 */
export interface BoundaryDistances {
  readonly fromTruth: Float64Array
  readonly fromPredicted: Float64Array
}

/**
 * Boundary pixels are those inside with one of the four neighbours outside; the image's edge counts as outside. What lies
 * beyond the window must be empty in both masks. Throws RangeError for masks of unlike size.
 */
export function boundaryDistances(truth: BinaryMask, predicted: BinaryMask): BoundaryDistances {
  if (truth.width !== predicted.width || truth.height !== predicted.height) throw new RangeError('Masks of unlike size')
  const [a, b] = [offBoundary(truth), offBoundary(predicted)]
  return { fromTruth: distancesFrom(a, b, truth), fromPredicted: distancesFrom(b, a, truth) }
}

/** 0 on the boundary and 1 elsewhere: what the distance transform takes. */
function offBoundary({ mask, width, height }: BinaryMask): Uint8Array {
  const off = new Uint8Array(mask.length).fill(1)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue
      const atEdge = x === 0 || y === 0 || x === width - 1 || y === height - 1
      if (atEdge || mask[i - 1] === 0 || mask[i + 1] === 0 || mask[i - width] === 0 || mask[i + width] === 0) off[i] = 0
    }
  return off
}

function distancesFrom(from: Uint8Array, to: Uint8Array, { width, height }: BinaryMask): Float64Array {
  const distance = distanceTransform(to, width, height)
  return distance.filter((_, i) => from[i] === 0).sort()
}

/**
 * The 95 % Hausdorff distance in pixels: the greater of both ways' 95th percentiles (Huttenlocher et al., PAMI 15, 1993;
 * Maier-Hein et al., Nature Methods 21, 2024; as MONAI has it. MedPy pools both ways first and gives less). null where a
 * mask is empty.
 */
export function hausdorff95({ fromTruth, fromPredicted }: BoundaryDistances): number | null {
  if (fromTruth.length === 0 || fromPredicted.length === 0) return null
  return Math.max(quantile(fromTruth, 0.95), quantile(fromPredicted, 0.95))
}

/**
 * Boundary F1 (Csurka et al., BMVC 2013): harmonic mean of the share of predicted boundary within `tolerance` pixels of
 * the true one and the share of true boundary within it of the predicted. 0 where one mask is empty, null where both are.
 */
export function boundaryF1({ fromTruth, fromPredicted }: BoundaryDistances, tolerance: number): number | null {
  if (fromTruth.length === 0 && fromPredicted.length === 0) return null
  const recall = shareWithin(fromTruth, tolerance)
  const precision = shareWithin(fromPredicted, tolerance)
  return recall + precision === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** Csurka et al.'s tolerance for whole images: 0.75 % of the diagonal, in pixels. */
export function usualTolerance(width: number, height: number): number {
  return 0.0075 * Math.hypot(width, height)
}

function shareWithin(sorted: Float64Array, tolerance: number): number {
  let within = 0
  while (within < sorted.length && sorted[within]! <= tolerance) within++
  return ratio(within, sorted.length) ?? 0
}
