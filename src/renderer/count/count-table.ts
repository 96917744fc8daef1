import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type Split } from '#shared/records/task.ts'
import { type Names } from '../state/names.ts'
import { type SortColumn } from './count-store.ts'

export interface CountRow {
  readonly image: ImageRecord
  readonly counts: ReadonlyMap<ClassId, number>
  readonly total: number
}

export interface ImageCounts {
  readonly imageId: ImageId
  readonly counts: readonly { readonly classId: ClassId; readonly count: number }[]
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const STATES = ['unlabelled', 'in-work', 'done', 'reviewed']
const SPLITS = ['train', 'val', 'test']

/** One row an image of the wanted split, images without any object too. */
export function rowsOf(images: readonly ImageRecord[], counts: readonly ImageCounts[], shown: Split | 'all'): CountRow[] {
  const ofImage = new Map(counts.map((row) => [row.imageId, row.counts]))
  return images
    .filter(({ split }) => shown === 'all' || split === shown)
    .map((image) => {
      const own = ofImage.get(image.id) ?? []
      return {
        image,
        counts: new Map(own.map(({ classId, count }) => [classId, count])),
        total: own.reduce((sum, { count }) => sum + count, 0),
      }
    })
}

function compared(a: CountRow, b: CountRow, column: SortColumn): number {
  switch (column) {
    case 'image':
      return 0
    case 'split':
      return SPLITS.indexOf(a.image.split ?? '') - SPLITS.indexOf(b.image.split ?? '')
    case 'state':
      return STATES.indexOf(a.image.state) - STATES.indexOf(b.image.state)
    case 'total':
      return a.total - b.total
    default:
      return (a.counts.get(column) ?? 0) - (b.counts.get(column) ?? 0)
  }
}

/** `nameOf`: the name by which an image is shown. */
export function sortedRows(rows: readonly CountRow[], column: SortColumn, descending: boolean, nameOf: Names['of']): CountRow[] {
  const sign = descending ? -1 : 1
  return [...rows].sort((a, b) => sign * (compared(a, b, column) || names.compare(nameOf(a.image), nameOf(b.image))))
}

/** Objects of each class over the rows, and of all. */
export function totalsOf(rows: readonly CountRow[]): { readonly counts: ReadonlyMap<ClassId, number>; readonly total: number } {
  const counts = new Map<ClassId, number>()
  for (const row of rows) for (const [id, count] of row.counts) counts.set(id, (counts.get(id) ?? 0) + count)
  return { counts, total: rows.reduce((sum, row) => sum + row.total, 0) }
}

/** A cell that a spreadsheet can't take for a formula, and that can't break the row. */
function cell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ')
  return /^[=+\-@]/.test(flat) ? `'${flat}` : flat
}

/** The table as tab-separated text for a spreadsheet: a header, one line an image, totals last. `source` names what was counted. */
export function tableAsTsv(rows: readonly CountRow[], classes: readonly ClassRecord[], source: string): string {
  const totals = totalsOf(rows)
  const numbers = (counts: ReadonlyMap<ClassId, number>, total: number): string[] => [
    ...classes.map(({ id }) => String(counts.get(id) ?? 0)),
    String(total),
  ]
  const lines = [
    ['image', 'split', 'state', ...classes.map(({ name }) => cell(name)), 'total', 'counted'],
    ...rows.map(({ image, counts, total }) => [cell(image.name), image.split ?? '', image.state, ...numbers(counts, total), cell(source)]),
    ['total', '', '', ...numbers(totals.counts, totals.total), cell(source)],
  ]
  return lines.map((line) => line.join('\t')).join('\n')
}
