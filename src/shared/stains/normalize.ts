import { assertNever } from '../assert.ts'
import { quantile } from '../metrics/intervals.ts'
import { measureMacenko, toMacenko } from './macenko.ts'
import { measureReinhard, toReinhard } from './reinhard.ts'
import type { MacenkoFacts, OwnColors, ReinhardFacts, StainFacts, StainMethod } from './stain-facts.ts'

/** What a method measures of a picture (RGB, 0..255, row by row), or why its colours are left as they are. The same picture gives the same numbers. */
export function measureStains(method: StainMethod, rgb: ArrayLike<number>): StainFacts | OwnColors {
  switch (method) {
    case 'reinhard':
      return measureReinhard(rgb)
    case 'macenko':
      return measureMacenko(rgb)
    default:
      return assertNever(method)
  }
}

/**
 * Moves pixels (RGB, 0..255, in place) from the colours measured of their picture to the target's. Throws RangeError where the two were not measured
 * by one method.
 */
export function normalizeStains(pixels: Uint8Array | Uint8ClampedArray, from: StainFacts, target: StainFacts): void {
  if (from.method === 'reinhard' && target.method === 'reinhard') toReinhard(pixels, from, target)
  else if (from.method === 'macenko' && target.method === 'macenko') toMacenko(pixels, from, target)
  else throw new RangeError(`Colours measured by ${from.method} cannot be moved to those of ${target.method}`)
}

type Three = [number, number, number]

/** What is aimed at: the middle (median) of what was measured of images, so that no single odd one draws the others to it. Null where there is none. */
export function stainTarget(method: StainMethod, all: readonly StainFacts[]): StainFacts | null {
  const [first] = all
  if (first === undefined) return null
  if (all.length === 1) return first
  switch (method) {
    case 'reinhard': {
      const some = all.filter((facts): facts is ReinhardFacts => facts.method === 'reinhard')
      return { method, mean: middle(some.map(({ mean }) => mean)), spread: middle(some.map(({ spread }) => spread)) }
    }
    case 'macenko': {
      const some = all.filter((facts): facts is MacenkoFacts => facts.method === 'macenko')
      const stain = (i: 0 | 1): Three => unit(middle(some.map(({ stains }) => stains[i])))
      const amount = (i: 0 | 1): number => median(some.map(({ amounts }) => amounts[i]))
      return { method, stains: [stain(0), stain(1)], amounts: [amount(0), amount(1)] }
    }
    default:
      return assertNever(method)
  }
}

const middle = (vectors: readonly (readonly number[])[]): Three =>
  [0, 1, 2].map((c) => median(vectors.map((vector) => vector[c]!))) as Three

function unit(vector: Three): Three {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length) as Three
}

const median = (values: readonly number[]): number => quantile(Float64Array.from(values).sort(), 0.5)
