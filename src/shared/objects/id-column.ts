import { z } from 'zod'
import { Growing } from './growing.ts'
import type { CodedColumn } from './coded.ts'
import { RowHash } from './row-hash.ts'
import { inOrder, placeAmong, rowOrder } from './row-order.ts'

/**
 * The ids of many rows. A UUID is sixteen bytes here: as texts a million ids are the largest part of what crosses a process and of what is kept.
 * Any other id is kept as it is.
 */
export interface IdColumn {
  /** Four numbers of 32 bits for each row, the first digits first; four zeros where the id is among the others. */
  readonly words: Uint32Array<ArrayBuffer>
  /** Rows whose id is no UUID, rising, and the id of each. */
  readonly otherRows: Uint32Array<ArrayBuffer>
  readonly otherIds: readonly string[]
}

export const idColumn = z
  .object({ words: z.instanceof(Uint32Array), otherRows: z.instanceof(Uint32Array), otherIds: z.array(z.string()) })
  .refine(
    ({ words, otherRows, otherIds }) => words.length % WORDS === 0 && otherRows.length === otherIds.length,
    'Columns of ids that do not belong together',
  ) as unknown as z.ZodType<IdColumn>

const WORDS = 4
const DIGITS = 8
const LENGTH = 36
/** Places of a UUID's hyphens. */
const HYPHENS = [8, 13, 18, 23] as const
const PLACES: readonly number[] = Array.from({ length: LENGTH }, (_, place) => place).filter((place) => !HYPHENS.some((at) => at === place))

export const countIds = ({ words }: IdColumn): number => words.length / WORDS

/** The value of a lower-case hexadecimal digit, or -1. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}

/** The words of a UUID written in lower case into `into`; false where the text is none, or the one that is all zeros. */
function pack(id: string, into: Uint32Array): boolean {
  if (id.length !== LENGTH || HYPHENS.some((at) => id.charCodeAt(at) !== 45)) return false
  let any = 0
  for (let word = 0; word < WORDS; word++) {
    let value = 0
    for (let digit = 0; digit < DIGITS; digit++) {
      const one = digitOf(id.charCodeAt(PLACES[DIGITS * word + digit]!))
      if (one < 0) return false
      value = (value << 4) | one
    }
    into[word] = value
    any |= value
  }
  return any !== 0
}

function unpacked(words: Uint32Array, at: number): string {
  const [a, b, c, d] = [0, 1, 2, 3].map((word) => words[at + word]!.toString(16).padStart(DIGITS, '0')) as [string, string, string, string]
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
}

/** Collects ids row by row. */
export class IdWriter {
  readonly #words = new Growing(new Uint32Array(1024))
  readonly #otherRows: number[] = []
  readonly #otherIds: string[] = []
  readonly #one = new Uint32Array(WORDS)

  push(id: string): void {
    if (!pack(id, this.#one)) {
      this.#otherRows.push(this.#words.length / WORDS)
      this.#otherIds.push(id)
      this.#one.fill(0)
    }
    this.#words.pushAll(this.#one)
  }

  column(): IdColumn {
    return { words: this.#words.taken(), otherRows: Uint32Array.from(this.#otherRows), otherIds: this.#otherIds }
  }
}

/** Whether the id whose words begin at `at` is no UUID. */
const isOther = (words: Uint32Array, at: number): boolean => (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0

/** The id of a row, as it was pushed. */
export function idAt({ words, otherRows, otherIds }: IdColumn, row: number): string {
  const at = WORDS * row
  return isOther(words, at) ? otherIds[placeAmong(otherRows, row)]! : unpacked(words, at)
}

/** Tells of an id its row, or -1. What it looks in is built now. */
export function rowFinder(column: IdColumn): (id: string) => number {
  const { words, otherRows, otherIds } = column
  const named = new Map(otherIds.map((id, i) => [id, otherRows[i]!]))
  // All others would have the hash 0, and each be laid down behind all that came before it.
  const rows = new RowHash(countIds(column), (row) => (isOther(words, WORDS * row) ? null : words[WORDS * row]!))
  const wanted = new Uint32Array(WORDS)
  const isIt = (row: number): boolean => {
    for (let word = 0; word < WORDS; word++) if (words[WORDS * row + word] !== wanted[word]) return false
    return true
  }
  return (id) => (pack(id, wanted) ? rows.find(wanted[0]!, isIt) : (named.get(id) ?? -1))
}

/** The ids in another order of their rows. */
export function idsInOrder({ words, otherRows, otherIds }: IdColumn, order: Uint32Array): IdColumn {
  const others = new Map(otherIds.map((id, i) => [otherRows[i]!, id]))
  const moved = others.size === 0 ? [] : [...order].flatMap((row, at) => (others.has(row) ? [{ at, id: others.get(row)! }] : []))
  return { words: inOrder(words, order, WORDS), otherRows: Uint32Array.from(moved, ({ at }) => at), otherIds: moved.map(({ id }) => id) }
}

/** The rows in the order of a word each, and of their ids where that is the same; as texts are ordered. */
export function idOrder(column: IdColumn, by: CodedColumn): Uint32Array<ArrayBuffer> {
  const { words, otherRows } = column
  const count = countIds(column)
  const places = new Map([...by.values].sort().map((word, rank) => [word, rank]))
  const rankOf = Uint32Array.from(by.values, (word) => places.get(word)!)
  const ranks = by.codes.map((code) => rankOf[code]!)
  if (otherRows.length === 0) return rowOrder(count, [...[3, 2, 1, 0].map((word) => everyFourth(words, word)), ranks])
  const ids = Array.from({ length: count }, (_, row) => idAt(column, row))
  return rowOrder(count, []).sort((a, b) => ranks[a]! - ranks[b]! || (ids[a]! < ids[b]! ? -1 : 1))
}

function everyFourth(words: Uint32Array, first: number): Uint32Array {
  const found = new Uint32Array(words.length / WORDS)
  for (let row = 0; row < found.length; row++) found[row] = words[WORDS * row + first]!
  return found
}
