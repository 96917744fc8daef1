import { cutAtNames } from '#shared/i18n/translate.ts'
import { html, type Html } from './html.ts'

/** A text with numbers that can be checked at its `{{names}}`, in the order that the language wants: `rich('{{low}} to {{high}}', { low: figure(…), high: figure(…) })`. */
export function rich(text: string, parts: Readonly<Record<string, Html | string>>): Html {
  return html`${cutAtNames(text, Object.keys(parts)).map((piece, index) => (index % 2 === 0 ? piece : (parts[piece] ?? '')))}`
}

export const range = (lower: Html | string, upper: Html | string): Html => rich('{{lower}} to {{upper}}', { lower, upper })
