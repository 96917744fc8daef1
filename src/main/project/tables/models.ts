import { AppError } from '#shared/errors.ts'
import type { ModelId, RunId } from '#shared/records/ids.ts'
import { type ModelRecord, modelRecord, type RunRecord, runRecord } from '#shared/records/model.ts'
import { type Row, rowReader, type SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'

const readModel = rowReader('models')
const readRun = rowReader('runs')

/** Models and the runs of models. Jobs write them; edits and undo do not touch them. */
export interface ModelTable {
  models(): ModelRecord[]
  /** Adds a model, or replaces the one of the same id (renamed, evaluated anew). */
  putModel(model: ModelRecord): void
  runs(): RunRecord[]
  addRun(run: RunRecord): void
  /** Replaces counts, seconds and settings. @throws AppError `unknown-run`. */
  updateRun(run: RunRecord): void
}

const modelOf = (row: Row): ModelRecord => readModel.json(row, 'record', (value) => modelRecord.parse(value))

const runOf = (row: Row): RunRecord => ({
  id: readRun.text(row, 'id') as RunId,
  modelId: readRun.text(row, 'model_id') as ModelId,
  settings: readRun.json(row, 'settings', (value) => runRecord.unwrap().shape.settings.parse(value)),
  images: readRun.number(row, 'images'),
  objects: readRun.number(row, 'objects'),
  seconds: readRun.number(row, 'seconds'),
  createdAt: readRun.text(row, 'created_at'),
})

export function modelTable(db: Sqlite): ModelTable {
  const models = db.prepare<[], Row>('SELECT id, record FROM models ORDER BY created_at, id')
  const putModel = db.prepare<SqlValue[]>(
    `INSERT INTO models (id, created_at, record) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at, record = excluded.record`,
  )
  const runs = db.prepare<[], Row>('SELECT * FROM runs ORDER BY created_at, id')
  const addRun = db.prepare<SqlValue[]>(
    'INSERT INTO runs (id, model_id, settings, images, objects, seconds, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const updateRun = db.prepare<SqlValue[]>('UPDATE runs SET settings = ?, images = ?, objects = ?, seconds = ? WHERE id = ?')
  return {
    models: () => models.all().map(modelOf),
    putModel: (model) => {
      putModel.run(model.id, model.createdAt, JSON.stringify(model))
    },
    runs: () => runs.all().map(runOf),
    addRun: (run) => {
      addRun.run(run.id, run.modelId, JSON.stringify(run.settings), run.images, run.objects, run.seconds, run.createdAt)
    },
    updateRun: (run) => {
      const { changes } = updateRun.run(JSON.stringify(run.settings), run.images, run.objects, run.seconds, run.id)
      if (changes !== 1) throw new AppError('unknown-run', `There is no run ${run.id} in this project.`)
    },
  }
}
