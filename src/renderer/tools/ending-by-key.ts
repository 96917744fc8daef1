import { type Stores } from '../state/stores.ts'
import { isOutlining } from './outline-gesture.ts'
import { type ToolDriver } from './tool-driver.ts'

/** Milliseconds after the end of a drawing in which Enter means that end still, and nothing else. */
export const STILL_ENDING = 600

interface Ending {
  /** Ends what is being drawn; true where Enter is used up by that. */
  readonly finishing: () => boolean
  readonly stop: () => void
}

/**
 * What Enter does first on the canvas. One that ended a polygon or an outline may come twice, by a hand that was not sure of it or that waited for
 * the answer: the second one shall not call the image done and turn to the next. `now`: milliseconds of a clock that never goes back.
 */
export function endingByKey({ gesture }: Pick<Stores, 'gesture'>, driver: Pick<ToolDriver, 'finish'>, now: () => number): Ending {
  let ended = -Infinity
  // An outline that was still being looked for ends by itself, some time after Enter.
  const stop = gesture.subscribe((state, before) => {
    if (before.gesture.kind === 'outline' && before.gesture.ending && !isOutlining(state.gesture)) ended = now()
  })
  return {
    stop,
    finishing: () => {
      const { kind } = gesture.getState().gesture
      const finished = driver.finish()
      // What arrow keys moved is kept, and was no drawing: Enter means the image.
      if (kind === 'nudge') return false
      if (finished) ended = now()
      return finished || now() - ended < STILL_ENDING
    },
  }
}
