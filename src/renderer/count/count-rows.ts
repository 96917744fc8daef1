import { type CountSource } from '#shared/contracts/project.ts'
import { aloneText, sizesText, significant } from '#shared/counts/format.ts'
import { type CountBy } from '#shared/contracts/counts.ts'
import { type ClassCount, type CountRow } from '#shared/counts/tabulate.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { isOriginFact, type OriginFact } from '#shared/origin.ts'
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

/** The first name of a row as it is shown: its image's, or that of the slide, patient or group (or that none is known of its image). While names are masked these are told by their first image. */
export function rowName({ images, name }: Pick<CountRow, 'images' | 'name'>, by: CountBy, { of, masked }: Shown): string {
  const [first] = images
  if (!first) return name ?? ''
  if (!isOriginFact(by)) return of(first)
  if (name === null) return aloneText(by, of(first))
  if (!masked) return name
  return images.length > 1 ? t('Group of {{of}}', { of: of(first) }) : of(first)
}

/** Whether it is to be told beside each image on which area it is counted: not all count as a whole, or a slide does with its glass. */
export const tellsArea = ({ areaOf, scans }: Pick<CountRow, 'areaOf' | 'scans'>): boolean => areaOf !== 'image' || scans > 0

/** The region of a row, with a tick where all in it is labelled. */
export const regionName = ({ region }: Pick<CountRow, 'region'>): string =>
  region === null ? t('In no region') : `${region.name}${region.fullyLabelled ? ' ✓' : ''}`

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

/** The head of a copied table's first columns, and the cells of a row: as exported, under the names that the window shows. */
const FIRST: Readonly<
  Record<CountBy, { readonly head: readonly string[]; readonly cells: (row: CountRow, shown: Shown) => readonly string[] }>
> = {
  image: {
    head: ['image', 'split', 'state'],
    cells: (row, shown) => [cell(rowName(row, 'image', shown)), row.images[0]?.split ?? '', row.images[0]?.state ?? ''],
  },
  region: {
    head: ['image', 'region', 'area px²', 'area mm²'],
    cells: (row, shown) => [
      ...[cell(rowName(row, 'region', shown)), cell(row.region === null ? '' : row.region.name)],
      ...[row.pixels === null ? '' : String(row.pixels), row.mm2 === null ? '' : String(row.mm2)],
    ],
  },
  slide: {
    head: ['slide', 'patient', 'image', 'images'],
    cells: (row, shown) => {
      const [name, ...rest] = factCells(row, 'slide', shown)
      return [name!, cell(shown.masked ? '' : (row.images[0]?.patient ?? '')), ...rest]
    },
  },
  patient: { head: ['patient', 'image', 'images'], cells: (row, shown) => factCells(row, 'patient', shown) },
  group: { head: ['group', 'image', 'images'], cells: (row, shown) => factCells(row, 'group', shown) },
}

/** The slide, patient or group; the image that stands for itself since that is not known of it; and how many images it are. */
function factCells(row: CountRow, by: OriginFact, shown: Shown): string[] {
  const [image] = row.images
  const alone = row.name === null && image ? shown.of(image) : ''
  return [cell(row.name === null ? '' : rowName(row, by, shown)), cell(alone), String(row.images.length)]
}

interface Copied {
  readonly by: CountBy
  readonly classes: readonly ClassRecord[]
  readonly source: string
  /** The names that are shown: where they are masked the text holds no others. */
  readonly shown: Shown
}

/** The table as tab-separated text for a spreadsheet: a header, one line a row, all images last. `source` names what was counted. */
export function tableAsTsv(
  { rows, all }: { readonly rows: readonly CountRow[]; readonly all: CountRow },
  { by, classes, source, shown }: Copied,
): string {
  const { head, cells } = FIRST[by]
  const numbers = ({ perClass, total }: CountRow): string[] => [...perClass.map(({ n }) => String(n)), String(total)]
  const lines = [
    [...head, ...classes.map(({ name }) => cell(name)), 'total', 'counted'],
    ...rows.map((row) => [...cells(row, shown), ...numbers(row), cell(source)]),
    ['total', ...head.slice(1).map(() => ''), ...numbers(all), cell(source)],
  ]
  return lines.map((line) => line.join('\t')).join('\n')
}
