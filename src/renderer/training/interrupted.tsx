import { Alert, Button, Group, Text } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { type JobView } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp } from '../app/context.ts'
import { useNames } from '../state/context.tsx'

/** A training that ended by itself and cannot go on: why, until the next one begins. */
export function Failed({ job }: { readonly job: JobView }) {
  const names = useNames()
  return (
    <Alert color="gray" variant="light" title={t('{{title}} ended without a model', { title: heard(job.title) })}>
      <Text size="sm">{names.in(`${heard(job.error?.message ?? '')} ${heard(job.error?.hint ?? '')}`)}</Text>
      <Text size="sm" c="var(--sw-muted)">
        {t('Labels and earlier models are not touched.')}
      </Text>
    </Alert>
  )
}

/** A training that was broken off: it goes on from its last checkpoint, or is given up. */
export function Interrupted({ job }: { readonly job: JobView }) {
  const { stores, jobs } = useApp()
  const call = (doing: string, run: () => Promise<unknown>) => (): void => {
    run()
      .then(() => jobs.load())
      .catch((thrown: unknown) => {
        stores.messages.failed(doing, thrown)
      })
  }
  return (
    <Alert color="gray" variant="light" title={t('{{title}} was interrupted', { title: heard(job.title) })}>
      <Text size="sm">
        {job.folds
          ? t(
              '{{done}} of {{folds}} folds are done and stay. It goes on with the next one, from its last checkpoint. Labels are not touched either way.',
              { done: job.folds.done, folds: job.folds.folds },
            )
          : t('Its last checkpoint is there: it goes on as if nothing had happened. Labels are not touched either way.')}
      </Text>
      <Group gap="xs" mt="xs">
        <Button leftSection={<IconPlayerPlay size={14} />} onClick={call(t('Go on'), () => stores.clients.work.resume({ id: job.id }))}>
          {t('Go on')}
        </Button>
        <Button variant="default" onClick={call(t('Give up'), () => stores.clients.work.cancel({ id: job.id, keep: false }))}>
          {t('Give up')}
        </Button>
      </Group>
    </Alert>
  )
}
