import { z } from 'zod'
import { Growing } from './growing.ts'
import { inOrder } from './row-order.ts'

/** Words that repeat: each different one once, and its place for every row. */
export interface CodedColumn {
  readonly values: readonly string[]
  readonly codes: Uint32Array<ArrayBuffer>
}

export const codedColumn = z
  .object({ values: z.array(z.string()), codes: z.instanceof(Uint32Array) })
  .refine(
    ({ values, codes }) => codes.length === 0 || largest(codes) < values.length,
    'A code stands for no value',
  ) as unknown as z.ZodType<CodedColumn>

function largest(codes: Uint32Array): number {
  let most = 0
  for (const code of codes) if (code > most) most = code
  return most
}

/** Collects a column of words row by row. */
export class WordColumn {
  readonly #codeOf = new Map<string, number>()
  readonly #codes = new Growing(new Uint32Array(256))
  #last = { word: '', code: -1 }

  push(word: string): void {
    // Mostly the word of the row before, which is told sooner than it is looked up.
    if (this.#last.code < 0 || word !== this.#last.word) this.#last = { word, code: this.#code(word) }
    this.#codes.push(this.#last.code)
  }

  column(): CodedColumn {
    return { values: [...this.#codeOf.keys()], codes: this.#codes.taken() }
  }

  #code(word: string): number {
    const code = this.#codeOf.get(word) ?? this.#codeOf.size
    this.#codeOf.set(word, code)
    return code
  }
}

/** The word of a row. */
export const wordAt = ({ values, codes }: CodedColumn, row: number): string => values[codes[row]!]!

/** A column with its rows in another order. */
export const codedInOrder = ({ values, codes }: CodedColumn, order: Uint32Array): CodedColumn => ({ values, codes: inOrder(codes, order) })
