import { t } from '#shared/i18n/translate.ts'
import { shownDate } from '#shared/i18n/formats.ts'

const DAY = 86_400_000

/** A moment as people tell it: the time today, "yesterday", else the date. `iso` is ISO 8601, `now` milliseconds since 1970. */
export function shownMoment(iso: string, now: number): string {
  const then = new Date(iso)
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  if (then.getTime() >= midnight) return shownDate(then, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  if (then.getTime() >= midnight - DAY) return t('yesterday')
  return shownDate(then, { year: 'numeric', month: 'short', day: 'numeric' })
}
