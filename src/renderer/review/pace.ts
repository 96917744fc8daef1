import { t } from '#shared/i18n/translate.ts'
import { shownDuration } from '../app/durations.ts'

/** Answers, and seconds of work, that a pace is told from at least. */
const FEWEST = 5
const LEAST_WORK = 60
/** A pause of more than this is no time that a decision takes, milliseconds. */
const PAUSE = 60_000

/** Seconds that a decision takes, from when the last ones were given (milliseconds): the mean of the steps, pauses left out. Null before there are a few, and a minute of work. */
export function secondsEach(times: readonly number[]): number | null {
  const steps = times
    .slice(1)
    .map((time, at) => time - times[at]!)
    .filter((step) => step <= PAUSE)
  const work = steps.reduce((sum, step) => sum + step, 0) / 1000
  return steps.length < FEWEST - 1 || work < LEAST_WORK ? null : work / steps.length
}

/** How fast it goes and how long the rest would take, in words; empty before that can be told. */
export function paceText(times: readonly number[], left: number): string {
  const each = secondsEach(times)
  if (each === null || left <= 0) return ''
  return t('{{rate}} a minute, about {{duration}} for all that are left', {
    rate: Math.max(1, Math.round(60 / Math.max(each, 0.1))),
    duration: shownDuration(left * each),
  })
}
