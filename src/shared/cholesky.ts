/** The lower factor L of a symmetric positive definite matrix L L', of which the lower half is read (Golub & Van Loan, algorithm 4.2.1). */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let k = 0; k <= i; k++) {
      let sum = matrix[i * size + k]!
      for (let j = 0; j < k; j++) sum -= lower[i * size + j]! * lower[k * size + j]!
      lower[i * size + k] = i === k ? Math.sqrt(sum) : sum / lower[k * (size + 1)]!
    }
  return lower
}
