import { Table, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { FEWEST_SAMPLED, type ReviewEstimate } from '#shared/review/estimate.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { densityRangeText, estimateOf, mayStop, rangeText } from './live-estimate.ts'
import { useReview } from './use-review.ts'
import styles from './review.module.css'

/** So long after an answer the estimate is made anew, milliseconds: it must not hold up the next answer. */
const AFTER = 500

/** What the count will be when all is decided, told from the decisions so far. */
export function EstimatePanel() {
  const estimate = useEstimate()
  const columns = useReview((state) => state.columns)
  const classes = useDocument(({ tables }) => tables.classes)
  if (!estimate || !columns || estimate.items === 0) return null
  const { sampled, decided, items, perClass, total, wrong } = estimate
  const enough = sampled >= FEWEST_SAMPLED || decided === items
  const labelled = columns.labels.reduce((sum, value) => sum + value, 0)
  const shown = [
    ...columns.classIds.flatMap((id, at) =>
      columns.labels[at]! + perClass[at]!.estimate > 0
        ? [{ id, name: classes.get(id)?.name ?? 'object', count: perClass[at]!, labels: columns.labels[at]! }]
        : [],
    ),
    { id: 'all', name: t('All'), count: total, labels: labelled },
  ]
  return (
    <PanelSection title={t('If you stop now')}>
      {enough ? (
        <>
          <MayStop estimate={estimate} labels={labelled} />
          <Table className={styles['estimate'] ?? ''} aria-label={t('Estimated counts')} withRowBorders={false}>
            <Table.Tbody>
              {shown.map(({ id, name, count, labels }) => (
                <Table.Tr key={id}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>
                    {rangeText(count, labels)}
                    {columns.area !== null && <small>{densityRangeText(count, labels, columns.area)}</small>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Text size="xs" c="var(--sw-muted)" mt={4}>
            {wrong &&
              t('The model was wrong on {{share}} ({{lower}} to {{upper}}) of {{sampled}} drawn at random. ', {
                share: percent(wrong.share),
                lower: percent(wrong.interval.lower),
                upper: percent(wrong.interval.upper),
                sampled,
              })}
            {t('Ranges hold the final count in 95 of 100 reviews. What the model did not propose and nobody drew is in none of them.')}
          </Text>
        </>
      ) : (
        <Text size="xs" c="var(--sw-muted)">
          {t('After {{fewest}} random ones ({{sampled}} so far) the count that is to be expected stands here, with its range.', {
            fewest: FEWEST_SAMPLED,
            sampled,
          })}
          {decided >= 100 && sampled < decided / 10 && t(' A skipped one holds it back.')}
        </Text>
      )}
    </PanelSection>
  )
}

function MayStop({ estimate, labels }: { readonly estimate: ReviewEstimate; readonly labels: number }) {
  if (!mayStop(estimate, labels)) return null
  return (
    <Text size="sm" role="status" mb={4}>
      {t('You may stop: the count is known to 5 %.')}
    </Text>
  )
}

const percent = (share: number): string => `${shownDecimals(100 * share, share < 0.1 ? 1 : 0)} %`

function useEstimate(): ReviewEstimate | null {
  const { review } = useApp()
  const answers = useReview((state) => state.answers)
  const ranks = useReview((state) => state.ranks)
  const finished = useReview((state) => state.finished)
  const low = useReview((state) => state.low)
  const [estimate, setEstimate] = useState<ReviewEstimate | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => {
      setEstimate(estimateOf(review.getState()))
    }, AFTER)
    return () => {
      clearTimeout(timer)
    }
  }, [review, answers, ranks, finished, low])
  return estimate
}
