// How typed words are looked for in texts of any language.

const MARKS = /[\u0300-\u036F]/g
/** Katakana with a hiragana of the same sound, this many places below. */
const KATAKANA = /[\u30A1-\u30F6]/g
const TO_HIRAGANA = 0x60

/**
 * A text as it is searched: in small letters, without the marks on letters ("měření" as "mereni"), wide and half-wide signs as the usual ones, katakana
 * as hiragana, since that is what stands in the field while a word is being typed. The marks of kana make other sounds and stay.
 */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(KATAKANA, (sign) => String.fromCodePoint(sign.codePointAt(0)! - TO_HIRAGANA))
}

/** What is looked for, folded: the words between blanks, none of an empty text. */
export const searchWords = (text: string): string[] =>
  folded(text)
    .split(/\s+/)
    .filter((word) => word !== '')

/** Whether each of the words begins one of a text that is parted by blanks. `words` as `searchWords` gives them. */
export function beginsWords(text: string, words: readonly string[]): boolean {
  const within = ` ${folded(text)}`
  return words.every((word) => within.includes(` ${word}`))
}

/** Whether all of the words stand somewhere in a text, in any order, also within longer words. `words` as `searchWords` gives them. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const within = folded(text)
  return words.every((word) => within.includes(word))
}
