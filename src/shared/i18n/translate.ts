// The window in its languages. The English text is the key, so code reads as the window does; src/shared/i18n/locales holds the others, and the
// plural forms of English. tools/lint/check-translations.js finds what is missing in them.
import { createInstance } from 'i18next'
import { setFormats, shownNumber } from './formats.ts'
import { type Language } from './languages.ts'
import cs from './locales/cs.json' with { type: 'json' }
import en from './locales/en.json' with { type: 'json' }
import ja from './locales/ja.json' with { type: 'json' }
import ru from './locales/ru.json' with { type: 'json' }

/** What stands at the `{{names}}` of a text. Numbers are written as the language does; `count` also chooses the plural form. */
export type Values = Readonly<Record<string, string | number>>
export type Translate = (text: string, values?: Values) => string

const texts = createInstance()
void texts.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en }, cs: { translation: cs }, ru: { translation: ru }, ja: { translation: ja } },
  initAsync: false,
  // Keys are sentences: a dot or a colon in them means nothing.
  keySeparator: false,
  nsSeparator: false,
  returnEmptyString: false,
  // React and the system's menus show text as it is.
  interpolation: { escapeValue: false },
})

/** The texts of one language, whatever the window shows. */
export function inLanguage(language: Language): Translate {
  const fixed = texts.getFixedT(language)
  return (text, values = {}) => {
    const replace = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? shownNumber(value) : value]),
    )
    const { count } = values
    return fixed(text, { replace, nest: false, ...(typeof count === 'number' ? { count } : {}) })
  }
}

let language: Language = 'en'
let current = inLanguage('en')

/** A text in the window's language; the English one where it has no other. */
export const t: Translate = (text, values) => current(text, values)

/** Stands before and after a name in a text. */
const MARK = '\u0000'

/** A text in the window's language, cut at its `{{names}}`: what stands between them and the names by turns, in the order that the language wants. */
export function cutAtNames(text: string, names: readonly string[]): string[] {
  return t(text, Object.fromEntries(names.map((name) => [name, `${MARK}${name}${MARK}`]))).split(MARK)
}

/**
 * From now on `t`, numbers and dates are in this language. Called once, before the modules of the window are loaded: texts that they make
 * while loading are in it too, and another language loads the window anew.
 */
export function setLanguage(wanted: Language): void {
  language = wanted
  current = inLanguage(language)
  setFormats(language)
}

export const languageNow = (): Language => language

/** No promise: while one is awaited, others would be spoken to in its language. */
type AtOnce<T> = T extends PromiseLike<unknown> ? never : T

/** Makes something that a person reads in a language of their own, and speaks again as before: a report, in a process whose language is English. */
export function speaking<T>(wanted: Language, made: () => AtOnce<T>): AtOnce<T> {
  const before = language
  setLanguage(wanted)
  try {
    return made()
  } finally {
    setLanguage(before)
  }
}

const keys = new Map<Language, ReadonlySet<string>>()

/** The English texts that a language has, those with plural forms once. */
export function textsOf(one: Language): ReadonlySet<string> {
  const entries = texts.getResourceBundle(one, 'translation') as Readonly<Record<string, string>>
  const found = keys.get(one) ?? new Set(Object.keys(entries).map((key) => key.replace(/_(zero|one|two|few|many|other)$/, '')))
  keys.set(one, found)
  return found
}

/** Marks a text of a table of constants for translation; `translated` shows it. */
export type Label = string & { readonly label: never }
export const label = (text: string): Label => text as Label

/** The text of a marked constant in the window's language. */
export const translated = (marked: Label, values?: Values): string => current(marked, values)
