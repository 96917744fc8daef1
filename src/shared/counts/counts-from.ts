import { assertNever } from '../assert.ts'
import { type CountColumns, STANDING } from '../contracts/counts.ts'
import { type CountSource } from '../contracts/project.ts'

/** Whether an object counts: from which kind of source, and for predictions from which score on. The same rules as `countImage`. */
export function countsFrom({ standing, scores }: CountColumns, kind: CountSource['kind'], score: number): (object: number) => boolean {
  const is = (object: number, bit: number): boolean => (standing[object]! & bit) !== 0
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
