import { Checkbox, Group, Loader, Progress, RangeSlider, SegmentedControl, Select, Slider, Stack, Text } from '@mantine/core'
import { useMemo, useRef } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { useKeyOf } from '../state/context.tsx'
import { RestOffer } from '../panels/rest-offer.tsx'
import { RunChoice } from '../panels/run-choice.tsx'
import { Hint } from '../hint/hint.tsx'
import { askRun } from './look-actions.ts'
import { AskedAbout, useLooks } from './look-panel.tsx'
import { paceText } from './pace.ts'
import { useReaders } from './readers-panel.tsx'
import { isByUse, tally, type QueueOrder } from './queue.ts'
import { readRun } from './review-actions.ts'
import { useAnswered, useReview } from './use-review.ts'

const ORDERS: readonly { readonly value: QueueOrder; readonly label: string }[] = [
  { value: 'help', label: t('Most useful first') },
  { value: 'doubt', label: t('Most uncertain first') },
  { value: 'random', label: t('At random') },
  { value: 'image', label: t('Image by image') },
]

/** Which predictions are asked about, and in which order. */
export function QueuePanel() {
  const app = useApp()
  const { review } = app
  const order = useReview((state) => state.order)
  const runId = useReview((state) => state.runId)
  const doneToo = useReview((state) => state.doneToo)
  const whole = useLabelsImages()
  const looks = useLooks((state) => state.on)
  const looking = useReaders((state) => state.on) || looks
  const list = useRef<HTMLInputElement>(null)
  return (
    <PanelSection title={t('Queue')}>
      <Stack gap="xs">
        <AskedAbout />
        <RunChoice
          value={runId}
          onChange={(run) => {
            askRun(app, run)
          }}
        />
        {!looking && (
          <>
            <RestOffer runId={runId} />
            <Select
              size="xs"
              aria-label={t('Order of the queue')}
              allowDeselect={false}
              value={order}
              data={ORDERS}
              ref={list}
              onChange={(value) => {
                review.configure({ order: value as QueueOrder })
                // Keys answer the question again, not the list.
                list.current?.blur()
              }}
            />
            {!whole && <Closeness />}
            {!whole && (isByUse({ order }) ? <LowestScore /> : <ScoreRange />)}
            {!whole && (
              <Checkbox
                size="xs"
                label={t('Also images that are done')}
                checked={doneToo}
                onChange={(event) => {
                  readRun(app, runId, event.currentTarget.checked)
                  event.currentTarget.blur()
                }}
              />
            )}
          </>
        )}
      </Stack>
    </PanelSection>
  )
}

/** How much of its surroundings an object is shown with. */
function Closeness() {
  const { review } = useApp()
  const context = useReview((state) => state.context)
  const gallery = useReview((state) => state.gallery)
  const key = useKeyOf('review.context')
  return (
    <Hint label={t('How much is seen around the object  {{key}}', { key })}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('How an object is shown')}
        disabled={gallery}
        value={context ? 'context' : 'close'}
        data={[
          { value: 'close', label: t('Close up') },
          { value: 'context', label: t('In context') },
        ]}
        onChange={(value) => {
          review.setState({ context: value === 'context' })
        }}
      />
    </Hint>
  )
}

function LowestScore() {
  const { review } = useApp()
  const low = useReview((state) => state.low)
  return (
    <>
      <Text size="xs">{t('Scores from {{low}}', { low: shownDecimals(low, 2) })}</Text>
      <Slider
        size="sm"
        label={null}
        min={0}
        max={1}
        step={0.01}
        value={low}
        thumbLabel={t('Lowest score')}
        onChange={(from) => {
          review.configure({ low: from })
        }}
      />
    </>
  )
}

function ScoreRange() {
  const { review } = useApp()
  const low = useReview((state) => state.low)
  const high = useReview((state) => state.high)
  return (
    <>
      <Text size="xs">{t('Scores {{low}} to {{high}}', { low: shownDecimals(low, 2), high: shownDecimals(high, 2) })}</Text>
      <RangeSlider
        size="sm"
        label={null}
        min={0}
        max={1}
        step={0.01}
        minRange={0.01}
        value={[low, Math.max(low + 0.01, high)]}
        thumbFromLabel={t('Lowest score')}
        thumbToLabel={t('Highest score')}
        onChange={([from, to]) => {
          review.configure({ low: from, high: to })
        }}
      />
    </>
  )
}

/** How far the review is, how fast it goes, and how long the rest would take. */
export function ProgressPanel() {
  const rows = useReview((state) => state.rows)
  const answered = useAnswered()
  const columns = useReview((state) => state.columns)
  // Not in a selector: those run at every change of anything.
  const { open, decided: done } = useMemo(
    () => (columns === null ? { open: 0, decided: 0 } : tally(rows, columns, answered)),
    [rows, columns, answered],
  )
  const total = open + done
  const reading = useReview((state) => state.reading)
  const times = useReview((state) => state.times)
  return (
    <PanelSection title={t('Progress')}>
      <Group justify="space-between">
        <Text role="status" aria-label={t('Review progress')}>
          {t('{{done}} of {{total}}', { done, total })}
        </Text>
        {reading && (
          <Group gap={4}>
            <Loader size={12} color="gray" />
            <Text size="xs" c="var(--sw-muted)">
              {t('reading')}
            </Text>
          </Group>
        )}
      </Group>
      <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={t('Reviewed')} mt={4} />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {paceText(times, open)}
      </Text>
    </PanelSection>
  )
}
