// Sentences that are made where there is no window (main, engine, picture reader), or that are stored: English, with their values in place. The
// window recognises them and puts them into its language (heard.ts); the command line and logs show them as they are.
import en from './locales/en.json' with { type: 'json' }
import type { Values } from './translate.ts'

const forms: Readonly<Record<string, string>> = en
const rules = new Intl.PluralRules('en')
const numbers = new Intl.NumberFormat('en')

/**
 * An English sentence with its values: `say('{{count}} images were left out.', { count: 1 })` is "1 image was left out." Its text is a key of
 * the translations like those of `t`.
 */
export function say(text: string, values: Values = {}): string {
  const { count } = values
  const form = typeof count === 'number' ? forms[`${text}_${rules.select(count)}`] : undefined
  return (form ?? text).replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value
  })
}
