import type { Rgb } from '../color-view.ts'

/** Sweeps of Jacobi's method: three by three it is done after five or so. */
const SWEEPS = 30

/**
 * The right singular vectors of the two largest singular values of points (three numbers each, n x 3): the axes of the plane through the origin
 * that they lie closest to. The sum of each is not negative. By Jacobi's rotations of the 3 x 3 matrix of products (Golub & Van Loan, 8.5).
 */
export function principalAxes(points: Float64Array): [Rgb, Rgb] {
  const a = products(points)
  const axes = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const [p, q] of [[0, 1], [0, 2], [1, 2]] as const) rotate(a, axes, p, q) // prettier-ignore
  const order = [0, 1, 2].sort((i, j) => a[j]![j]! - a[i]![i]!)
  const axis = (k: number): Rgb => {
    const [x = 0, y = 0, z = 0] = axes.map((row) => row[order[k]!]!)
    const sign = x + y + z < 0 ? -1 : 1
    return [sign * x, sign * y, sign * z]
  }
  return [axis(0), axis(1)]
}

function products(points: Float64Array): number[][] {
  const sum = (i: number, j: number): number => {
    let total = 0
    for (let at = 0; at < points.length; at += 3) total += points[at + i]! * points[at + j]!
    return total
  }
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => sum(i, j)))
}

/** Turns the p-q plane so that the element p, q of `a` is 0; `axes` turn along. */
function rotate(a: number[][], axes: number[][], p: number, q: number): void {
  const off = a[p]![q]!
  if (off === 0) return
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  const turn = (m: number[][], i: number, j: number, k: number, l: number): void => {
    const [x, y] = [m[i]![j]!, m[k]![l]!]
    m[i]![j] = c * x - s * y
    m[k]![l] = s * x + c * y
  }
  for (let k = 0; k < 3; k++) turn(a, k, p, k, q)
  for (let k = 0; k < 3; k++) turn(a, p, k, q, k)
  for (let k = 0; k < 3; k++) turn(axes, k, p, k, q)
}
