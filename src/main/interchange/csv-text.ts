import { stringify } from 'csv-stringify/sync'

export type Cell = string | number | null

/** Excel takes a file without this mark for the system's old code page and garbles every letter beyond ASCII. */
export const BYTE_ORDER_MARK = '\ufeff'

/** How a country's spreadsheet reads tables: a decimal comma comes with semicolons between the cells. */
export type Decimal = 'point' | 'comma'

/**
 * Rows as CSV (RFC 4180: quoted where needed, lines end in CR LF). Text that a spreadsheet would take for a formula (it begins with
 * = + - @, a tab, a carriage return or the wide forms of those signs) gets an apostrophe in front (OWASP, "CSV injection"); numbers stay
 * numbers, negative ones too. null is an empty cell. `delimiter`: by default as `decimal` asks for; a tab makes it TSV.
 */
export function csvText(rows: readonly (readonly Cell[])[], { decimal = 'point', delimiter }: CsvStyle = {}): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? wellFormed(cell) : cell))),
    {
      ...{ delimiter: delimiter ?? (decimal === 'comma' ? ';' : ','), record_delimiter: '\r\n', escape_formulas: true },
      // A lone CR or LF ends a line for many readers, and ; or a tab a cell where a country's Excel says so.
      quoted_match: /[\r\n\t;]|^\s|\s$/,
      ...(decimal === 'comma' ? { cast: { number: (value: number) => String(value).replace('.', ',') } } : {}),
    },
  )
}

interface CsvStyle {
  readonly decimal?: Decimal
  readonly delimiter?: '\t'
}

/** A NUL would end the cell in many a reader; half a surrogate pair cannot be written as UTF-8. */
export function wellFormed(text: string): string {
  return text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

/** Whether the mark is needed for the text to be read right. */
export function needsByteOrderMark(text: string): boolean {
  return /[^\0-\u007f]/.test(text)
}
