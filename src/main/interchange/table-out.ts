import writeXlsxFile, { type Cell as SheetCell } from 'write-excel-file/node'
import { AppError } from '#shared/errors.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { BYTE_ORDER_MARK, csvText, wellFormed, type Cell, type Decimal } from './csv-text.ts'

/** Formats of tables, by the endings of their files' names. */
export const TABLE_FORMATS = ['csv', 'tsv', 'xlsx'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

export const isTableFormat = (format: string): format is TableFormat => (TABLE_FORMATS as readonly string[]).includes(format)

/** Rows that a sheet of Excel has room for (ISO 29500 applications' limit), and letters of a cell. */
const MOST_ROWS = 1_048_576
const MOST_LETTERS = 32_767

/**
 * Writes a table, names of its columns first. CSV and TSV are UTF-8 with byte order mark, for Excel; numbers have a point unless a comma is asked for.
 * In XLSX text is text: a cell that looks like a formula is none (OWASP, "CSV injection").
 *
 * @throws AppError `too-many-rows` where a sheet has no room for them, or as `writeWhole`; nothing is written then.
 */
export async function writeTable(file: string, rows: readonly (readonly Cell[])[], { format, decimal }: TableStyle): Promise<void> {
  const style = format === 'tsv' ? ({ decimal, delimiter: '\t' } as const) : { decimal }
  await writeWhole(file, format === 'xlsx' ? await sheetOf(rows) : BYTE_ORDER_MARK + csvText(rows, style))
}

interface TableStyle {
  readonly format: TableFormat
  /** In CSV and TSV; a sheet of Excel knows numbers as such. */
  readonly decimal: Decimal
}

async function sheetOf(rows: readonly (readonly Cell[])[]): Promise<Uint8Array> {
  if (rows.length > MOST_ROWS)
    throw new AppError(
      'too-many-rows',
      `A sheet of Excel has room for ${MOST_ROWS.toLocaleString('en')} rows; these are ${rows.length.toLocaleString('en')}. Nothing was written.`,
      'Write a CSV file instead.',
    )
  const [head = [], ...body] = rows
  const widths = head.map((_, at) => ({ width: widthOf(rows, at) }))
  const cells = [head.map((cell) => ({ ...sheetCell(cell), fontWeight: 'bold' as const })), ...body.map((row) => row.map(sheetCell))]
  return writeXlsxFile(cells, { sheet: 'Slidewright', stickyRowsCount: 1, columns: widths }).toBuffer()
}

function sheetCell(cell: Cell): SheetCell & object {
  if (typeof cell === 'number' && Number.isFinite(cell)) return { value: cell, type: Number }
  if (typeof cell !== 'string' || cell === '') return {}
  // Control letters cannot be written in XML.

  return { value: wellFormed(cell).replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').slice(0, MOST_LETTERS), type: String } // prettier-ignore
}

/** Letters of the longest of the first cells of a column, within reason. */
function widthOf(rows: readonly (readonly Cell[])[], at: number): number {
  const longest = rows.slice(0, 200).reduce((most, row) => Math.max(most, String(row[at] ?? '').length), 0)
  return Math.min(40, Math.max(8, longest + 2))
}
