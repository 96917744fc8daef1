import { Button, Group, Progress, Text, Title } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react'
import { type JobView } from '#shared/contracts/work.ts'
import { useApp } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { backendTitle } from '../app/engine-state.tsx'
import { SampleStrip } from './sample-strip.tsx'
import { TrainingCurves } from './training-curves.tsx'
import styles from './training.module.css'

const STATES = {
  waiting: 'Waits for its turn',
  preparing: 'Prepares images',
  running: 'Trains',
  paused: 'Paused',
  validating: 'Validates',
  saving: 'Saves',
} as const

/** A training while it runs: how far, how well, what the net sees now, and how to stop it. */
export function RunningTraining({ job }: { readonly job: JobView }) {
  const { progress } = job
  const share = Math.round(100 * (progress?.fraction ?? 0))
  return (
    <>
      <Group justify="space-between">
        <Title order={2}>{job.title}</Title>
        <Controls job={job} />
      </Group>
      <div>
        <Progress value={share} aria-label="Training progress" />
        <Group justify="space-between" mt={4}>
          <Text size="sm" role="status">
            {STATES[progress?.state ?? 'waiting']}, {share} %
          </Text>
          <Text size="sm" c="var(--sw-muted)">
            {progress?.secondsLeft == null ? 'time left is measured' : `${shownDuration(progress.secondsLeft)} left`}
          </Text>
        </Group>
      </div>
      <Figures job={job} />
      <TrainingCurves curves={job.curves} />
      <SampleStrip job={job} />
      <Text size="xs" c="var(--sw-muted)">
        Stopping keeps the best model so far. Cancelling keeps no model, but its checkpoint stays: the training can go on from there or be
        given up. Labels and earlier models are not touched.
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
        <Button variant="default" leftSection={<IconPlayerPlay size={14} />} onClick={call('Resume', () => work.resume({ id }))}>
          Resume
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconPlayerPause size={14} />} onClick={call('Pause', () => work.pause({ id }))}>
          Pause
        </Button>
      )}
      <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={call('Stop', () => work.cancel({ id, keep: true }))}>
        Stop and keep best
      </Button>
      <Button variant="default" leftSection={<IconX size={14} />} onClick={call('Cancel', () => work.cancel({ id, keep: false }))}>
        Cancel
      </Button>
    </Group>
  )
}

function Figures({ job }: { readonly job: JobView }) {
  const { progress } = job
  if (!progress) return null
  const { epoch, epochs, backend, backendNote, secondsPerStep, waitingShare } = progress
  const rows: readonly (readonly [string, string])[] = [
    ['Epoch', epoch === undefined ? '' : `${epoch.toFixed(1)} of ${String(epochs ?? '?')}`],
    ['Computed by', backend === undefined ? '' : backendTitle(backend)],
    ['A step takes', secondsPerStep === undefined ? '' : `${secondsPerStep.toFixed(2)} s`],
    ['Of it waiting for images', waitingShare === undefined ? '' : `${(100 * waitingShare).toFixed(1)} %`],
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
          {backendNote}
        </Text>
      )}
    </div>
  )
}
