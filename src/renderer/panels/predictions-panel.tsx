import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import { type RunId } from '#shared/records/ids.ts'
import { resultNotes } from '#shared/records/prediction.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { predictRest } from '../app/app-commands.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { useUnseen } from '../app/use-unseen.ts'
import { useKeyOf } from '../state/context.tsx'
import { coveredRows, idsOf, openRows, type OpenRows } from '../review/open-rows.ts'
import { Hint } from '../hint/hint.tsx'
import { PanelSection } from './panel-section.tsx'
import { RunChoice } from './run-choice.tsx'
import { ScoreSlider } from './score-slider.tsx'

/** The guesses of a run on the open image: which are shown, and what to do with all of them. */
export function PredictionsPanel() {
  const hasRun = useDocument(({ runs }) => runs.length > 0)
  const { stores } = useApp()
  const runId = useStore(stores.predictions, (state) => state.runId)
  if (!hasRun) return null
  return (
    <PanelSection title={t('Predictions')} actions={<HideButton />}>
      <RunChoice value={runId} onChange={(run) => void stores.actions.chooseRun(run)} />
      <ThresholdSlider />
      <Unseen runId={runId} />
      <Notes />
    </PanelSection>
  )
}

/** What to do with the predictions here; where the run has not looked at this image, that it may do so now. */
function Unseen({ runId }: { readonly runId: RunId | null }) {
  const app = useApp()
  const writable = useWritable()
  const imageId = useDocument((state) => state.imageId)
  const unseen = useUnseen(runId)
  if (runId === null || imageId === null || !unseen.includes(imageId)) return <Decisions />
  const others = unseen.length - 1
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" my={4} role="status" aria-label={t('Predictions shown')}>
        {t('This run has not looked at this image.')}
      </Text>
      <Group gap="xs" grow>
        <Button variant="default" disabled={!writable} onClick={() => void predictRest(app, runId, [imageId])}>
          {t('Predict here')}
        </Button>
        {others > 0 && (
          <Button variant="default" disabled={!writable} onClick={() => void predictRest(app, runId, null)}>
            {t('All {{count}} new', { count: unseen.length })}
          </Button>
        )}
      </Group>
    </>
  )
}

/** What explains the number of predictions on this image. */
function Notes() {
  const { stores } = useApp()
  const result = useStore(stores.maps, (state) => state.result)
  return (result === null ? [] : resultNotes(result)).map(heard).map((note) => (
    <Text key={note} size="xs" c="var(--sw-muted)" mt={4} role="note">
      {note}
    </Text>
  ))
}

function HideButton() {
  const { stores } = useApp()
  const shown = useStore(stores.display, ({ predictions }) => predictions)
  const key = useKeyOf('layer.predictions')
  return (
    <Hint label={t(shown ? 'Hide predictions  {{key}}' : 'Show predictions  {{key}}', { key })}>
      <ActionIcon aria-label={t('Show predictions')} aria-pressed={shown} onClick={() => stores.commands.run('layer.predictions')}>
        {shown ? <IconEye size={16} /> : <IconEyeOff size={16} />}
      </ActionIcon>
    </Hint>
  )
}

export function ThresholdSlider() {
  const { stores } = useApp()
  const threshold = useStore(stores.predictions, (state) => state.threshold)
  return <ScoreSlider value={threshold} name={t('Score threshold')} onChange={stores.predictions.setThreshold} />
}

function useOpenRows(): OpenRows {
  const { stores } = useApp()
  const predictions = useStore(stores.predictions, (state) => state.predictions)
  const threshold = useStore(stores.predictions, (state) => state.threshold)
  const decided = useDocument((state) => state.decided)
  // The numbers may come a moment after the canvas: a stroke does not wait for them.
  const annotations = useDeferredValue(useDocument(({ tables }) => tables.annotations))
  const covered = useMemo(() => coveredRows(predictions, annotations), [predictions, annotations])
  const passes = useStore(stores.scene, (state) => state.passes)
  return useMemo(() => openRows(predictions, covered, decided, threshold, passes), [predictions, covered, decided, threshold, passes])
}

function Decisions() {
  const { stores } = useApp()
  const writable = useWritable()
  const { above, below, covered } = useOpenRows()
  const decide = (kind: 'accept' | 'reject', rows: OpenRows['above']) => async (): Promise<void> => {
    const done = await stores.actions.decide({ predictions: idsOf(rows), kind, to: null })
    if (done.length > 0)
      stores.messages.done(
        t(kind === 'accept' ? 'Accepted {{count}} predictions' : 'Rejected {{count}} predictions', { count: done.length }),
        true,
      )
  }
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" my={4} role="status" aria-label={t('Predictions shown')}>
        {t('{{shown}} shown, {{below}} below the score', { shown: above.length + covered, below: below.length })}
        {covered > 0 && t('; {{covered}} show what is labelled already', { covered })}
      </Text>
      <Group gap="xs" grow>
        <Button
          variant="default"
          disabled={!writable || above.length === 0}
          aria-label={t('Accept {{above}} at or above the score', { above: above.length })}
          title={t('Accepts those that are shown')}
          onClick={() => void decide('accept', above)()}
        >
          {t('Accept {{above}}', { above: above.length })}
        </Button>
        <Button
          variant="default"
          disabled={!writable || below.length === 0}
          aria-label={t('Reject {{below}} below the score', { below: below.length })}
          title={t('Rejects those below the score, which are not shown')}
          onClick={() => void decide('reject', below)()}
        >
          {t('Reject {{below}}', { below: below.length })}
        </Button>
      </Group>
    </>
  )
}
