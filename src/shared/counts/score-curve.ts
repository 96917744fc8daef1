import { BESIDE, type CountColumns, STANDING } from '../contracts/counts.ts'
import { type CountSource } from '../contracts/project.ts'
import { type ClassId, type ImageId } from '../records/ids.ts'

/** Scores at which the effect of the choice is told: 0.05, 0.1, ... 0.95. */
export const CURVE_SCORES: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20)

/** How many objects of each class count, by the score from which predictions do; at each of `CURVE_SCORES`. Flat where the choice matters little. */
export function scoreCurve(
  columns: CountColumns,
  kind: Exclude<CountSource['kind'], 'truth'>,
  wanted: ReadonlySet<ImageId>,
): ReadonlyMap<ClassId, readonly number[]> {
  const shown = columns.imageIds.map((id, at) => wanted.has(id) && columns.seen[at] === 1)
  const guess = kind === 'predictions' ? STANDING.predicted : STANDING.open
  const always = kind === 'predictions' ? 0 : STANDING.truth
  const curves = columns.classIds.map(() => new Array<number>(CURVE_SCORES.length).fill(0))
  for (let object = 0; object < columns.images.length; object++) {
    if (!shown[columns.images[object]!]) continue
    const standing = columns.standing[object]!
    if ((standing & BESIDE[kind]) !== 0) continue
    const curve = curves[columns.classes[object]!]!
    if ((standing & always) !== 0) for (let at = 0; at < curve.length; at++) curve[at]! += 1
    else if ((standing & guess) !== 0)
      for (let at = 0; at < curve.length && CURVE_SCORES[at]! <= columns.scores[object]!; at++) curve[at]! += 1
  }
  return new Map(columns.classIds.map((id, at) => [id, curves[at]!]))
}
