// Numbers and dates as a person reads them, by the window's language. Main and the command line stay with English, but for a report, which is made
// in the language that was asked for (`speaking`, translate.ts). Other exported files are written without any of this (a point before decimals,
// ISO dates).
import { type Language } from './languages.ts'

let language: Language = 'en'

const numberFormats = new Map<string, Intl.NumberFormat>()
const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** In whose way numbers and dates are written from now on. */
export function setFormats(wanted: Language): void {
  language = wanted
  numberFormats.clear()
  dateFormats.clear()
}

/** A number with the separators of the language: `1,234.5`, in Czech `1 234,5`. */
export function shownNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = JSON.stringify(options)
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(language, options)
  numberFormats.set(key, format)
  return format.format(value)
}

/** So many digits after the point, neither more nor fewer. */
export const shownDecimals = (value: number, digits: number): string =>
  shownNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false })

/** Digits that mean something, trailing zeros left out. */
export const shownSignificant = (value: number, digits = 3): string => shownNumber(value, { maximumSignificantDigits: digits })

/** A number as a person types it: with a point or a comma before decimals, in groups of three where the language writes them so; null for anything else. */
export function numberTyped(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f]/g, '')
  const grouped = shownDecimals(0.5, 1) === '0.5' && /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare)
  const plain = grouped ? bare.replaceAll(',', '') : bare.replace(',', '.')
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null
}

/** A number for a field in which a person goes on typing: no groups. */
export const typedNumber = (value: number, digits: number): string =>
  shownNumber(value, { maximumSignificantDigits: digits, useGrouping: false })

/** A date, a time, or both, as the language writes them. */
export function shownDate(moment: Date, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options)
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(language, options)
  dateFormats.set(key, format)
  return format.format(moment)
}

/** A moment that is recorded, to the minute, in UTC: who reads of it may sit in another time zone. */
export const shownMoment = (iso: string): string => shownDate(new Date(iso), MOMENT)

const MOMENT: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: 'long', day: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC', timeZoneName: 'short' },
}

/** Compares names as the language sorts them, digits by their value. */
export const nameOrder = (): Intl.Collator => new Intl.Collator(language, { numeric: true, sensitivity: 'base' })
