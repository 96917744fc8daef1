import { useEffect, useState } from 'react'
import { SHIFT_TITLES } from '#shared/color-domain.ts'
import { type DomainCheck } from '#shared/contracts/domain.ts'
import { type PredictRequest } from '#shared/contracts/work.ts'
import { FEATURE_SHIFTS } from '#shared/feature-domain.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type Label, t, translated } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { DomainExamples } from './domain-examples.tsx'
import { WarningLine } from './warning-line.tsx'

interface DomainNoteProps {
  readonly modelId: PredictRequest['modelId']
  readonly joins?: PredictRequest['joins']
}

interface Told {
  readonly text: string
  readonly examples: DomainCheck['examples']
}

const NOTHING: Told = { text: '', examples: { far: [], near: [] } }

/**
 * Stands where a prediction is started: how many of its images look unlike those that its models learned from, with examples. Nothing where none
 * does. Of colours it tells at once, of what the images show as soon as that was looked at.
 */
export function DomainNote({ modelId, joins = null }: DomainNoteProps) {
  const { stores } = useApp()
  const images = useDocument((state) => state.images.length)
  const [{ text, examples }, setTold] = useState(NOTHING)
  useEffect(() => {
    let wanted = true
    setTold(NOTHING)
    const tell = (told: Told): void => {
      if (wanted) setTold(told)
    }
    const { work } = stores.clients
    const request = { modelId, joins, rest: joins !== null }
    const ask = async (): Promise<void> => {
      tell({ ...NOTHING, text: heard(await work.domainNote(request)) })
      const found = await work.domainCheck(request)
      tell({ text: domainText(found), examples: found.examples })
    }
    // A note that cannot be made stops nobody from predicting.
    ask().catch(() => undefined)
    return () => {
      wanted = false
    }
  }, [stores, modelId, joins, images])
  if (text === '') return null
  return (
    <>
      <WarningLine size="xs" text={text} />
      <DomainExamples {...examples} />
    </>
  )
}

/** How many images are unlike what was learned from, and in which ways; empty where none is. */
function domainText({ model, colors, features }: DomainCheck): string {
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
