// What other processes and the database say in English sentences, put into the window's language: a sentence is recognised by the texts of the
// translations, its values are read off it and put into words in their turn. So errors, notes and names of edits cross and are stored as plain
// text, and those of older projects are understood as well.
import { type Language } from './languages.ts'
import en from './locales/en.json' with { type: 'json' }
import { languageNow, t, textsOf, type Values } from './translate.ts'

/** A text as it may have been said: its parts, and what stands between them. */
interface Pattern {
  readonly key: string
  readonly parts: readonly string[]
  readonly names: readonly string[]
  /** Takes the values out of a sentence: made when the first one is tried. */
  expression?: RegExp
  /** A plural form that does not tell its count: "An image", of which there is one. */
  readonly one: boolean
}

/** Texts with fewer letters of their own would be found in anything. */
const LEAST_LETTERS = 4
/** Sentences within sentences, such as the reason why an image was left out. */
const DEEPEST = 4
const REMEMBERED = 1000
/** Where one sentence ends and another begins. */
const END = /(?<=[.!?]) (?=\p{Lu})/u

let known: { readonly language: Language; readonly patterns: readonly Pattern[]; readonly said: Map<string, string> } | null = null

function knownNow(): NonNullable<typeof known> {
  const language = languageNow()
  if (known?.language !== language) known = { language, patterns: patternsOf(textsOf(language)), said: new Map() }
  return known
}

/** An English sentence in the window's language; as it is where it is none of ours. */
export function heard(sentence: string): string {
  if (languageNow() === 'en' || sentence === '') return sentence
  const { said } = knownNow()
  const before = said.get(sentence)
  if (before !== undefined) return before
  if (said.size >= REMEMBERED) said.clear()
  const now = inWords(sentence, 0) ?? sentence
  said.set(sentence, now)
  return now
}

function inWords(sentence: string, depth: number): string | null {
  const whole = recognised(sentence, depth) ?? (depth > 0 ? itsStopAside(sentence, depth) : null)
  if (whole !== null || depth >= DEEPEST) return whole
  // Several sentences in a row: each by itself.
  const end = END.exec(sentence)
  if (end === null) return aboutSomething(sentence, depth, 2) ?? aboutSomething(sentence, depth, 1)
  const [first, rest] = [sentence.slice(0, end.index), sentence.slice(end.index + 1)]
  const [one, others] = [inWords(first, depth), inWords(rest, depth)]
  return one === null && others === null ? null : `${one ?? first} ${others ?? rest}`
}

/** A sentence that stands within another has lost its full stop, or has that of the other: "conv1: is a link.". */
function itsStopAside(sentence: string, depth: number): string | null {
  if (!/[.!?]$/.test(sentence)) return recognised(`${sentence}.`, depth)?.replace(/[.。]$/, '') ?? null
  const said = sentence.endsWith('.') ? recognised(sentence.slice(0, -1), depth) : null
  return said === null ? null : `${said}${languageNow() === 'ja' ? '。' : '.'}`
}

/**
 * "line 3: it has no label": what it is about, and what of it; null where fewer than `least` of them are known. A word alone may be a name, as in the
 * class "Ki-67: Positive".
 */
function aboutSomething(sentence: string, depth: number, least: 1 | 2): string | null {
  if (depth >= DEEPEST) return null
  for (const { index } of sentence.matchAll(/: /g)) {
    const parts = [sentence.slice(0, index), sentence.slice(index + 2)]
    const said = parts.map((part) => (part.includes(' ') ? inWords(part, depth + 1) : null))
    if (said.filter((part) => part !== null).length >= least) return parts.map((part, i) => said[i] ?? part).join(': ')
  }
  return null
}

function recognised(sentence: string, depth: number): string | null {
  if (textsOf(languageNow()).has(sentence)) return t(sentence)
  for (const pattern of knownNow().patterns) {
    const found = valuesIn(sentence, pattern, depth)
    if (found !== null) return byItsColon(sentence, pattern, depth) ?? inARow(sentence, pattern, depth) ?? t(pattern.key, found)
  }
  return null
}

