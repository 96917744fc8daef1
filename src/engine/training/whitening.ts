import { cholesky } from '#shared/cholesky.ts'
import type { Rows } from './coreset.ts'

/** y = x * matrix + offset for rows x. `matrix` is [from, to], row by row. */
export interface RowAffine {
  readonly matrix: Float64Array
  readonly offset: Float64Array
}

/** Features that hardly vary are not blown up: their deviation counts at least as this share of the mean one. */
const LEAST_DEVIATION = 1e-3

/**
 * The affine map behind which Euclidean distance is the Mahalanobis distance of these rows: each feature is centred and divided by its standard
 * deviation, then their correlation matrix R is taken out, shrunk towards none: the squared distance is d' (R + shrinkage * I)^-1 d (Ledoit & Wolf
 * 2004 shrink alike), worked out by Cholesky's factor. So features that say the same count once. Infinite shrinkage would be plain standardisation.
 * Throws RangeError without rows.
 */
export function whitening(rows: Rows, shrinkage: number): RowAffine {
  const { size } = rows
  const { mean, deviation, correlation } = momentsOf(rows)
  for (let i = 0; i < size; i++) correlation[i * size + i]! += shrinkage
  const inverse = invertedLower(cholesky(correlation, size), size)
  const matrix = new Float64Array(size * size)
  const offset = new Float64Array(size)
  for (let from = 0; from < size; from++)
    for (let to = from; to < size; to++) {
      const weight = inverse[to * size + from]! / deviation[from]!
      matrix[from * size + to] = weight
      offset[to]! -= mean[from]! * weight
    }
  return { matrix, offset }
}

/** Rows `from` to `until` - 1 mapped, into `out`. */
export function mapRows({ data, size }: Rows, { matrix, offset }: RowAffine, out: Float32Array, from: number, until: number): void {
  const sums = new Float64Array(size)
  for (let row = from; row < until; row++) {
    sums.set(offset)
    for (let i = 0; i < size; i++) {
      const value = data[row * size + i]!
      for (let k = 0; k < size; k++) sums[k]! += value * matrix[i * size + k]!
    }
    out.set(sums, row * size)
  }
}

function momentsOf({ data, size }: Rows) {
  const count = data.length / size
  if (count < 1) throw new RangeError('There are no rows')
  const mean = new Float64Array(size)
  for (let i = 0; i < data.length; i++) mean[i % size]! += data[i]! / count
  const products = new Float64Array(size * size)
  const centred = new Float64Array(size)
  for (let at = 0; at < data.length; at += size) {
    for (let i = 0; i < size; i++) centred[i] = data[at + i]! - mean[i]!
    for (let i = 0; i < size; i++) for (let k = 0; k <= i; k++) products[i * size + k]! += centred[i]! * centred[k]!
  }
  const raw = Float64Array.from(mean, (_, i) => Math.sqrt(products[i * (size + 1)]! / count))
  const least = Math.max(Number.MIN_VALUE, (LEAST_DEVIATION * raw.reduce((a, b) => a + b, 0)) / size)
  const deviation = raw.map((value) => (value > 0 ? Math.max(value, least) : 1))
  const correlation = products.map((product, at) => product / (count * deviation[Math.floor(at / size)]! * deviation[at % size]!))
  return { mean, deviation, correlation }
}

/** The inverse of a lower triangular matrix, by forward substitution. */
function invertedLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let column = 0; column < size; column++)
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0
      for (let k = column; k < i; k++) sum -= lower[i * size + k]! * inverse[k * size + column]!
      inverse[i * size + column] = sum / lower[i * (size + 1)]!
    }
  return inverse
}
