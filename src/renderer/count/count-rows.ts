import { type CountSource } from '#shared/contracts/project.ts'
import { sizesText, significant } from '#shared/counts/format.ts'
import { type CountBy } from '#shared/contracts/counts.ts'
import { type ClassCount, type CountRow } from '#shared/counts/tabulate.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { isOriginFact } from '#shared/origin.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { nameOrder } from '#shared/i18n/formats.ts'
import { type Names } from '../state/names.ts'
import { type Beside, type CountState, type SortColumn } from './count-store.ts'

const names = nameOrder()
const STATES = ['unlabelled', 'in-work', 'done', 'reviewed']
const SPLITS = ['train', 'val', 'test']

type Shown = Pick<Names, 'of' | 'originOf' | 'masked'>

/** The images that the filters let through, in their order. */
export function shownImages(
  images: readonly ImageRecord[],
  { shown, finished, text, only }: Pick<CountState, 'shown' | 'finished' | 'text' | 'only'>,
  { of, originOf }: Shown,
): ImageRecord[] {
  const wanted = text.trim().toLowerCase()
  return images.filter((image) => {
    if (shown !== 'all' && image.split !== shown) return false
    if (only !== null && !only.ids.has(image.id)) return false
    if (finished !== 'all' && isFinished(image) !== (finished === 'finished')) return false
    return wanted === '' || [of(image), originOf(image) ?? ''].some((name) => name.toLowerCase().includes(wanted))
  })
}

/** The first name of a row as it is shown: its image's, or that of the slide, patient or group. While names are masked these are told by their first image. */
export function rowName({ images, name }: Pick<CountRow, 'images' | 'name'>, by: CountBy, { of, masked }: Shown): string {
  const [first] = images
  if (!first || (isOriginFact(by) && !masked)) return name
  return isOriginFact(by) && images.length > 1 ? t('Group of {{of}}', { of: of(first) }) : of(first)
}

/** Whether it is to be told beside each image on which area it is counted: not all count as a whole, or a slide does with its glass. */
export const tellsArea = ({ areaOf, scans }: Pick<CountRow, 'areaOf' | 'scans'>): boolean => areaOf !== 'image' || scans > 0

/** The region of a row, with a tick where all in it is labelled. */
export const regionName = ({ name, region }: Pick<CountRow, 'name' | 'region'>): string =>
  region === null ? t('In no region') : `${name}${region.fullyLabelled ? ' ✓' : ''}`

function valueOf(row: CountRow, column: SortColumn): number {
  const [image] = row.images
  switch (column) {
    case 'image':
    case 'region':
      return 0
    case 'split':
      return SPLITS.indexOf(image?.split ?? '')
    case 'state':
      return STATES.indexOf(image?.state ?? '')
    case 'images':
      return row.images.length
    case 'area':
      // Where the scale is not known, by pixels, below all that have one.
      return row.mm2 ?? (row.pixels === null ? -1 : -1 / (1 + row.pixels))
    case 'total':
      return row.total
    default:
      if (column.startsWith('share ')) return row.shares[Number(column.slice('share '.length))]?.share ?? -1
      return row.perClass.find(({ classId }) => classId === column)?.n ?? 0
  }
}

/** `nameOf`: the name by which a row is shown. Rows that are alike keep their order, so that the regions of an image stay together. */
export function sortedRows(
  rows: readonly CountRow[],
  column: SortColumn,
  descending: boolean,
  nameOf: (row: CountRow) => string,
): CountRow[] {
  const sign = descending ? -1 : 1
  const wordOf = (row: CountRow): string => (column === 'region' ? (row.region?.name ?? '') : nameOf(row))
  return [...rows].sort((a, b) => sign * (valueOf(a, column) - valueOf(b, column) || names.compare(wordOf(a), wordOf(b))))
}

/** What stands below a number; empty for nothing. */
export function besideText(count: ClassCount, beside: Beside, kind: CountSource['kind']): string {
  switch (beside) {
    case 'none':
      return ''
    case 'other':
      if (kind === 'predictions') return count.corrected === null ? '' : t('corrected {{corrected}}', { corrected: count.corrected })
      return count.uncorrected === null ? '' : t('predicted {{uncorrected}}', { uncorrected: count.uncorrected })
    case 'density':
      return count.density === null ? '' : `${significant(count.density.perMm2)}/mm²`
    case 'size':
      return count.sizes === null ? '' : (sizesText(count).split(' (')[0] ?? '')
  }
}

/** A cell that a spreadsheet can't take for a formula, and that can't break the row. */
function cell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ')
  return /^[=+\-@]/.test(flat) ? `'${flat}` : flat
}

/** The head of a copied table's first columns, and the cells of a row. */
const FIRST: Readonly<Record<CountBy, { readonly head: readonly string[]; readonly cells: (row: CountRow) => readonly string[] }>> = {
  image: {
    head: ['image', 'split', 'state'],
    cells: ({ images: [image] }) => [cell(image?.name ?? ''), image?.split ?? '', image?.state ?? ''],
  },
  region: {
    head: ['image', 'region', 'area px²', 'area mm²'],
    cells: (row) => [
      ...[cell(row.images[0]?.name ?? ''), cell(row.region === null ? '' : row.name)],
      ...[row.pixels === null ? '' : String(row.pixels), row.mm2 === null ? '' : String(row.mm2)],
    ],
  },
  slide: {
    head: ['slide', 'patient', 'images'],
    cells: ({ name, images }) => [cell(name), cell(images[0]?.patient ?? ''), String(images.length)],
  },
  patient: { head: ['patient', 'images'], cells: ({ name, images }) => [cell(name), String(images.length)] },
  group: { head: ['group', 'images'], cells: ({ name, images }) => [cell(name), String(images.length)] },
}

/** The table as tab-separated text for a spreadsheet: a header, one line a row, all images last. `source` names what was counted. */
export function tableAsTsv(
  { rows, all }: { readonly rows: readonly CountRow[]; readonly all: CountRow },
  { by, classes, source }: { readonly by: CountBy; readonly classes: readonly ClassRecord[]; readonly source: string },
): string {
  const { head, cells } = FIRST[by]
  const numbers = ({ perClass, total }: CountRow): string[] => [...perClass.map(({ n }) => String(n)), String(total)]
  const lines = [
    [...head, ...classes.map(({ name }) => cell(name)), 'total', 'counted'],
    ...rows.map((row) => [...cells(row), ...numbers(row), cell(source)]),
    ['total', ...head.slice(1).map(() => ''), ...numbers(all), cell(source)],
  ]
  return lines.map((line) => line.join('\t')).join('\n')
}
