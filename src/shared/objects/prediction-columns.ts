import { z } from 'zod'
import { type ClassId, imageId, type ImageId, type PredictionId, runId, type RunId } from '../records/ids.ts'
import type { PredictionRecord } from '../records/prediction.ts'
import { codedColumn, codedInOrder, wordAt, WordColumn, type CodedColumn } from './coded.ts'
import { Growing } from './growing.ts'
import { inOrder, isInPlace, rowOrder } from './row-order.ts'
import { shapeAt, shapeColumns, shapesInOrder, ShapeWriter, type ShapeColumns } from './shape-columns.ts'

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
  readonly #ids = new Growing(new Float64Array(256))
  readonly #classes = new WordColumn()
  readonly #scores = new Growing(new Float64Array(256))

  constructor(place: { readonly imageId: ImageId; readonly runId: RunId }) {
    this.#place = place
  }

  addFacts({ id, classId, score }: Pick<PredictionRecord, 'id' | 'classId' | 'score'>): void {
    this.#ids.push(id)
    this.#classes.push(classId)
    this.#scores.push(score)
  }

  columns(): PredictionColumns {
    const numbers = { ids: this.#ids.taken(), scores: this.#scores.taken() }
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

/** The same with the best first; of equal scores those that stood first. */
export function bestFirst(columns: PredictionColumns): PredictionColumns {
  const { shapes, ids, classes, scores, ...place } = columns
  if (scores.every((score, row) => row === 0 || score <= scores[row - 1]!)) return columns
  // Numbers from 0 up lie in the order of their bits, here turned round; little-endian as every machine that this runs on.
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, 2 * scores.length)
  const half = (which: number): Uint32Array => Uint32Array.from(scores, (_, row) => ~bits[2 * row + which]!)
  const order = rowOrder(scores.length, [half(0), half(1)])
  if (isInPlace(order)) return columns
  const numbers = { ids: inOrder(ids, order), scores: inOrder(scores, order) }
  return { ...place, shapes: shapesInOrder(shapes, order), classes: codedInOrder(classes, order), ...numbers }
}
