import type { ModelId } from '#shared/records/ids.ts'
import type { ModelNote } from '#shared/records/model-note.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('model_notes')

const spec: TableSpec<ModelNote> = {
  table: 'model_notes',
  columns: ['id', 'note', 'pinned', 'archived', 'author', 'updated_at'],
  toRow: ({ id, text, pinned, archived, author, updatedAt }) => [id, text, Number(pinned), Number(archived), author, updatedAt],
  fromRow: (row) => ({
    id: read.text(row, 'id') as ModelId,
    text: read.text(row, 'note'),
    pinned: read.flag(row, 'pinned'),
    archived: read.flag(row, 'archived'),
    author: read.text(row, 'author'),
    updatedAt: read.text(row, 'updated_at'),
  }),
}

export interface ModelNoteTable extends RecordTable<ModelNote> {
  all(): ModelNote[]
}

export function modelNoteTable(db: Sqlite): ModelNoteTable {
  const all = db.prepare<[], Row>('SELECT * FROM model_notes ORDER BY id')
  return { ...recordTable(db, spec), all: () => all.all().map(spec.fromRow) }
}
