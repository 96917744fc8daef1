import type { AnnotationId, DecisionId, ImageId, PredictionId, RunId } from '#shared/records/ids.ts'
import { type DecisionRecord, decisionRecord } from '#shared/records/prediction.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import type { KeyTable } from './keys.ts'
import { OF_ANNOTATIONS, type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('decisions')

const KINDS = ['accept', 'correct', 'reject'] as const
const shapes = decisionRecord.unwrap().shape

const spec: TableSpec<DecisionRecord> = {
  table: 'decisions',
  columns: ['id', 'prediction_id', 'image_id', 'kind', 'annotation_id', 'who', 'at', 'before', 'after', 'replaced'],
  toRow: (record) => [
    record.id,
    record.predictionId,
    record.imageId,
    record.kind,
    record.annotationId,
    record.who,
    record.at,
    JSON.stringify(record.from),
    record.to === null ? null : JSON.stringify(record.to),
    record.replaced === null ? null : JSON.stringify(record.replaced),
  ],
  fromRow: (row) => ({
    id: read.text(row, 'id') as DecisionId,
    predictionId: read.number(row, 'prediction_id') as PredictionId,
    imageId: read.text(row, 'image_id') as ImageId,
    kind: read.word(row, 'kind', KINDS),
    annotationId: read.textOrNull(row, 'annotation_id') as AnnotationId | null,
    who: read.text(row, 'who'),
    at: read.text(row, 'at'),
    from: read.json(row, 'before', (value) => shapes.from.parse(value)),
    to: row['after'] === null ? null : read.json(row, 'after', (value) => shapes.to.parse(value)),
    replaced: row['replaced'] === null ? null : read.json(row, 'replaced', (value) => shapes.replaced.parse(value)),
  }),
}

export interface DecisionTable extends RecordTable<DecisionRecord> {
  ofImage(imageId: ImageId): DecisionRecord[]
  /** On the predictions of a run. */
  ofRun(runId: RunId): DecisionRecord[]
  ofPrediction(predictionId: PredictionId): DecisionRecord | undefined
  /** Those that made or linked one of some annotations. */
  ofAnnotations(ids: readonly AnnotationId[]): DecisionRecord[]
  /** Of each image that is neither done nor reviewed and has decisions: the run of the last of them. */
  lastRuns(): Map<ImageId, RunId>
  count(): number
}

export function decisionTable(db: Sqlite, keys: KeyTable): DecisionTable {
  const ofImage = db.prepare<[string], Row>('SELECT * FROM decisions WHERE image_id = ? ORDER BY at, id')
  const ofRun = db.prepare<[string], Row>(
    `SELECT d.* FROM decisions d JOIN predictions p ON p.id = d.prediction_id
     WHERE p.run = (SELECT key FROM keys WHERE id = ?) ORDER BY d.at, d.id`,
  )
  const ofPrediction = db.prepare<[number], Row>('SELECT * FROM decisions WHERE prediction_id = ?')
  const ofAnnotations = db.prepare<[string], Row>(`SELECT * FROM decisions WHERE ${OF_ANNOTATIONS} ORDER BY at, id`)
  // Beside MAX the other columns are those of the row that has it.
  const lastRuns = db.prepare<[], Row>(
    `SELECT d.image_id, p.run, MAX(d.at) FROM decisions d JOIN images i ON i.id = d.image_id JOIN predictions p ON p.id = d.prediction_id
     WHERE i.state IN ('unlabelled', 'in-work') GROUP BY d.image_id ORDER BY d.image_id`,
  )
  const count = db.prepare<[], Row>('SELECT COUNT(*) AS n FROM decisions')
  return {
    ...recordTable(db, spec),
    ofImage: (imageId) => ofImage.all(imageId).map(spec.fromRow),
    ofRun: (runId) => ofRun.all(runId).map(spec.fromRow),
    ofPrediction: (predictionId) => {
      const row = ofPrediction.get(predictionId)
      return row && spec.fromRow(row)
    },
    ofAnnotations: (ids) => ofAnnotations.all(JSON.stringify(ids)).map(spec.fromRow),
    lastRuns: () =>
      new Map(lastRuns.all().map((row) => [read.text(row, 'image_id') as ImageId, keys.idOf(read.number(row, 'run')) as RunId])),
    count: () => read.number(count.get() ?? {}, 'n'),
  }
}
