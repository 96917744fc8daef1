import { SegmentedControl, Stack, Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { RestOffer } from '../panels/rest-offer.tsx'
import { RunChoice } from '../panels/run-choice.tsx'
import { ScoreSlider } from '../panels/score-slider.tsx'
import { type CountState } from './count-store.ts'
import { ExportSection } from './export-section.tsx'
import { ScoreEffect } from './score-effect.tsx'
import { useCount, useCountedRun } from './use-counts.ts'
import styles from './count.module.css'

const KINDS: readonly { readonly value: CountState['kind']; readonly label: string; readonly text: string }[] = [
  { value: 'truth', label: t('Truth'), text: t('What people labelled or accepted.') },
  { value: 'predictions', label: t('Predictions'), text: t('What the model found, whatever people decided.') },
  {
    value: 'corrected',
    label: t('Corrected'),
    text: t('On images that are done, the labels; elsewhere, the labels and the predictions that nobody decided on yet.'),
  },
]

/** Left in Count: what is counted and from which score on, and the export. */
export function CountLeft() {
  const { count } = useApp()
  const kind = useCount((state) => state.kind)
  const run = useCountedRun()
  const shown = run === null ? 'truth' : kind
  return (
    <div className={styles['left']}>
      <PanelSection title={t('Count')}>
        <Stack gap="xs">
          <SegmentedControl
            size="xs"
            orientation="vertical"
            fullWidth
            aria-label={t('What is counted')}
            value={shown}
            data={KINDS.map(({ value, label }) => ({ value, label, disabled: run === null && value !== 'truth' }))}
            onChange={(value) => {
              count.setState({ kind: KINDS.find((one) => one.value === value)?.value ?? 'truth' })
            }}
          />
          <Text size="xs" c="var(--sw-muted)">
            {run === null ? t('Predictions can be counted once a model has predicted.') : KINDS.find(({ value }) => value === shown)?.text}
          </Text>
        </Stack>
      </PanelSection>
      {run !== null && shown !== 'truth' && <Predictions />}
      <ExportSection />
    </div>
  )
}

function Predictions() {
  const { count, stores } = useApp()
  const run = useCountedRun()
  const score = useCount((state) => state.score)
  const whole = useLabelsImages()
  return (
    <PanelSection title={t('Predictions')}>
      <RunChoice value={run} onChange={(chosen) => void stores.actions.chooseRun(chosen)} />
      <RestOffer runId={run} />
      {!whole && (
        <ScoreSlider
          value={score}
          name={t('Score from which is counted')}
          onChange={(value) => {
            count.setState({ score: value })
          }}
        />
      )}
      {run !== null && !whole && <ScoreEffect score={score} />}
    </PanelSection>
  )
}
