import type { ModelComparison } from './contracts/comparison.ts'

/** What one of two compared models comes to over all images. */
export interface ComparedTotal {
  /** Labels that it found, which are the true positives; of whole images those that it has right. */
  readonly found: number
  /** Labels that it missed, the false negatives; of whole images those that it has wrong. */
  readonly missed: number
  /** Predictions that are wrong, the false positives. */
  readonly wrong: number
  /** Mean over the images on which there is one; null where there is none, or for other kinds. */
  readonly dice: number | null
}

type Rows = ModelComparison['images']

/** Both models over all images that were compared. */
export function comparedTotals(rows: Rows): { readonly a: ComparedTotal; readonly b: ComparedTotal } {
  const sum = (of: (row: Rows[number]) => readonly unknown[]): number => rows.reduce((all, row) => all + of(row).length, 0)
  const [both, onlyA, onlyB, neither] = [
    sum((row) => row.both),
    sum((row) => row.onlyA),
    sum((row) => row.onlyB),
    sum((row) => row.neither),
  ]
  return {
    a: { found: both + onlyA, missed: onlyB + neither, wrong: sum((row) => row.wrongA), dice: meanDice(rows, 'a') },
    b: { found: both + onlyB, missed: onlyA + neither, wrong: sum((row) => row.wrongB), dice: meanDice(rows, 'b') },
  }
}

function meanDice(rows: Rows, of: 'a' | 'b'): number | null {
  const known = rows.flatMap(({ dice }) => dice?.[of] ?? [])
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length
}
