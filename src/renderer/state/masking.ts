/** Words that are not to be seen, each with what is shown in its place. */
export type Hidden = ReadonlyMap<string, string>

/** A word of letters alone, or of digits, is part of any sentence: it is a name only where it stands as a value does. */
const PLAIN = /^(?:\p{L}+|[\p{N}\p{P}\s]+)$/u
const IN_WORD = /[\p{L}\p{N}_]/u
/** Such are written without spaces between words. */
const IDEOGRAPHIC = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u
/** What stands before a value in a sentence, and what behind it: brackets, quotes, and what separates the values of a list. */
const BEFORE_VALUE = /(?:^|[([{“”"«„「『（：、/\\\n]|[,;:–] )$/u
const BEHIND_VALUE = /^(?:$|[)\]}”"»“」』）：、。/\\\n;:!?…]|[,.](?!\p{N})| –)/u
/** As many letters around a value tell whether it is one. */
const AROUND = 2

/**
 * A function that hides words in texts wherever they stand as names: not inside of other words or numbers, the longest first, so that a path goes
 * as a whole. The words are gone over once; a text then costs its own length times the number of different lengths of words.
 */
export function hiderOf(hidden: Hidden): (text: string) => string {
  const lengths = [...new Set([...hidden.keys()].map(({ length }) => length))].filter((length) => length > 0).sort((a, b) => b - a)
  const nameAt = (text: string, from: number): string | null => {
    if (!isBreak(text, from)) return null
    for (const length of lengths) {
      const word = text.slice(from, from + length)
      if (word.length === length && hidden.has(word) && isBreak(text, from + length) && isName(text, from, word)) return word
    }
    return null
  }
  return (text) => {
    const parts: string[] = []
    let kept = 0
    for (let at = 0; at < text.length;) {
      const word = nameAt(text, at)
      if (word === null) at++
      else {
        parts.push(text.slice(kept, at), hidden.get(word)!)
        at += word.length
        kept = at
      }
    }
    return kept === 0 ? text : [...parts, text.slice(kept)].join('')
  }
}

/** Whether a word may begin or end at a place of a text. */
function isBreak(text: string, at: number): boolean {
  const [before, behind] = [text[at - 1] ?? '', text[at] ?? '']
  return !IN_WORD.test(before) || !IN_WORD.test(behind) || IDEOGRAPHIC.test(before) !== IDEOGRAPHIC.test(behind)
}

function isName(text: string, from: number, word: string): boolean {
  if (!PLAIN.test(word)) return true
  const to = from + word.length
  return BEFORE_VALUE.test(text.slice(Math.max(0, from - AROUND), from)) && BEHIND_VALUE.test(text.slice(to, to + AROUND))
}
