import { t } from '#shared/i18n/translate.ts'
/** Seconds in the words that fit: `40 s`, `3 min`, `1 h 20 min`. Rounded as coarsely as an estimate deserves. */
export function shownDuration(seconds: number): string {
  if (seconds < 10) return `${String(Math.max(1, Math.round(seconds)))} s`
  if (seconds < 55) return `${String(Math.round(seconds / 5) * 5)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${String(Math.max(1, minutes))} min`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${String(hours)} h` : t('{{hours}} h {{minutes}} min', { hours, minutes: minutes % 60 })
}
