import type { ImageId, RegionId } from '#shared/records/ids.ts'
import { type RegionRecord, regionShape } from '#shared/records/region.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { type RecordTable, recordTable, type TableSpec } from './record-table.ts'
import { SHAPE_COLUMNS, shapeColumns, shapeOf } from './shape-columns.ts'

const read = rowReader('regions')

const spec: TableSpec<RegionRecord> = {
  table: 'regions',
  columns: ['id', 'image_id', ...SHAPE_COLUMNS, 'name', 'fully_labelled', 'author', 'created_at', 'updated_at'],
  toRow: (record) => [
    record.id,
    record.imageId,
    ...shapeColumns(record.shape),
    record.name,
    record.fullyLabelled ? 1 : 0,
    record.author,
    record.createdAt,
    record.updatedAt,
  ],
  fromRow: (row) => ({
    id: read.text(row, 'id') as RegionId,
    imageId: read.text(row, 'image_id') as ImageId,
    shape: read.made(row, 'kind', () => regionShape.parse(shapeOf(row, read))),
    name: read.text(row, 'name'),
    fullyLabelled: read.flag(row, 'fully_labelled'),
    author: read.text(row, 'author'),
    createdAt: read.text(row, 'created_at'),
    updatedAt: read.text(row, 'updated_at'),
  }),
}

export interface RegionTable extends RecordTable<RegionRecord> {
  /** Of one image, oldest first. */
  ofImage(imageId: ImageId): RegionRecord[]
  /** Every one, image by image, oldest first. */
  all(): RegionRecord[]
}

export function regionTable(db: Sqlite): RegionTable {
  const ofImage = db.prepare<[string], Row>('SELECT * FROM regions WHERE image_id = ? ORDER BY created_at, id')
  const all = db.prepare<[], Row>('SELECT * FROM regions ORDER BY image_id, created_at, id')
  return {
    ...recordTable(db, spec),
    ofImage: (imageId) => ofImage.all(imageId).map(spec.fromRow),
    all: () => all.all().map(spec.fromRow),
  }
}
