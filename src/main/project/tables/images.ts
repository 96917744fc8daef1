import { type ImageRecord, imageState } from '#shared/records/image.ts'
import type { ImageId } from '#shared/records/ids.ts'
import { split } from '#shared/records/task.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('images')

const PIXEL_SIZE_BY = ['file', 'person'] as const

const spec: TableSpec<ImageRecord> = {
  table: 'images',
  columns: [
    'id',
    'name',
    'relative_path',
    'absolute_path',
    'bytes',
    'sha256',
    'width',
    'height',
    'bit_depth',
    'channels',
    'microns_per_pixel',
    'pixel_size_by',
    'stated_microns',
    'pixel_size_at',
    'objective',
    'scanned_at',
    'split',
    'slide',
    'patient',
    'group_name',
    'state',
    'added_at',
  ],
  toRow: (image) => [
    image.id,
    image.name,
    image.relativePath,
    image.absolutePath,
    image.bytes,
    image.sha256,
    image.width,
    image.height,
    image.bitDepth,
    image.channels,
    image.micronsPerPixel,
    image.pixelSizeBy,
    image.statedMicrons,
    image.pixelSizeAt,
    image.objective,
    image.scannedAt,
    image.split,
    image.slide,
    image.patient,
    image.group,
    image.state,
    image.addedAt,
  ],
  fromRow: (row) => ({
    id: read.text(row, 'id') as ImageId,
    name: read.text(row, 'name'),
    relativePath: read.text(row, 'relative_path'),
    absolutePath: read.text(row, 'absolute_path'),
    bytes: read.number(row, 'bytes'),
    sha256: read.text(row, 'sha256'),
    width: read.number(row, 'width'),
    height: read.number(row, 'height'),
    bitDepth: read.number(row, 'bit_depth'),
    channels: read.number(row, 'channels'),
    micronsPerPixel: read.numberOrNull(row, 'microns_per_pixel'),
    pixelSizeBy: read.word(row, 'pixel_size_by', PIXEL_SIZE_BY),
    statedMicrons: read.numberOrNull(row, 'stated_microns'),
    pixelSizeAt: read.textOrNull(row, 'pixel_size_at'),
    objective: read.numberOrNull(row, 'objective'),
    scannedAt: read.textOrNull(row, 'scanned_at'),
    split: row['split'] === null ? null : read.word(row, 'split', split.options),
    slide: read.textOrNull(row, 'slide'),
    patient: read.textOrNull(row, 'patient'),
    group: read.textOrNull(row, 'group_name'),
    state: read.word(row, 'state', imageState.options),
    addedAt: read.text(row, 'added_at'),
  }),
}

export interface ImageTable extends RecordTable<ImageRecord> {
  /** All, in the order in which they were added, then by name. */
  all(): ImageRecord[]
  /** Those of these contents. */
  withHash(sha256: string): ImageRecord[]
}

export function imageTable(db: Sqlite): ImageTable {
  const all = db.prepare<[], Row>('SELECT * FROM images ORDER BY added_at, name, id')
  const withHash = db.prepare<[string], Row>('SELECT * FROM images WHERE sha256 = ? ORDER BY added_at, name, id')
  return {
    ...recordTable(db, spec),
    all: () => all.all().map(spec.fromRow),
    withHash: (sha256) => withHash.all(sha256).map(spec.fromRow),
  }
}
