import { t } from '#shared/i18n/translate.ts'
/** Seconds in the words that fit: `40 s`, `3 min`, `1 h 20 min`. Rounded as coarsely as an estimate deserves. */
export function shownDuration(seconds: number): string {
  if (seconds < 10) return t('{{seconds}} s', { seconds: Math.max(1, Math.round(seconds)) })
  if (seconds < 55) return t('{{seconds}} s', { seconds: Math.round(seconds / 5) * 5 })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return t('{{minutes}} min', { minutes: Math.max(1, minutes) })
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? t('{{hours}} h', { hours }) : t('{{hours}} h {{minutes}} min', { hours, minutes: minutes % 60 })
}
