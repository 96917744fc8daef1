import { SHIFT_TITLES } from '#shared/color-domain.ts'
import { type DomainCheck } from '#shared/contracts/domain.ts'
import { FEATURE_SHIFTS } from '#shared/feature-domain.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type Label, t, translated } from '#shared/i18n/translate.ts'

/** How many images are unlike what was learned from, and in which ways; empty where none is. */
export function domainText({ model, colors, features }: DomainCheck): string {
  const count = new Set([...colors.far, ...features.far].map(({ image }) => image)).size
  if (count === 0) return ''
  const how = [
    ...(colors.far.length === 0
      ? []
      : [
          t('{{count}} in colour ({{words}})', {
            count: colors.far.length,
            words: words(colors.far.map(({ shift }) => SHIFT_TITLES[shift])),
          }),
        ]),
    ...(features.far.length === 0
      ? []
      : [
          t('{{count}} in what they show ({{words}})', {
            count: features.far.length,
            words: words(features.far.map(({ shift }) => FEATURE_SHIFTS[shift])),
          }),
        ]),
  ]
  return t(
    '{{count}} of {{compared}} images look unlike those that {{model}} learned from: {{how}}. It may miss things there, or find what is not there: look at some of them before you rely on it.',
    { count, compared: shownNumber(Math.max(colors.compared, features.compared)), model: heard(model), how: how.join(', ') },
  )
}

/** Each word once, the most frequent first. */
function words(labels: readonly Label[]): string {
  const counts = new Map<Label, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([label]) => translated(label)).join(', ') // prettier-ignore
}
