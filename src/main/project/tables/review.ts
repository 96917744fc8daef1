import { RULER, SHAPE_KINDS } from '#shared/objects/shape-columns.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId, RunId } from '#shared/records/ids.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import type { KeyTable } from './keys.ts'

const read = rowReader('review')

/** An object without its outline: enough to ask about it and to tell whether two are the same. */
export interface PlacedObject {
  readonly classId: ClassId
  /** Place in `SHAPE_KINDS`. */
  readonly kind: number
  /** Of a point without size, of a whole image zeros. */
  readonly box: Box
}

export interface PlacedPrediction extends PlacedObject {
  readonly id: PredictionId
  readonly score: number
}

export interface PlacedLabel extends PlacedObject {
  readonly id: AnnotationId
  /** Whether it is an object of its own: no crowd and no ruler. */
  readonly counts: boolean
}

/** What was decided on a prediction: the class that it was given, null where it was rejected, and the annotation that it made or was linked to. */
export interface Answer {
  readonly classId: ClassId | null
  readonly annotationId: AnnotationId | null
}

/** Reads for a review what it goes through, without outlines. */
export interface ReviewTable {
  /** Of one image, best first. */
  predictions(imageId: ImageId, runId: RunId): PlacedPrediction[]
  labels(imageId: ImageId): PlacedLabel[]
  /** Decisions against a prediction, and annotations made, after an instant. */
  since(instant: string): { readonly corrections: number; readonly annotations: number }
  /** What was decided on the predictions of a run. */
  answers(runId: RunId): Map<PredictionId, Answer>
}

export function reviewTable(db: Sqlite, keys: KeyTable): ReviewTable {
  const predictions = db.prepare<[number | null, number | null], Row>(
    'SELECT id, class, score, kind, x, y, width, height FROM predictions INDEXED BY predictions_by_image WHERE image = ? AND run = ? ORDER BY score DESC, id',
  )
  const labels = db.prepare<[string], Row>(
    `SELECT id, class_id, crowd, kind, x, y, width, height FROM annotations LEFT JOIN annotation_facts ON annotation = "key" WHERE image_id = ?`,
  )
  const answers = db.prepare<[number | null], Row>(
    `SELECT d.prediction_id, d.kind, d.annotation_id, COALESCE(json_extract(d.after, '$.classId'), json_extract(d.before, '$.classId')) AS class
     FROM decisions d JOIN predictions p ON p.id = d.prediction_id WHERE p.run = ?`,
  )
  const corrections = db.prepare<[string], Row>("SELECT COUNT(*) AS n FROM decisions WHERE kind <> 'accept' AND at > ?")
  const annotations = db.prepare<[string], Row>('SELECT COUNT(*) AS n FROM annotations WHERE created_at > ?')
  return {
    since: (instant) => ({
      corrections: read.number(corrections.get(instant) ?? {}, 'n'),
      annotations: read.number(annotations.get(instant) ?? {}, 'n'),
    }),
    predictions: (imageId, runId) =>
      predictions.all(keys.find(imageId), keys.find(runId)).map((row) => ({
        id: read.number(row, 'id') as PredictionId,
        score: read.number(row, 'score'),
        ...placeOf(row, classOf(row, keys)),
      })),
    labels: (imageId) =>
      labels.all(imageId).map((row) => {
        const place = placeOf(row, read.text(row, 'class_id') as ClassId)
        return { id: read.text(row, 'id') as AnnotationId, counts: !read.flag(row, 'crowd') && place.kind !== RULER, ...place }
      }),
    answers: (runId) =>
      new Map(answers.all(keys.find(runId)).map((row) => [read.number(row, 'prediction_id') as PredictionId, answerOf(row)])),
  }
}

const answerOf = (row: Row): Answer => ({
  classId: row['kind'] === 'reject' ? null : (read.text(row, 'class') as ClassId),
  annotationId: read.textOrNull(row, 'annotation_id') as AnnotationId | null,
})

const classOf = (row: Row, keys: KeyTable): ClassId => keys.idOf(read.number(row, 'class')) as ClassId

function placeOf(row: Row, classId: ClassId): PlacedObject {
  const number = (column: string): number => read.numberOrNull(row, column) ?? 0
  const box = { x: number('x'), y: number('y'), width: number('width'), height: number('height') }
  return { classId, kind: SHAPE_KINDS.indexOf(read.word(row, 'kind', SHAPE_KINDS)), box }
}
