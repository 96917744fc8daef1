/**
 * What of an evaluation grows with the images or is there to be drawn: points of curves and plots, and the ids behind the numbers of a confusion
 * matrix. `*` = under each class's name.
 */
const BULKY = [
  'scatter',
  'calibration',
  'perClass.*.curve',
  'perClass.*.roc',
  'perClass.*.precisionRecall',
  'confusion.items',
  'confusion.images',
  'roc',
  'precisionRecall',
  'pixelRoc',
  'proCurve',
  'scores',
  'perImage',
] as const

/** A report as `evaluate --json` gives it unless --full is asked for: every figure, without what is bulky. */
export function leanReport(report: object): object {
  return BULKY.reduce<object>((lean, path) => without(lean, path.split('.')) as object, report)
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries: [string, unknown][] = Object.entries(value)
  if (rest.length === 0) return Object.fromEntries(entries.filter(([name]) => name !== key))
  return Object.fromEntries(entries.map(([name, inner]) => [name, key === '*' || name === key ? without(inner, rest) : inner]))
}
