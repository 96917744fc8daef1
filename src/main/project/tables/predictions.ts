import { AppError } from '#shared/errors.ts'
import type { ClassId, ImageId, PredictionId, RunId } from '#shared/records/ids.ts'
import { isLine } from '#shared/geometry/line.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { bestFirst, type PredictionColumns, PredictionWriter } from '#shared/objects/prediction-columns.ts'
import { type ImageResult, imageResult, type PredictionRecord } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Steps } from '#shared/steps.ts'
import { type Row, rowReader, type SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { PART } from '../in-parts.ts'
import type { KeyTable } from './keys.ts'
import { addShapeOf, SHAPE_COLUMNS, shapeColumns, shapeOf } from './shape-columns.ts'

const read = rowReader('predictions')
const readResult = rowReader('image_results')

/** A prediction before the database has given it its id. */
export type NewPrediction = Omit<PredictionRecord, 'id' | 'runId'>

/** Predictions of one class on one image. */
export interface PredictionCount {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly predictions: number
}

/** Predictions of a run from a score on; `undecided` leaves out those that a person has decided on. */
export interface AboveScore {
  readonly runId: RunId
  /** 0..1 */
  readonly score: number
  readonly undecided?: boolean
}

export interface PredictionTable {
  /** Adds many; call inside a transaction. Answers with their ids, in order. @throws AppError `bad-prediction`. */
  add(runId: RunId, predictions: readonly NewPrediction[]): PredictionId[]
  /** Notes that a run looked at these images, whether or not it found something. */
  addImages(runId: RunId, images: readonly ImageId[]): void
  imagesOfRun(runId: RunId): ImageId[]
  /** Keeps what a run says of images as a whole; said again, the later stands. */
  addResults(runId: RunId, results: readonly ImageResult[]): void
  resultOf(imageId: ImageId, runId: RunId): ImageResult | undefined
  /** Of a whole run, in the order of the images' keys. */
  results(runId: RunId): ImageResult[]
  get(id: PredictionId): PredictionRecord | undefined
  /** Best first. */
  ofImage(imageId: ImageId, runId: RunId): PredictionRecord[]
  /** The same by columns, read part by part. */
  columnsOf(imageId: ImageId, runId: RunId): Steps<PredictionColumns>
  /** Their ids alone, rising. */
  idsOf(imageId: ImageId, runId: RunId): Float64Array<ArrayBuffer>
  /** Of a whole run with this score or more, best first; `undecided` leaves out those that a person has decided on. */
  above(runId: RunId, score: number, undecided: boolean): PredictionRecord[]
  counts(runId: RunId, score: number, undecided: boolean): PredictionCount[]
  /** Those on an image with this score or more that nobody has decided on. */
  open(imageId: ImageId, runId: RunId, score: number): PredictionId[]
  count(): number
}

const COLUMNS = ['id', 'run', 'image', 'class', 'score', ...SHAPE_COLUMNS].map((column) => `p.${column}`).join(', ')
const UNDECIDED = 'NOT EXISTS (SELECT 1 FROM decisions d WHERE d.prediction_id = p.id)'

// Left to itself SQLite may go through the whole run, whose index is in the order of scores, for each image.
const OF_IMAGE = 'FROM predictions p INDEXED BY predictions_by_image WHERE p.image = ? AND p.run = ?'

const predictionOf = (row: Row, keys: KeyTable): PredictionRecord => ({
  id: read.number(row, 'id') as PredictionId,
  runId: keys.idOf(read.number(row, 'run')) as RunId,
  imageId: keys.idOf(read.number(row, 'image')) as ImageId,
  classId: keys.idOf(read.number(row, 'class')) as ClassId,
  score: read.number(row, 'score'),
  shape: shapeOf(row, read),
})

const countOf = (row: Row, keys: KeyTable): PredictionCount => ({
  imageId: keys.idOf(read.number(row, 'image')) as ImageId,
  classId: keys.idOf(read.number(row, 'class')) as ClassId,
  predictions: read.number(row, 'n'),
})

const resultIn = (row: Row): ImageResult => readResult.json(row, 'result', (value) => imageResult.parse(value))

export function predictionTable(db: Sqlite, keys: KeyTable): PredictionTable {
  const insert = db.prepare<SqlValue[]>(
    `INSERT INTO predictions (run, image, class, score, ${SHAPE_COLUMNS.join(', ')}) VALUES (?, ?, ?, ?${', ?'.repeat(SHAPE_COLUMNS.length)})`,
  )
  const addResult = db.prepare<SqlValue[]>('INSERT OR REPLACE INTO image_results (run, image, result) VALUES (?, ?, ?)')
  const addImage = db.prepare<[number, number]>('INSERT OR IGNORE INTO run_images (run, image) VALUES (?, ?)')
  return {
    ...readers(db, keys),
    add: (runId, predictions) => {
      const run = keys.of(runId)
      return predictions.map((prediction) => {
        const { shape, score } = checked(prediction)
        const [image, kind] = [keys.of(prediction.imageId), keys.of(prediction.classId)]
        const result = insert.run(run, image, kind, score, ...shapeColumns(shape))
        return Number(result.lastInsertRowid) as PredictionId
      })
    },
    addImages: (runId, images) => {
      const run = keys.of(runId)
      for (const image of images) addImage.run(run, keys.of(image))
    },
    addResults: (runId, results) => {
      const run = keys.of(runId)
      for (const result of results) addResult.run(run, keys.of(result.imageId), JSON.stringify(result))
    },
  }
}

type Readers = Omit<PredictionTable, 'add' | 'addImages' | 'addResults'>

function readers(db: Sqlite, keys: KeyTable): Readers {
  const byId = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM predictions p WHERE p.id = ?`)
  const ofImage = db.prepare<[number | null, number | null], Row>(`SELECT ${COLUMNS} ${OF_IMAGE} ORDER BY p.score DESC, p.id`)
  const ids = db.prepare<[number | null, number | null], number>(`SELECT p.id ${OF_IMAGE} ORDER BY p.id`).pluck()
  // In the order in which they lie there: sorting the wide rows takes longer than reading them.
  const part = db.prepare<[number | null, number | null, number, number], Row>(
    `SELECT ${COLUMNS} ${OF_IMAGE} AND p.id > ? ORDER BY p.id LIMIT ?`,
  )
  const ofRun = (columns: string, rest: string): ((runId: RunId, score: number, undecided: boolean) => Row[]) => {
    const start = `SELECT ${columns} FROM predictions p WHERE p.run = ? AND p.score >= ?`
    const all = db.prepare<[number | null, number], Row>(`${start} ${rest}`)
    const open = db.prepare<[number | null, number], Row>(`${start} AND ${UNDECIDED} ${rest}`)
    return (runId, score, undecided) => (undecided ? open : all).all(keys.find(runId), score)
  }
  const above = ofRun(COLUMNS, 'ORDER BY p.score DESC, p.id')
  const counts = ofRun('p.image, p.class, COUNT(*) AS n', 'GROUP BY p.image, p.class')
  const imagesOfRun = db.prepare<[number | null], Row>('SELECT image FROM run_images WHERE run = ? ORDER BY image')
  const results = db.prepare<[number | null], Row>('SELECT run AS key, result FROM image_results WHERE run = ? ORDER BY image')
  const resultOf = db.prepare<[number | null, number | null], Row>(
    'SELECT run AS key, result FROM image_results WHERE image = ? AND run = ?',
  )
  const open = db.prepare<[number | null, number | null, number], Row>(`SELECT p.id ${OF_IMAGE} AND p.score >= ? AND ${UNDECIDED}`)
  const count = db.prepare<[], Row>('SELECT COUNT(*) AS n FROM predictions')
  return {
    get: (id) => {
      const row = byId.get(id)
      return row && predictionOf(row, keys)
    },
    ofImage: (imageId, runId) => ofImage.all(keys.find(imageId), keys.find(runId)).map((row) => predictionOf(row, keys)),
    columnsOf: function* (imageId, runId) {
      const writer = new PredictionWriter({ imageId, runId })
      for (let after = 0, more = true; more; yield) {
        const found = part.all(keys.find(imageId), keys.find(runId), after, PART)
        for (const row of found) {
          addShapeOf(row, read, writer.shapes)
          const [id, classId] = [read.number(row, 'id') as PredictionId, keys.idOf(read.number(row, 'class')) as ClassId]
          writer.addFacts({ id, classId, score: read.number(row, 'score') })
        }
        after = read.number(found.at(-1) ?? { id: after }, 'id')
        more = found.length === PART
      }
      return bestFirst(writer.columns())
    },
    idsOf: (imageId, runId) => Float64Array.from(ids.all(keys.find(imageId), keys.find(runId))),
    above: (runId, score, undecided) => above(runId, score, undecided).map((row) => predictionOf(row, keys)),
    counts: (runId, score, undecided) => counts(runId, score, undecided).map((row) => countOf(row, keys)),
    open: (imageId, runId, score) =>
      open.all(keys.find(imageId), keys.find(runId), score).map((row) => read.number(row, 'id') as PredictionId),
    imagesOfRun: (runId) => imagesOfRun.all(keys.find(runId)).map((row) => keys.idOf(read.number(row, 'image')) as ImageId),
    results: (runId) => results.all(keys.find(runId)).map(resultIn),
    resultOf: (imageId, runId) => {
      const row = resultOf.get(keys.find(imageId), keys.find(runId))
      return row && resultIn(row)
    },
    count: () => read.number(count.get() ?? {}, 'n'),
  }
}

/** Refuses what no later reader could draw or count. By hand: a schema costs ten times as much at a hundred thousand. */
function checked(prediction: NewPrediction): NewPrediction {
  const { score, shape } = prediction
  if (score >= 0 && score <= 1 && drawable(shape)) return prediction
  throw new AppError('bad-prediction', `A model gave a ${shape.type} that is none: ${JSON.stringify({ score, shape }).slice(0, 300)}.`)
}

function drawable(shape: Shape): boolean {
  if (!isPlaced(shape)) return true
  const { x, y, width, height } = shapeBounds(shape)
  const finite = Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(width) && Number.isFinite(height)
  return finite && (shape.type === 'point' || isLine(shape) || (width > 0 && height > 0))
}
