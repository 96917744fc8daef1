import { iou } from '#shared/geometry/box.ts'
import { SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { coversArea, IMAGE } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type PredictionId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type BlockPart, type ObjectTable } from '../objects/object-table.ts'
import { type SceneState } from '../state/scene-store.ts'
import { boxAt } from '../viewer/scene.ts'

type Part = BlockPart<PredictionRecord>

/** Predictions of the open image on both sides of a score that nobody decided on. */
export interface OpenRows {
  /** At or above the score, and no annotation shows the same object. */
  readonly above: readonly (readonly [Part, number])[]
  readonly below: readonly (readonly [Part, number])[]
  /** Those at or above that an annotation shows already: accepting them would count the object twice. */
  readonly covered: number
}

/** For each part of the predictions, 1 for the rows that an annotation shows already: the rule of `overlapIndex`, by the numbers of many at once. */
export function coveredRows(predictions: ObjectTable<PredictionRecord>, annotations: ObjectTable<AnnotationRecord>): Uint8Array[] {
  return predictions.parts.map(({ block: { rows } }) => {
    const marks = new Uint8Array(rows.count)
    for (const { block, gone } of annotations.parts) {
      const labels = block.rows
      for (let row = 0; row < labels.count; row++) {
        if (gone !== null && gone[row] === 1) continue
        if (labels.kinds[row] === IMAGE) for (const [at, kind] of rows.kinds.entries()) if (kind === IMAGE) marks[at] = 1
        if (!coversArea(labels.kinds[row]!)) continue
        const box = boxAt(block, row)
        const same = (at: number): boolean => coversArea(rows.kinds[at]!) && iou(boxAt({ rows }, at), box) >= SAME_OBJECT
        for (const at of rows.index().searchWhere(box, same)) marks[at] = 1
      }
    }
    return marks
  })
}

/** Marks that hold none for labelled already. */
export const uncoveredRows = ({ parts }: ObjectTable<PredictionRecord>): Uint8Array[] =>
  parts.map(({ block: { rows } }) => new Uint8Array(rows.count))

/** `passes`: what a filter keeps back is left alone. */
export function openRows(
  predictions: ObjectTable<PredictionRecord>,
  covered: readonly Uint8Array[],
  decided: ReadonlySet<PredictionId>,
  threshold: number,
  passes: SceneState['passes'] = () => true,
): OpenRows {
  const above: [Part, number][] = []
  const below: [Part, number][] = []
  let hidden = 0
  for (const [at, part] of predictions.parts.entries()) {
    const { rows } = part.block
    for (let row = 0; row < rows.count; row++) {
      if (decided.has(rows.idAt(row) as PredictionId) || !passes(rows, true, row)) continue
      if ((rows.scoreAt(row) ?? 0) < threshold) below.push([part, row])
      else if (covered[at]![row] === 1) hidden++
      else above.push([part, row])
    }
  }
  return { above, below, covered: hidden }
}

export const idsOf = (rows: OpenRows['above']): PredictionId[] => rows.map(([{ block }, row]) => block.rows.idAt(row) as PredictionId)
