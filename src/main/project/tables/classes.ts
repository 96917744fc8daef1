import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId } from '#shared/records/ids.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('classes')

const spec: TableSpec<ClassRecord> = {
  table: 'classes',
  columns: ['id', 'name', 'color', 'digit', 'position'],
  toRow: (record) => [record.id, record.name, record.color, record.digit, record.order],
  fromRow: (row) => ({
    id: read.text(row, 'id') as ClassId,
    name: read.text(row, 'name'),
    color: read.text(row, 'color'),
    digit: read.numberOrNull(row, 'digit'),
    order: read.number(row, 'position'),
  }),
}

export interface ClassTable extends RecordTable<ClassRecord> {
  /** All, in their order. */
  all(): ClassRecord[]
}

export function classTable(db: Sqlite): ClassTable {
  const all = db.prepare<[], Row>('SELECT * FROM classes ORDER BY position, name, id')
  return { ...recordTable(db, spec), all: () => all.all().map(spec.fromRow) }
}
