import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { mapRows, whitening } from '../../../src/engine/training/whitening.ts'
import type { Rows } from '../../../src/engine/training/coreset.ts'

/** Rows whose second feature mostly repeats the first, on other scales; the fourth never changes. */
function rowsOf(count: number): Rows {
  const random = createRandom(5)
  const data = Float32Array.from({ length: count * 4 })
  for (let row = 0; row < count; row++) {
    const x = random.normal()
    data.set([10 + 3 * x, 100 * x + 20 * random.normal(), random.normal(-4, 0.01), 7], row * 4)
  }
  return { data, size: 4 }
}

function mapped(rows: Rows, shrinkage: number): Rows {
  const out = new Float32Array(rows.data.length)
  mapRows(rows, whitening(rows, shrinkage), out, 0, rows.data.length / rows.size)
  return { data: out, size: rows.size }
}

function covariance({ data, size }: Rows, i: number, k: number): number {
  const count = data.length / size
  const mean = (at: number): number => Array.from({ length: count }, (_, row) => data[row * size + at]!).reduce((a, b) => a + b, 0) / count // prettier-ignore
  const [a, b] = [mean(i), mean(k)]
  return Array.from({ length: count }, (_, row) => (data[row * size + i]! - a) * (data[row * size + k]! - b)).reduce((s, v) => s + v, 0) / count // prettier-ignore
}

describe('whitening', () => {
  it('without shrinkage leaves features that do not vary together, each of variance 1', () => {
    const white = mapped(rowsOf(400), 1e-9)
    for (let i = 0; i < 3; i++) for (let k = 0; k < 3; k++) expect(covariance(white, i, k)).toBeCloseTo(i === k ? 1 : 0, 3)
    expect(covariance(white, 3, 3)).toBeCloseTo(0, 6)
  })

  it('makes distance that of Mahalanobis, worked out here for two features by hand', () => {
    const rows = { data: Float32Array.of(1, 1, -1, -1, 2, -2, -2, 2), size: 2 }
    // Means 0, both variances 2.5, covariance -1.5: R = [[1, -0.6], [-0.6, 1]], shrunk by 0.2 to [[1.2, -0.6], [-0.6, 1.2]].
    const white = mapped(rows, 0.2)
    const apart = Math.hypot(white.data[0]! - white.data[4]!, white.data[1]! - white.data[5]!)
    const [a, b] = [(1 - 2) / Math.sqrt(2.5), (1 + 2) / Math.sqrt(2.5)]
    const determinant = 1.2 ** 2 - 0.6 ** 2
    expect(apart ** 2).toBeCloseTo((1.2 * a * a + 1.2 * a * b + 1.2 * b * b) / determinant, 4)
  })

  it('with much shrinkage comes to plain standardisation, and survives fewer rows than features', () => {
    const rows = rowsOf(300)
    const white = mapped(rows, 1e6)
    expect(covariance(white, 0, 1) / covariance(white, 0, 0)).toBeGreaterThan(0.9)
    expect(mapped({ data: Float32Array.of(1, 2, 3, 4, 5, 6), size: 3 }, 0.1).data.every(Number.isFinite)).toBe(true)
    expect(() => whitening({ data: new Float32Array(0), size: 3 }, 0.1)).toThrow(RangeError)
  })
})
