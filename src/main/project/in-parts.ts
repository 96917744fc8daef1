import { setImmediate } from 'node:timers/promises'
import { atOnce, type Steps } from '#shared/steps.ts'

/** Rows of a step of reading: main then does nothing else for some ten milliseconds. */
export const PART = 4000

interface Reading<T> {
  /** Begins the reading. */
  readonly begin: () => Steps<T>
  /** Another number whenever what is read may have changed. */
  readonly version: () => number
}

/** Readings that a change came into, before one is made at once. */
const TRIES = 3

/**
 * Reads part by part and lets other work come between, so that pictures and edits do not wait for a million rows. What is given back is one state:
 * where a change came between, the reading begins anew, so every change that is told later is one that it does not hold yet.
 */
export async function inParts<T>({ begin, version }: Reading<T>): Promise<T> {
  for (let i = 0; i < TRIES; i++) {
    const [before, parts] = [version(), begin()]
    do {
      const next = parts.next()
      if (next.done === true) return next.value
      await setImmediate()
    } while (version() === before)
  }
  return atOnce(begin())
}
