/** A figure that was measured several times. */
export interface Spread {
  readonly mean: number
  readonly lowest: number
  readonly highest: number
}

/** Mean, lowest and highest of a figure over the folds of a cross-validation; null where one of them lacks it. */
export function spreadOf(values: readonly unknown[]): Spread | null {
  if (values.length === 0 || !values.every((value): value is number => typeof value === 'number')) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return { mean, lowest: Math.min(...values), highest: Math.max(...values) }
}
