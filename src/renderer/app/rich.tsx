import { Fragment, type ReactNode } from 'react'
import { cutAtNames } from '#shared/i18n/translate.ts'

/** A text with elements at its `{{names}}`, in the order that the language wants: `rich('{{key}} accepts.', { key: <Kbd>Enter</Kbd> })`. */
export function rich(text: string, parts: Readonly<Record<string, ReactNode>>): ReactNode {
  return cutAtNames(text, Object.keys(parts)).map((piece, index) => (
    <Fragment key={index}>{index % 2 === 0 ? piece : parts[piece]}</Fragment>
  ))
}
