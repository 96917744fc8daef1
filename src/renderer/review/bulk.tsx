import { Button, Group, Slider, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useWritable } from '../app/context.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { isOpen, openByRow } from './queue.ts'
import { decideMany } from './review-actions.ts'
import { askedItems } from './review-store.ts'
import { useAnswered, useReview } from './use-review.ts'

/** Many at once: what the model is sure of, in all images that are looked at. */
export function Bulk() {
  const app = useApp()
  const writable = useWritable()
  const [score, setScore] = useState(0.9)
  const items = useReview((state) => state.items)
  const asked = useReview((state) => state.asked)
  const answered = useAnswered()
  const [above, below] = useOpenCounts(score)
  const low = useReview((state) => state.low)
  const decide = (kind: 'accept' | 'reject'): void => {
    const open = askedItems({ items, asked }).filter((item) => item.score >= low && isOpen(item, answered))
    void decideMany(app, kind, open.filter((one) => one.score >= score === (kind === 'accept'))) // prettier-ignore
  }
  return (
    <PanelSection title={t('All at once')}>
      <Text size="xs">{t('In all images of the queue, score {{score}}', { score: shownDecimals(score, 2) })}</Text>
      <Slider
        size="sm"
        label={null}
        min={0}
        max={1}
        step={0.01}
        value={score}
        thumbLabel={t('Score for all at once')}
        onChange={setScore}
      />
      <Group gap="xs" grow mt={8}>
        <Button
          variant="default"
          disabled={!writable || above === 0}
          aria-label={t('Accept {{above}} from this score', { above })}
          onClick={() => {
            decide('accept')
          }}
        >
          {t('Accept {{above}}', { above })}
        </Button>
        <Button
          variant="default"
          disabled={!writable || below === 0}
          aria-label={t('Reject {{below}} below this score', { below })}
          onClick={() => {
            decide('reject')
          }}
        >
          {t('Reject {{below}}', { below })}
        </Button>
      </Group>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('Accepts from the score up, rejects below it. One undo takes all of it back.')}
      </Text>
    </PanelSection>
  )
}

/** How many open predictions have a score or more, and how many less, of those from the queue's lowest score up: what is never asked about is not decided on by the dozen. */
function useOpenCounts(score: number): readonly [number, number] {
  const asked = useReview((state) => state.asked)
  const answered = useAnswered()
  const columns = useReview((state) => state.columns)
  const low = useReview((state) => state.low)
  return useMemo(() => {
    if (columns === null) return [0, 0]
    const isOpenRow = openByRow(columns, answered)
    const counts: [number, number] = [0, 0]
    for (const [row, ask] of asked.entries())
      if (ask === 1 && columns.scores[row]! >= low && isOpenRow(row)) counts[columns.scores[row]! >= score ? 0 : 1]++
    return counts
  }, [columns, asked, answered, score, low])
}
