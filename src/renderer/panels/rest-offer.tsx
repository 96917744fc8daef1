import { Button, Text } from '@mantine/core'
import { type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { predictRest } from '../app/app-commands.ts'
import { useApp, useWritable } from '../app/context.ts'
import { DomainNote } from './domain-note.tsx'
import { useUnseen } from '../app/use-unseen.ts'

/** Says that a run has not looked at all images (some came later), and has the rest join it. Nothing where it has. */
export function RestOffer({ runId }: { readonly runId: RunId | null }) {
  const app = useApp()
  const writable = useWritable()
  const unseen = useUnseen(runId)
  if (runId === null || unseen.length === 0) return null
  return (
    <div role="note" aria-label={t('Images without predictions')}>
      <Text size="xs" c="var(--sw-muted)" my={4}>
        {t('{{count}} images have no predictions of this run.', { count: unseen.length })}
      </Text>
      <DomainNote modelId="latest" joins={runId} />
      <Button
        size="xs"
        variant="default"
        fullWidth
        disabled={!writable}
        title={t('They join this run: what was decided of the others stays')}
        onClick={() => void predictRest(app, runId, null)}
      >
        {t('Predict on these too')}
      </Button>
    </div>
  )
}
