import { setImmediate } from 'node:timers/promises'
import type { Steps } from '#shared/steps.ts'

/** Milliseconds of work after which others, who wait for main too, have their turn: a stroke that is to be stored above all. */
const TURN = 12

/** For work that goes on: `await turn()` often, and others wait no longer than a turn. */
export function turns(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < TURN) return
    await setImmediate()
    since = performance.now()
  }
}

/** Does long work with turns for others between its steps. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  const turn = turns()
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    await turn()
  }
}
