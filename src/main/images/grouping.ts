import vm from 'node:vm'
import { AppError } from '#shared/errors.ts'
import { type ImageOrigin, LONGEST_PATTERN, ORIGIN_FACTS, type OriginPatterns, PATTERN_OF } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'

const LONGEST_NAME = 512
/** Milliseconds for all names together: a pattern that needs more backtracks without end. */
const TIME = 1000

/**
 * What (a patient, a slide, a group) a regular expression reads out of each file name: its first group where that took part, else the whole
 * match; null where the name does not match, or what matches is nothing.
 *
 * Patterns come from people and command lines. They are run under a clock, since some (`(a+)+$`) would stop the app for hours; the time limit of
 * a vm script ends a match midway.
 * @throws AppError `bad-pattern`.
 */
export function groupsOf(names: readonly string[], pattern: string): (string | null)[] {
  if (pattern.length > LONGEST_PATTERN) throw bad(pattern, `is longer than ${LONGEST_PATTERN} letters`)
  checkSyntax(pattern)
  const given = { pattern, names: names.map((name) => name.slice(0, LONGEST_NAME)) }
  try {
    // Strings in, one string out: nothing of the other context is handed on.
    const out = vm.runInNewContext(SCRIPT, { given: JSON.stringify(given) }, { timeout: TIME }) as string
    return (JSON.parse(out) as unknown[]).map((group) => (typeof group === 'string' && group !== '' ? group : null))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw bad(pattern, 'takes too long on these names', thrown)
    throw thrown
  }
}

const SCRIPT = `
  const { names, pattern } = JSON.parse(given)
  const expression = new RegExp(pattern)
  JSON.stringify(names.map((name) => {
    const match = expression.exec(name)
    return match === null ? null : (match[1] ?? match[0])
  }))
`

function checkSyntax(pattern: string): void {
  try {
    new RegExp(pattern)
  } catch (thrown) {
    throw bad(pattern, `is no regular expression (${thrown instanceof Error ? thrown.message.split(': ').at(-1) : ''})`, thrown)
  }
}

function bad(pattern: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'bad-pattern',
    `The pattern ${pattern.slice(0, 60)} ${what}.`,
    'Try a simpler one: ^([^_]+)_ takes what stands before the first underscore.',
    cause,
  )
}

/** The facts that patterns read out of file names, one answer a name: a fact without a pattern is left out, one that a name does not tell is null. Throws AppError `bad-pattern`. */
export function originsOf(names: readonly string[], patterns: OriginPatterns): Partial<ImageOrigin>[] {
  const read = ORIGIN_FACTS.flatMap((fact) => {
    const pattern = patterns[PATTERN_OF[fact]] ?? null
    return pattern === null ? [] : [[fact, groupsOf(names, pattern)] as const]
  })
  return names.map((_, i) => Object.fromEntries(read.map(([fact, found]) => [fact, found[i]!])))
}

/**
 * The images with the facts that patterns read out of their names; where there is no pattern they are as they were. Where a name does not fit, a group is none,
 * as it ever was, but a patient or slide that somebody said stays: who drops it parts what belongs together. Throws AppError `bad-pattern`.
 */
export function withOrigins(images: readonly ImageRecord[], patterns: OriginPatterns): ImageRecord[] {
  const read = originsOf(
    images.map(({ name }) => name),
    patterns,
  )
  return images.map((image, i) => {
    const told = read[i]!
    return { ...image, ...told, patient: told.patient ?? image.patient, slide: told.slide ?? image.slide }
  })
}
