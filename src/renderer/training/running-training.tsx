import { Button, Group, Progress, Text, Title } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react'
import { type JobView } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { backendTitle } from '../app/engine-state.tsx'
import { FoldBars, foldText } from './fold-bars.tsx'
import { SampleStrip } from './sample-strip.tsx'
import { TrainingCurves } from './training-curves.tsx'
import styles from './training.module.css'

const STATES = {
  waiting: t('Waits for its turn'),
  preparing: t('Prepares images'),
  running: t('Trains'),
  paused: t('Paused'),
  validating: t('Validates'),
  saving: t('Saves'),
} as const

function stateText({ progress, folds }: JobView): string {
  const state = progress?.state ?? 'waiting'
  return state === 'running' && folds?.doing === 'predict' ? t('Judges what it has not seen') : STATES[state]
}

/** A training while it runs: how far, how well, what the net sees now, and how to stop it. */
export function RunningTraining({ job }: { readonly job: JobView }) {
  const { progress } = job
  const share = Math.round(100 * (progress?.fraction ?? 0))
  return (
    <>
      <Group justify="space-between">
        <Title order={2}>{heard(job.title)}</Title>
        <Controls job={job} />
      </Group>
      <div>
        {job.folds ? <FoldBars folds={job.folds} share={share} /> : <Progress value={share} aria-label={t('Training progress')} />}
        <Group justify="space-between" mt={4}>
          <Text size="sm" role="status">
            {job.folds && `${foldText(job.folds)} · `}
            {stateText(job)}, {share} %
          </Text>
          <Text size="sm" c="var(--sw-muted)">
            {progress?.secondsLeft == null
              ? t('time left is measured')
              : t('{{duration}} left', { duration: shownDuration(progress.secondsLeft) })}
          </Text>
        </Group>
      </div>
      <Figures job={job} />
      <TrainingCurves curves={job.curves} best={null} />
      <SampleStrip job={job} />
      <Text size="xs" c="var(--sw-muted)">
        {job.folds
          ? t(
              'Cancelling keeps the folds that are done and the checkpoint of the one under way: the training can go on from there or be given up. Labels and earlier models are not touched.',
            )
          : t(
              'Stopping keeps the best model so far. Cancelling keeps no model, but its checkpoint stays: the training can go on from there or be given up. Labels and earlier models are not touched.',
            )}
      </Text>
    </>
  )
}

function Controls({ job }: { readonly job: JobView }) {
  const { stores } = useApp()
  const { work } = stores.clients
  const { id } = job
  const call = (doing: string, run: () => Promise<unknown>) => (): void => {
    run().catch((thrown: unknown) => {
      stores.messages.failed(doing, thrown)
    })
  }
  const paused = job.status === 'paused'
  return (
    <Group gap="xs">
      {paused ? (
        <Button variant="default" leftSection={<IconPlayerPlay size={14} />} onClick={call(t('Resume'), () => work.resume({ id }))}>
          {t('Resume')}
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconPlayerPause size={14} />} onClick={call(t('Pause'), () => work.pause({ id }))}>
          {t('Pause')}
        </Button>
      )}
      {!job.folds && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={14} />}
          onClick={call(t('Stop'), () => work.cancel({ id, keep: true }))}
        >
          {t('Stop and keep best')}
        </Button>
      )}
      <Button variant="default" leftSection={<IconX size={14} />} onClick={call(t('Cancel'), () => work.cancel({ id, keep: false }))}>
        {t('Cancel')}
      </Button>
    </Group>
  )
}

function Figures({ job }: { readonly job: JobView }) {
  const { progress } = job
  if (!progress) return null
  const { epoch, epochs, backend, backendNote, secondsPerStep, waitingShare } = progress
  const rows: readonly (readonly [string, string])[] = [
    [t('Epoch'), epoch === undefined ? '' : t('{{epoch}} of {{epochs}}', { epoch: shownDecimals(epoch, 1), epochs: epochs ?? '?' })],
    [t('Computed by'), backend === undefined ? '' : backendTitle(backend)],
    [t('A step takes'), secondsPerStep === undefined ? '' : t('{{seconds}} s', { seconds: shownDecimals(secondsPerStep, 2) })],
    [t('Of it waiting for images'), waitingShare === undefined ? '' : `${shownDecimals(100 * waitingShare, 1)} %`],
  ]
  return (
    <div>
      <dl className={styles['state']}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
      {backendNote !== undefined && backendNote !== '' && (
        <Text size="xs" c="var(--sw-muted)" mt={4}>
          {heard(backendNote)}
        </Text>
      )}
    </div>
  )
}
