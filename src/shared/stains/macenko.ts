import { stainMatrix, unmixing, type Matrix, type Rgb } from '../color-view.ts'
import { quantile } from '../metrics/intervals.ts'
import type { MacenkoFacts, OwnColors } from './stain-facts.ts'
import { BLACK, DENSITY, densityOf, stainedPixels } from './stained-pixels.ts'
import { principalAxes } from './principal-axes.ts'

/** Macenko's alpha: of the angles in the plane of the stains, these quantiles are those of the stains themselves. */
const ANGLES = [0.01, 0.99] as const
/** Of the amounts of a stain, this quantile stands for the largest. */
const MOST = 0.99
/** Stains whose colours are less than this apart (5 degrees) are one. */
const LEAST_ANGLE = (5 * Math.PI) / 180
/** With less of a stain than this density there is none. */
const LEAST_AMOUNT = 0.02

/**
 * What Macenko et al. ("A method for normalizing histology slides for quantitative analysis", ISBI 2009) measure of a picture (RGB, 0..255), or why
 * there is nothing to measure. Optical densities are against white; the plane is that of the two largest singular values of the densities as they
 * are (not of their differences from the mean), so that it holds the colour of no stain.
 */
export function measureMacenko(rgb: ArrayLike<number>): MacenkoFacts | OwnColors {
  const places = stainedPixels(rgb)
  if (typeof places === 'string') return places
  const densities = densitiesAt(rgb, places)
  const stains = stainsOf(densities)
  if (stains === null) return 'one-stain'
  const apart = unmixing(stainMatrix(...stains))
  const amounts = [0, 1].map((stain) => percentile(densities, (r, g, b) => r * apart[0][stain]! + g * apart[1][stain]! + b * apart[2][stain]!, MOST)) // prettier-ignore
  const [first = 0, second = 0] = amounts
  return Math.min(first, second) < LEAST_AMOUNT ? 'one-stain' : { method: 'macenko', stains, amounts: [first, second] }
}

function densitiesAt(rgb: ArrayLike<number>, places: Int32Array): Float64Array {
  const densities = new Float64Array(3 * places.length)
  for (let i = 0; i < places.length; i++) for (let c = 0; c < 3; c++) densities[3 * i + c] = densityOf(rgb[places[i]! + c]!)
  return densities
}

/** Both stains, the one that absorbs more red first; null where they are one. */
function stainsOf(densities: Float64Array): [[number, number, number], [number, number, number]] | null {
  const [first, second] = principalAxes(densities)
  const angle = (r: number, g: number, b: number): number =>
    Math.atan2(r * second[0] + g * second[1] + b * second[2], r * first[0] + g * first[1] + b * first[2])
  const [low, high] = [percentile(densities, angle, ANGLES[0]), percentile(densities, angle, ANGLES[1])]
  if (high - low < LEAST_ANGLE) return null
  const at = (phi: number): [number, number, number] =>
    [0, 1, 2].map((c) => first[c]! * Math.cos(phi) + second[c]! * Math.sin(phi)) as [number, number, number]
  const [a, b] = [at(low), at(high)]
  return a[0] >= b[0] ? [a, b] : [b, a]
}

function percentile(densities: Float64Array, of: (r: number, g: number, b: number) => number, q: number): number {
  const values = new Float64Array(densities.length / 3)
  for (let i = 0, at = 0; i < values.length; i++, at += 3) values[i] = of(densities[at]!, densities[at + 1]!, densities[at + 2]!)
  return quantile(values.sort(), q)
}

/** Moves pixels (RGB, 0..255, in place) from what was measured of their picture to the target. What two stains do not explain is lost, as in the paper. */
export function toMacenko(pixels: Uint8Array | Uint8ClampedArray, from: MacenkoFacts, target: MacenkoFacts): void {
  const shares = sharesOf(moveOf(from, target))
  for (let at = 0; at < pixels.length; at += 3) {
    const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
    if (Math.max(r, g, b) < BLACK) continue
    for (let c = 0, table = 0; c < 3; c++, table += 768)
      pixels[at + c] = Math.min(255, Math.round(255 * shares[table + r]! * shares[table + 256 + g]! * shares[table + 512 + b]!))
  }
}

/** The light that comes through for each value of each channel, one table after the other: red by red, red by green, ... Their products are colours. */
function sharesOf(move: Matrix): Float64Array {
  return Float64Array.from({ length: 9 * 256 }, (_, i) => {
    const [out, channel, value] = [Math.floor(i / 768), Math.floor(i / 256) % 3, i % 256]
    return 10 ** -(DENSITY[value]! * move[channel]![out]!)
  })
}

/** What takes densities (as a row) to those that they are to become: into amounts of the stains, to the target's scale, into its colours. */
function moveOf(from: MacenkoFacts, target: MacenkoFacts): Matrix {
  const apart = unmixing(stainMatrix(...from.stains))
  const factor = [0, 1].map((stain) => target.amounts[stain]! / from.amounts[stain]!)
  const row = (channel: 0 | 1 | 2): Rgb =>
    [0, 1, 2].map((out) =>
      [0, 1].reduce((sum, stain) => sum + apart[channel][stain]! * factor[stain]! * target.stains[stain]![out]!, 0),
    ) as unknown as Rgb
  return [row(0), row(1), row(2)]
}
