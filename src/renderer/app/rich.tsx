import { Fragment, type ReactNode } from 'react'
import { t } from '#shared/i18n/translate.ts'

/** Stands before and after the name of an element in a text. */
const MARK = '\u0000'

/** A text with elements at its `{{names}}`, in the order that the language wants: `rich('{{key}} accepts.', { key: <Kbd>Enter</Kbd> })`. */
export function rich(text: string, parts: Readonly<Record<string, ReactNode>>): ReactNode {
  const marked = t(text, Object.fromEntries(Object.keys(parts).map((name) => [name, `${MARK}${name}${MARK}`])))
  return marked.split(MARK).map((piece, index) => <Fragment key={index}>{index % 2 === 0 ? piece : parts[piece]}</Fragment>)
}
