import { Table, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type ClassId } from '#shared/records/ids.ts'
import { areaNote } from '#shared/counts/format.ts'
import { type ReviewColumns } from '#shared/contracts/review.ts'
import { type FinalCount } from '#shared/counts/final.ts'
import { FEWEST_SAMPLED } from '#shared/review/estimate.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { densityRangeText, estimateOf, rangeText, stopOf } from './live-estimate.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { useAnswered, useReview } from './use-review.ts'
import styles from './review.module.css'

/** So long after an answer the estimate is made anew at the latest, milliseconds: it must not hold up the next answer. */
const AFTER = 500

/** What the count will be when all is decided, told from the decisions so far. */
export function EstimatePanel() {
  const final = useEstimate()
  const columns = useReview((state) => state.columns)
  const area = columns?.area ?? null
  const whole = useLabelsImages()
  const nameOf = useClassNames()
  if (!final || final.estimate.items === 0) return null
  const { labels: own, classIds, from, told } = final
  const { sampled, decided, perClass, total, wrong } = final.estimate
  const shown = [
    ...classIds.flatMap((id, at) =>
      own[at]! + perClass[at]!.estimate > 0 ? [{ id, name: nameOf(id), count: perClass[at]!, labels: own[at]! }] : [],
    ),
    { id: 'all', name: t('All'), count: total, labels: own.reduce((sum, value) => sum + value, 0) },
  ]
  return (
    <PanelSection title={t('If you stop now')}>
      {told ? (
        <>
          <MayStop final={final} />
          <Table className={styles['estimate'] ?? ''} aria-label={t('Estimated counts')} withRowBorders={false}>
            <Table.Tbody>
              {shown.map(({ id, name, count, labels }) => (
                <Table.Tr key={id}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>
                    {rangeText(count, labels)}
                    {area !== null && <small>{densityRangeText(count, labels, area)}</small>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {columns !== null && area !== null && (
            <Text size="xs" c="var(--sw-muted)" mt={4} role="note">
              {areaNote({ ...columns, pixels: 0, mm2: area })}
            </Text>
          )}
          <Text size="xs" c="var(--sw-muted)" mt={4}>
            {!whole && countedText(from, columns)}
            {wrong &&
              t('Of {{sampled}} drawn at random {{share}} ({{lower}} to {{upper}}) were rejected or got another class. ', {
                share: percent(wrong.share),
                lower: percent(wrong.interval.lower),
                upper: percent(wrong.interval.upper),
                sampled,
              })}
            {t(
              'In 95 of 100 reviews the final count lies within its range. Objects that the model missed and nobody drew are not counted.',
            )}
          </Text>
        </>
      ) : (
        <NotYet sampled={sampled} decided={decided} />
      )}
    </PanelSection>
  )
}

/** What the estimate is of: of a run in regions with the labels that lie there. */
function countedText(score: number, columns: Pick<ReviewColumns, 'areaOf'> | null): string {
  const from = shownDecimals(score, 2)
  if (columns?.areaOf === 'looked') return t('Predictions from score {{from}} up, and the labels in the regions that the run looked at. ', { from }) // prettier-ignore
  return t('Predictions from score {{from}} up, and all labels. ', { from })
}

/** How many random ones are still to be decided before a count can be told. */
function NotYet({ sampled, decided }: Pick<FinalCount['estimate'], 'sampled' | 'decided'>) {
  return (
    <Text size="xs" c="var(--sw-muted)">
      {t(
        'Once {{fewest}} objects drawn at random are decided ({{sampled}} so far), the expected final count is shown here, with its range.',
        {
          fewest: FEWEST_SAMPLED,
          sampled,
        },
      )}
      {decided >= 100 && sampled < decided / 10 && t(' Decide those that you skipped, too: the count waits for them.')}
    </Text>
  )
}

/** Whether going on would change little; else which class holds it back. */
function MayStop({ final }: { readonly final: FinalCount }) {
  const nameOf = useClassNames()
  const { may, least } = stopOf(final)
  const text = may
    ? t('You may stop: of what the model found, the count of each class is known to within 5 %, or as closely as so few objects allow. What it missed is not in it.')
    : least && t('Go on: the count of {{name}} is the least certain, {{range}}.', { name: nameOf(final.classIds[least]!), range: rangeText(final.estimate.perClass[least]!, final.labels[least]!) }) // prettier-ignore
  if (text === null) return null
  return (
    <Text size="sm" role="status" mb={4}>
      {text}
    </Text>
  )
}

function useClassNames(): (id: ClassId) => string {
  const classes = useDocument(({ tables }) => tables.classes)
  return (id) => classes.get(id)?.name ?? t('object')
}

const percent = (share: number): string => `${shownDecimals(100 * share, share < 0.1 ? 1 : 0)} %`

function useEstimate(): FinalCount | null {
  const { review } = useApp()
  const answered = useAnswered()
  const ranks = useReview((state) => state.ranks)
  const low = useReview((state) => state.low)
  const [estimate, setEstimate] = useState<FinalCount | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    // Answers that follow each other faster do not put it off: what is told would lag behind all of them.
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      setEstimate(estimateOf(review.getState()))
    }, AFTER)
  }, [review, answered, ranks, low])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  return estimate
}
