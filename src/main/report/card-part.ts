import { shownNumber } from '#shared/i18n/formats.ts'

interface FigureRow {
  readonly title: string
  /** One a column, `of` where its value stands in the record of counts: `model/ap50`; null where there is none. */
  readonly cells: readonly ({ readonly of: string; readonly value: number; readonly shown: string } | null)[]
}

/** What stands in a card below its head, part by part. */
export type CardPart =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly lines: readonly string[] }
  | { readonly kind: 'figures'; readonly head: readonly string[]; readonly rows: readonly FigureRow[] }

/** A figure as cards show it, in the language that is spoken. */
export const fourDigits = (value: number): string =>
  shownNumber(value, { minimumSignificantDigits: 4, maximumSignificantDigits: 4, useGrouping: false })
