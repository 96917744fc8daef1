import { z } from 'zod'
import { type ClassId, imageId, type ImageId, type PredictionId, runId, type RunId } from '../records/ids.ts'
import type { PredictionRecord } from '../records/prediction.ts'
import { codedColumn, wordAt, WordColumn, type CodedColumn } from './coded.ts'
import { shapeAt, shapeColumns, ShapeWriter, type ShapeColumns } from './shape-columns.ts'

/** What a run found on one image by columns, best first. */
export interface PredictionColumns {
  readonly imageId: ImageId
  readonly runId: RunId
  readonly shapes: ShapeColumns
  readonly ids: Float64Array<ArrayBuffer>
  readonly classes: CodedColumn
  /** 0 to 1, falling. */
  readonly scores: Float64Array<ArrayBuffer>
}

export const predictionColumns = z
  .object({
    imageId,
    runId,
    shapes: shapeColumns,
    ids: z.instanceof(Float64Array),
    classes: codedColumn,
    scores: z.instanceof(Float64Array),
  })
  .refine(
    ({ shapes: { count }, ids, classes, scores }) => [ids, classes.codes, scores].every(({ length }) => length === count),
    'Columns of predictions that do not belong together',
  ) as unknown as z.ZodType<PredictionColumns>

/** Collects predictions row by row: each one's shape first (`shapes`), then what else is known of it. */
export class PredictionWriter {
  readonly shapes = new ShapeWriter()
  readonly #place: { readonly imageId: ImageId; readonly runId: RunId }
  readonly #ids: number[] = []
  readonly #classes = new WordColumn()
  readonly #scores: number[] = []

  constructor(place: { readonly imageId: ImageId; readonly runId: RunId }) {
    this.#place = place
  }

  addFacts({ id, classId, score }: Pick<PredictionRecord, 'id' | 'classId' | 'score'>): void {
    this.#ids.push(id)
    this.#classes.push(classId)
    this.#scores.push(score)
  }

  columns(): PredictionColumns {
    const numbers = { ids: Float64Array.from(this.#ids), scores: Float64Array.from(this.#scores) }
    return { ...this.#place, shapes: this.shapes.columns(), classes: this.#classes.column(), ...numbers }
  }
}

/** The prediction of a row, as it was added. */
export function predictionAt(columns: PredictionColumns, row: number): PredictionRecord {
  return {
    id: columns.ids[row]! as PredictionId,
    runId: columns.runId,
    imageId: columns.imageId,
    classId: wordAt(columns.classes, row) as ClassId,
    score: columns.scores[row]!,
    shape: shapeAt(columns.shapes, row),
  }
}

/** All predictions, in their order. */
export const predictionsOf = (columns: PredictionColumns): PredictionRecord[] =>
  Array.from(columns.ids, (_, row) => predictionAt(columns, row))
