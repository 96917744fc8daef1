import { onTestFinished } from 'vitest'
import { createSqlite, type Sqlite } from '../../../src/main/project/sqlite.ts'
import { imageId } from '#shared/records/ids.ts'
import { AT, box, image, model } from './fixtures.ts'

/** A database in memory, closed when the test ends. */
export function emptyDatabase(): Sqlite {
  const db = createSqlite(':memory:')
  onTestFinished(() => void db.close())
  return db
}

export const columnsOf = (db: Sqlite, table: string): string[] =>
  (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)

export const owners = { imageId: imageId.parse('a'), classId: model('m').classes[0]!.id }
export const drawn = box('drawn', owners)
const { fold: _fold, ...oldModel } = model('m')
export const decided = { classId: owners.classId, shape: drawn.shape }

/** What a project of the first version held: a box, a point, predictions with a gap in their numbers, a decision and its annotation. */
export function fillOld(db: Sqlite): void {
  const insert = (table: string, ...values: unknown[]): void => {
    db.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values)
  }
  const picture = image('a')
  insert('images', ...['a', 'a.png', '', '/a.png', 1000, picture.sha256, 640, 480, 8, 3, null, 'train', null, 'in-work', AT])
  insert('classes', owners.classId, 'RBC', '#ff0000', 1, 0)
  const annotation = (id: string, kind: string, place: (number | null)[], origin: string, prediction: number | null): void => {
    insert('annotations', id, 'a', owners.classId, kind, ...place, origin, prediction, 0, 0, '', 'Ada', AT, AT)
  }
  annotation('drawn', 'box', [10.25, 20.5, 30.125, 40], 'drawn', null)
  annotation('dot', 'point', [5, 6, null, null], 'drawn', null)
  annotation('made', 'box', [10.25, 20.5, 30.125, 40], 'accepted', 7)
  insert('models', 'm', AT, JSON.stringify(oldModel))
  insert('runs', 'r', 'm', '{"minScore":0.02}', 1, 0, 1.5, AT)
  for (const [key, id] of ['r', 'a', owners.classId].entries()) insert('keys', key + 1, id)
  insert('run_images', 1, 2)
  for (const [id, score] of [[1, 0.25], [2, 0.5], [7, 0.875]] as const) insert('predictions', id, 1, 2, 3, score, 10.25, 20.5, 30.125, 40) // prettier-ignore
  const before = JSON.stringify({ ...decided, score: 0.875 })
  insert('decisions', 'd', 7, 'a', 'accept', 'made', 'Ada', AT, before, JSON.stringify(decided))
  const none = { added: [], updated: [], removed: [] }
  const diff = { images: none, classes: none, annotations: { ...none, added: [drawn] }, decisions: none }
  insert('history', 1, 'Draw RBC', AT, JSON.stringify(diff))
  db.exec('UPDATE history_state SET position = 1, sequence = 1')
  insert('settings', 'project', JSON.stringify({ task: 'detection', createdAt: AT }))
}

export type TableRows = Record<string, Record<string, unknown>[]>

export function allRows(db: Sqlite): TableRows {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[]
  return Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]]))
}
