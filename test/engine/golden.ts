import { expect } from 'vitest'
import golden from '../golden/engine-ops.json' with { type: 'json' }

/** Numbers that tools/golden/engine_ops.py worked out with numpy and TensorFlow's Python. */
export const GOLDEN = golden

export interface GoldenArray {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export function floats({ data }: GoldenArray): Float32Array {
  return Float32Array.from(data)
}

/** All numbers within `tolerance` (absolute). */
export function expectClose(actual: ArrayLike<number>, expected: GoldenArray, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.data.length)
  const worst = expected.data.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value)), 0)
  expect(worst).toBeLessThan(tolerance)
}
