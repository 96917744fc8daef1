import { assertNever } from '../assert.ts'
import { BESIDE, type CountColumns, type CountKind, STANDING } from '../contracts/counts.ts'

/**
 * Whether an object counts: from which kind of source, and for predictions from which score on. The same rules as `countImage`, and nothing counts
 * that has one of the bits in `beside`: usually what lies beside the part of its image that the kind stands for.
 */
export function countsFrom(
  { standing, scores }: CountColumns,
  kind: CountKind,
  score: number,
  beside = BESIDE[kind],
): (object: number) => boolean {
  const is = (object: number, bit: number): boolean => (standing[object]! & bit) !== 0 && (standing[object]! & beside) === 0
  switch (kind) {
    case 'truth':
      return (object) => is(object, STANDING.truth)
    case 'predictions':
      return (object) => is(object, STANDING.predicted) && scores[object]! >= score
    case 'corrected':
      return (object) => is(object, STANDING.truth) || (is(object, STANDING.open) && scores[object]! >= score)
    default:
      return assertNever(kind)
  }
}