/**
 * "line 3: it has no label" tells of no line called "3: it has no label", and "The model is damaged: weights has 3 bytes" of no file called "The model
 * is damaged: weights". Null where the pattern has a colon of its own, or none of the sentence is known by it.
 */
function byItsColon(sentence: string, { key, parts }: Pattern, depth: number): string | null {
  if (key.includes(': ') || !sentence.includes(': ')) return null
  const others = parts[0] === '' ? knownNow().patterns.filter((one) => one.parts[0] !== '' && one.key.includes(': ')) : []
  for (const other of others) {
    const found = valuesIn(sentence, other, depth)
    if (found !== null) return t(other.key, found)
  }
  return aboutSomething(sentence, depth, 2)
}

/** "a.h5 is damaged: it is empty. Fetch it again." is of two texts where both are known, though "{{file}} is damaged: {{reason}}" fits it whole. */
function inARow(sentence: string, { parts }: Pattern, depth: number): string | null {
  const end = parts.at(-1) === '' && depth < DEEPEST ? END.exec(sentence) : null
  if (end === null) return null
  const [one, others] = [recognised(sentence.slice(0, end.index), depth + 1), inWords(sentence.slice(end.index + 1), depth + 1)]
  return one === null || others === null ? null : `${one} ${others}`
}

function valuesIn(sentence: string, pattern: Pattern, depth: number): Values | null {
  const { parts, names, one } = pattern
  if (!sentence.startsWith(parts[0]!) || !sentence.endsWith(parts.at(-1)!)) return null
  // "Copy the file again." is not what the edit "Copy {{what}}" did.
  if (parts.at(-1) === '' && /[.!?]$/.test(sentence) && !/[:.] $/.test(parts.at(-2)!)) return null
  if (names.length === 0) return sentence === parts[0] ? { count: 1 } : null
  pattern.expression ??= expressionOf(parts)
  const found = pattern.expression.exec(sentence)
  if (found === null) return null
  const values: Record<string, string | number> = one ? { count: 1 } : {}
  for (const [i, name] of names.entries()) values[name] = valueOf(name, found[i + 1]!, depth)
  return typeof (values['count'] ?? 0) === 'number' ? values : null
}

function valueOf(name: string, text: string, depth: number): string | number {
  const isNumber = /^-?\d[\d,]*(\.\d+)?$/.test(text)
  // A whole number below a thousand is written alike everywhere, and may be a name.
  if (isNumber && (name === 'count' || /[.,]/.test(text))) return Number(text.replaceAll(',', ''))
  return inWords(text, depth + 1) ?? text
}

/** Values are as short as may be. One that goes to the end may be several sentences; others are none. */
function expressionOf(parts: readonly string[]): RegExp {
  const last = parts.length - 2
  const values = parts.slice(1).map((part, i) => `${i === last && part === '' ? '(.+)' : '((?:(?!\\. \\p{Lu}).)+?)'}${escaped(part)}`)
  return new RegExp(`^${escaped(parts[0]!)}${values.join('')}$`, 'su')
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function patternsOf(texts: ReadonlySet<string>): Pattern[] {
  const plural = new Map<string, string[]>()
  for (const [entry, form] of Object.entries(en)) {
    const key = entry.replace(/_(one|other)$/, '')
    plural.set(key, [...(plural.get(key) ?? []), form])
  }
  const all = [...texts].flatMap((key) => (plural.get(key) ?? [key]).map((said) => patternOf(key, said)))
  const letters = ({ parts }: Pattern): number => parts.join('').replaceAll(/[^\p{L}]/gu, '').length
  return all
    .filter((pattern) => (pattern.names.length > 0 || pattern.one) && letters(pattern) >= LEAST_LETTERS)
    .sort((a, b) => letters(b) - letters(a) || b.parts.join('').length - a.parts.join('').length)
}

function patternOf(key: string, said: string): Pattern {
  const pieces = said.split(/\{\{\s*(\w+)\s*\}\}/)
  const names = pieces.filter((_, i) => i % 2 === 1)
  return { key, parts: pieces.filter((_, i) => i % 2 === 0), names, one: key.includes('{{count}}') && !names.includes('count') }
}
