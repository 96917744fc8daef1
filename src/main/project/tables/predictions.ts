import { AppError } from '#shared/errors.ts'
import type { ClassId, ImageId, PredictionId, RunId } from '#shared/records/ids.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import { type Row, rowReader, type SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { keyTable } from './keys.ts'

const read = rowReader('predictions')

/** A prediction before the database has given it its id. */
export type NewPrediction = Omit<PredictionRecord, 'id' | 'runId'>

/** Predictions of one class on one image. */
export interface PredictionCount {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly predictions: number
}

export interface PredictionTable {
  /** Adds many; call inside a transaction. Answers with their ids, in order. @throws AppError `bad-prediction`. */
  add(runId: RunId, predictions: readonly NewPrediction[]): PredictionId[]
  /** Notes that a run looked at these images, whether or not it found something. */
  addImages(runId: RunId, images: readonly ImageId[]): void
  imagesOfRun(runId: RunId): ImageId[]
  get(id: PredictionId): PredictionRecord | undefined
  /** Best first. */
  ofImage(imageId: ImageId, runId: RunId): PredictionRecord[]
  /** Of a whole run with this score or more, best first; `undecided` leaves out those that a person has decided on. */
  above(runId: RunId, score: number, undecided: boolean): PredictionRecord[]
  counts(runId: RunId, score: number, undecided: boolean): PredictionCount[]
  count(): number
  /** Forgets what a transaction that failed may have named. */
  rolledBack(): void
}

const COLUMNS = 'p.id, r.id AS run, i.id AS image, c.id AS class, p.score, p.x, p.y, p.width, p.height'
const JOINS = 'FROM predictions p JOIN keys r ON r.key = p.run JOIN keys i ON i.key = p.image JOIN keys c ON c.key = p.class'
const UNDECIDED = 'NOT EXISTS (SELECT 1 FROM decisions d WHERE d.prediction_id = p.id)'

const predictionOf = (row: Row): PredictionRecord => ({
  id: read.number(row, 'id') as PredictionId,
  runId: read.text(row, 'run') as RunId,
  imageId: read.text(row, 'image') as ImageId,
  classId: read.text(row, 'class') as ClassId,
  score: read.number(row, 'score'),
  shape: {
    type: 'box',
    x: read.number(row, 'x'),
    y: read.number(row, 'y'),
    width: read.number(row, 'width'),
    height: read.number(row, 'height'),
  },
})

const countOf = (row: Row): PredictionCount => ({
  imageId: read.text(row, 'image') as ImageId,
  classId: read.text(row, 'class') as ClassId,
  predictions: read.number(row, 'n'),
})

export function predictionTable(db: Sqlite): PredictionTable {
  const keys = keyTable(db)
  const insert = db.prepare<SqlValue[]>(
    'INSERT INTO predictions (run, image, class, score, x, y, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const addImage = db.prepare<[number, number]>('INSERT OR IGNORE INTO run_images (run, image) VALUES (?, ?)')
  return {
    ...readers(db),
    add: (runId, predictions) => {
      const run = keys.of(runId)
      return predictions.map((prediction) => {
        const { shape, score } = checked(prediction)
        const [image, kind] = [keys.of(prediction.imageId), keys.of(prediction.classId)]
        const result = insert.run(run, image, kind, score, shape.x + 0, shape.y + 0, shape.width, shape.height)
        return Number(result.lastInsertRowid) as PredictionId
      })
    },
    addImages: (runId, images) => {
      const run = keys.of(runId)
      for (const image of images) addImage.run(run, keys.of(image))
    },
    rolledBack: keys.forget,
  }
}

type Readers = Omit<PredictionTable, 'add' | 'addImages' | 'rolledBack'>

function readers(db: Sqlite): Readers {
  const key = '(SELECT key FROM keys WHERE id = ?)'
  const byId = db.prepare<[number], Row>(`SELECT ${COLUMNS} ${JOINS} WHERE p.id = ?`)
  const ofImage = db.prepare<[string, string], Row>(
    `SELECT ${COLUMNS} ${JOINS} WHERE p.image = ${key} AND p.run = ${key} ORDER BY p.score DESC, p.id`,
  )
  const above = (where: string): ((runId: RunId, score: number) => Row[]) => {
    const statement = db.prepare<[string, number], Row>(
      `SELECT ${COLUMNS} ${JOINS} WHERE p.run = ${key} AND p.score >= ? AND ${where} ORDER BY p.score DESC, p.id`,
    )
    return (runId, score) => statement.all(runId, score)
  }
  const counts = (where: string): ((runId: RunId, score: number) => Row[]) => {
    const statement = db.prepare<[string, number], Row>(
      `SELECT i.id AS image, c.id AS class, n FROM (
         SELECT p.image, p.class, COUNT(*) AS n FROM predictions p WHERE p.run = ${key} AND p.score >= ? AND ${where} GROUP BY p.image, p.class
       ) JOIN keys i ON i.key = image JOIN keys c ON c.key = class`,
    )
    return (runId, score) => statement.all(runId, score)
  }
  const [allAbove, undecidedAbove] = [above('TRUE'), above(UNDECIDED)]
  const [allCounts, undecidedCounts] = [counts('TRUE'), counts(UNDECIDED)]
  const imagesOfRun = db.prepare<[string], Row>(
    `SELECT i.id FROM run_images JOIN keys i ON i.key = image WHERE run = ${key} ORDER BY image`,
  )
  const count = db.prepare<[], Row>('SELECT COUNT(*) AS n FROM predictions')
  return {
    get: (id) => {
      const row = byId.get(id)
      return row && predictionOf(row)
    },
    ofImage: (imageId, runId) => ofImage.all(imageId, runId).map(predictionOf),
    above: (runId, score, undecided) => (undecided ? undecidedAbove : allAbove)(runId, score).map(predictionOf),
    counts: (runId, score, undecided) => (undecided ? undecidedCounts : allCounts)(runId, score).map(countOf),
    imagesOfRun: (runId) => imagesOfRun.all(runId).map((row) => read.text(row, 'id') as ImageId),
    count: () => read.number(count.get() ?? {}, 'n'),
  }
}

/** Refuses what no later reader could draw or count. By hand: a schema costs ten times as much at a hundred thousand. */
function checked(prediction: NewPrediction): NewPrediction {
  const { score, shape } = prediction
  const finite = Number.isFinite(shape.x) && Number.isFinite(shape.y) && Number.isFinite(shape.width) && Number.isFinite(shape.height)
  if (finite && shape.width > 0 && shape.height > 0 && score >= 0 && score <= 1) return prediction
  throw new AppError('bad-prediction', `A model gave a box that is none: ${JSON.stringify({ score, ...shape })}.`)
}
