/** Something that is read part by part: after each part other work may come between. */
export type InParts<T> = Generator<void, T>

/** Rows of a part: main then does nothing else for some ten milliseconds. */
export const PART = 4000

/** All parts at once. */
export function atOnce<T>(parts: InParts<T>): T {
  let next = parts.next()
  while (next.done !== true) next = parts.next()
  return next.value
}

interface Reading<T> {
  /** Begins the reading. */
  readonly begin: () => InParts<T>
  /** Another number whenever what is read may have changed. */
  readonly version: () => number
  /** Lets other work come between. */
  readonly pause?: () => Promise<void>
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Readings that a change came into, before one is made at once. */
const TRIES = 3

/**
 * Reads part by part and lets other work come between, so that pictures and edits do not wait for a million rows. What is given back is one state:
 * where a change came between, the reading begins anew, so every change that is told later is one that it does not hold yet.
 */
export async function inTurns<T>({ begin, version, pause = nextTurn }: Reading<T>): Promise<T> {
  for (let i = 0; i < TRIES; i++) {
    const [before, parts] = [version(), begin()]
    do {
      const next = parts.next()
      if (next.done === true) return next.value
      await pause()
    } while (version() === before)
  }
  return atOnce(begin())
}
