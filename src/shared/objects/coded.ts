import { z } from 'zod'

/** Words that repeat: each different one once, and its place for every row. */
export interface CodedColumn {
  readonly values: readonly string[]
  readonly codes: Uint32Array<ArrayBuffer>
}

export const codedColumn = z
  .object({ values: z.array(z.string()), codes: z.instanceof(Uint32Array) })
  .refine(
    ({ values, codes }) => codes.every((code) => code < values.length),
    'A code stands for no value',
  ) as unknown as z.ZodType<CodedColumn>

/** Collects a column of words row by row. */
export class WordColumn {
  readonly #codeOf = new Map<string, number>()
  readonly #codes: number[] = []

  push(word: string): void {
    let code = this.#codeOf.get(word)
    if (code === undefined) this.#codeOf.set(word, (code = this.#codeOf.size))
    this.#codes.push(code)
  }

  column(): CodedColumn {
    return { values: [...this.#codeOf.keys()], codes: Uint32Array.from(this.#codes) }
  }
}

/** The word of a row. */
export const wordAt = ({ values, codes }: CodedColumn, row: number): string => values[codes[row]!]!
