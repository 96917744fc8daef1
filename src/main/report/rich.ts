import { t } from '#shared/i18n/translate.ts'
import { html, type Html } from './html.ts'

/** Stands before and after the name of a part in a text. */
const MARK = '\u0000'

/** A text with numbers that can be checked at its `{{names}}`, in the order that the language wants: `rich('{{low}} to {{high}}', { low: figure(…), high: figure(…) })`. */
export function rich(text: string, parts: Readonly<Record<string, Html | string>>): Html {
  const marked = t(text, Object.fromEntries(Object.keys(parts).map((name) => [name, `${MARK}${name}${MARK}`])))
  return html`${marked.split(MARK).map((piece, index) => (index % 2 === 0 ? piece : (parts[piece] ?? '')))}`
}
