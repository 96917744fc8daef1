import { toErrorInfo, type ErrorInfo, withStop } from '#shared/errors.ts'

/** Exit codes that scripts rely on: done, failed, wrong use. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** Where a command writes: results to stdout, progress and errors to stderr. With `json` the last line of stdout is one JSON object. */
export interface Output {
  readonly json: boolean
  /** Human-readable lines; silent with --json. */
  say(line: string): void
  /** A line that tells of a step of long work; with --json on stderr. */
  step(line: string): void
  /** What a person should know before it is done; on stderr, with --json too. */
  warn(line: string): void
  /** The command's result; with --json the one line that scripts read. */
  result(value: unknown): void
  fail(thrown: unknown): void
}

export function makeOutput(json: boolean): Output {
  return {
    json,
    say(line) {
      if (!json) process.stdout.write(line + '\n')
    },
    step(line) {
      ;(json ? process.stderr : process.stdout).write(line + '\n')
    },
    warn(line) {
      process.stderr.write(line + '\n')
    },
    result(value) {
      if (json) process.stdout.write(JSON.stringify(value) + '\n')
    },
    fail(thrown) {
      const error = toErrorInfo(thrown)
      process.stderr.write(`slidewright: ${sentence(error)}\n`)
      if (json) process.stdout.write(JSON.stringify({ error }) + '\n')
      if (error.code === 'internal' && process.env['SLIDEWRIGHT_DEBUG'] && thrown instanceof Error)
        process.stderr.write(`${thrown.stack ?? ''}\n`)
    },
  }
}

/** One line that says what happened and what to do. */
function sentence(error: ErrorInfo): string {
  return (error.hint ? `${withStop(error.message)} ${error.hint}` : error.message).replace(/\s+/g, ' ')
}

interface Problem {
  readonly file: string
  readonly what: string
}

/** A file that was left out as a whole, and why. */
export const leftOutLine = ({ file, what }: Problem): string => `left out: ${file}: ${what}`

/** What an import says of a file: left out as a whole, or what was left out or changed of it. */
export function problemLine(problem: Problem & { readonly leftOut?: boolean | undefined }): string {
  return problem.leftOut === true ? leftOutLine(problem) : `${problem.file}: ${problem.what}`
}

/** A score of 0 to 1, or a dash where there is none: COCO's figures are -1 where nothing was there to be found. */
export function figure(value: unknown): string {
  return typeof value === 'number' && value >= 0 ? value.toFixed(3) : '–'
}

/** A table of figures: names first, to the left; under each heading its figures, to the right. */
export function figures(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) => width(column))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A table with columns as wide as their widest cell; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)))
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((cell, i) => (typeof cell === 'number' ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}
