import { Button, Group, Loader, Select, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ModelComparison } from '#shared/contracts/comparison.ts'
import { type ModelId, modelId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type Split } from '#shared/records/task.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useShell } from '../../app/context.ts'
import { useNames } from '../../state/context.tsx'
import { HeldOutScores } from '../trained-models.tsx'
import { useShownModels } from '../use-shown-models.ts'
import { ComparedTable } from './compared-table.tsx'

interface CompareModelsProps {
  readonly model: ModelRecord
  readonly onBack: () => void
}

/** Two models on the same held-out images: scores side by side, then image by image. */
export function CompareModels({ model, onBack }: CompareModelsProps) {
  const shown = useShownModels()
  const others = shown.filter(({ id }) => id !== model.id)
  const [wanted, setWanted] = useState(model.parent)
  const other = others.find(({ id }) => id === wanted) ?? others.at(-1)
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap">
        <Title order={3}>{t('{{name}} (A) and another (B)', { name: model.name })}</Title>
        <Button variant="default" size="xs" onClick={onBack}>
          {t('Back')}
        </Button>
      </Group>
      {other ? (
        <>
          <Select
            label="B"
            data={others.map(({ id, name }) => ({ value: id as string, label: name }))}
            value={other.id}
            onChange={(value) => {
              if (value !== null) setWanted(modelId.parse(value))
            }}
          />
          <HeldOutScores key={other.id} models={[model, other]} below={(split) => <ByImage a={model.id} b={other.id} split={split} />} />
        </>
      ) : (
        <Text size="sm">{t('All other models are archived.')}</Text>
      )}
    </Stack>
  )
}

interface ByImageProps {
  readonly a: ModelId
  readonly b: ModelId
  readonly split: Split
}

type Answer = ModelComparison | { readonly why: string } | null

function ByImage({ a, b, split }: ByImageProps) {
  const { stores } = useApp()
  const flips = useShell((shell) => shell.preferences.mirroredLooks)
  const [answer, setAnswer] = useState<Answer>(null)
  const [wanted, setWanted] = useState(false)
  const names = useNames()
  useEffect(() => {
    if (!wanted) return
    let alive = true
    stores.clients.work.compareModels({ a, b, split, flips }).then(
      (compared) => {
        if (alive) setAnswer(compared)
      },
      (thrown: unknown) => {
        if (alive) setAnswer({ why: heard(toErrorInfo(thrown).message) })
      },
    )
    return () => {
      alive = false
    }
  }, [wanted, stores, a, b, split, flips])
  if (!wanted)
    return (
      <Group>
        <Button variant="default" onClick={() => setWanted(true)}>
          {t('Compare image by image')}
        </Button>
      </Group>
    )
  if (answer === null) return <Loader size="sm" color="gray" aria-label={t('Comparing the models')} />
  return 'why' in answer ? <Text size="sm">{names.in(answer.why)}</Text> : <ComparedTable compared={answer} />
}
