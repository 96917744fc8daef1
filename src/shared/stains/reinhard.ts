import { unmixing, type Matrix } from '../color-view.ts'
import type { OwnColors, ReinhardFacts } from './stain-facts.ts'
import { BLACK, DENSITY, STAINED, stainedPixels } from './stained-pixels.ts'

/** Red, green and blue to the responses of the cones L, M, S; one a row. In the digits of the paper. */
const TO_LMS: Matrix = [
  [0.3811, 0.5783, 0.0402],
  [0.1967, 0.7244, 0.0782],
  [0.0241, 0.1288, 0.8444],
]
/** Its inverse, exact: the paper's rounded one would shift colours. */
const FROM_LMS = unmixing(TO_LMS)
const [ROOT_2, ROOT_3, ROOT_6] = [Math.SQRT2, Math.sqrt(3), Math.sqrt(6)]
/** Spreads below this are those of one flat colour. */
const LEAST_SPREAD = 1e-3
/** Below this density nothing is changed, from `STAINED` on all of it: so glass keeps its colour, and no edge is drawn round tissue. */
const GLASS = 0.05

/** l, alpha and beta of a colour (0..255), written to `out`: pixels are many, and nothing is to be made for each. */
function lAlphaBeta(r: number, g: number, b: number, out: Float64Array): void {
  const [x, y, z] = [Math.max(1, r) / 255, Math.max(1, g) / 255, Math.max(1, b) / 255]
  const L = Math.log10(TO_LMS[0][0] * x + TO_LMS[0][1] * y + TO_LMS[0][2] * z)
  const M = Math.log10(TO_LMS[1][0] * x + TO_LMS[1][1] * y + TO_LMS[1][2] * z)
  const S = Math.log10(TO_LMS[2][0] * x + TO_LMS[2][1] * y + TO_LMS[2][2] * z)
  out[0] = (L + M + S) / ROOT_3
  out[1] = (L + M - 2 * S) / ROOT_6
  out[2] = (L - M) / ROOT_2
}

/**
 * What Reinhard et al. ("Color transfer between images", IEEE Computer Graphics and Applications 21, 2001) measure of a picture (RGB, 0..255), over
 * its stained pixels alone; or why there is nothing to measure.
 */
export function measureReinhard(rgb: ArrayLike<number>): ReinhardFacts | OwnColors {
  const places = stainedPixels(rgb)
  if (typeof places === 'string') return places
  const sums = new Float64Array(3)
  const squares = new Float64Array(3)
  const values = new Float64Array(3)
  for (const at of places) {
    lAlphaBeta(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!, values)
    for (let c = 0; c < 3; c++) {
      sums[c]! += values[c]!
      squares[c]! += values[c]! ** 2
    }
  }
  const mean = [0, 1, 2].map((c) => sums[c]! / places.length) as [number, number, number]
  const spread = mean.map((m, c) => Math.sqrt(Math.max(0, squares[c]! / places.length - m * m))) as [number, number, number]
  return spread.every((value) => value >= LEAST_SPREAD) ? { method: 'reinhard', mean, spread } : 'one-stain'
}

/** Moves pixels (RGB, 0..255, in place) from what was measured of their picture to the target. */
export function toReinhard(pixels: Uint8Array | Uint8ClampedArray, from: ReinhardFacts, target: ReinhardFacts): void {
  const factor = [0, 1, 2].map((c) => target.spread[c]! / from.spread[c]!)
  const shift = [0, 1, 2].map((c) => target.mean[c]! - factor[c]! * from.mean[c]!)
  const values = new Float64Array(3)
  for (let at = 0; at < pixels.length; at += 3) {
    const share = shareOf(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!)
    if (share === 0) continue
    lAlphaBeta(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!, values)
    const x = (values[0]! * factor[0]! + shift[0]!) / ROOT_3
    const y = (values[1]! * factor[1]! + shift[1]!) / ROOT_6
    const z = (values[2]! * factor[2]! + shift[2]!) / ROOT_2
    const [L, M, S] = [power(x + y + z), power(x + y - z), power(x - 2 * y)]
    for (let c = 0; c < 3; c++) {
      const row = FROM_LMS[c]!
      const before = pixels[at + c]!
      const moved = row[0] * L + row[1] * M + row[2] * S
      pixels[at + c] = Math.min(255, Math.max(0, Math.round(before + share * (moved - before))))
    }
  }
}

/** How much of the move a colour makes, 0..1. */
function shareOf(r: number, g: number, b: number): number {
  if (Math.max(r, g, b) < BLACK) return 0
  return Math.min(1, Math.max(0, (DENSITY[Math.min(r, g, b)]! - GLASS) / (STAINED - GLASS)))
}

/** 255 times ten to this power. */
const power = (exponent: number): number => 255 * Math.exp(exponent * Math.LN10)
