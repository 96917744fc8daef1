import { Anchor, Button, Group, Loader, Select, Stack, Table, Text, Title } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ModelComparison } from '#shared/contracts/comparison.ts'
import { type AnnotationId, type ModelId, type PredictionId, type RunId, modelId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type Split } from '#shared/records/task.ts'
import { useApp, useDocument, useShell } from '../../app/context.ts'
import { openObjects } from '../../count/open-in-label.ts'
import { HeldOutScores } from '../trained-models.tsx'
import { useShownModels } from '../use-shown-models.ts'

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
  const both = useMemo(() => (other ? [model, other] : [model]), [model, other])
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
          <HeldOutScores key={other.id} models={both} below={(split) => <ByImage a={model.id} b={other.id} split={split} />} />
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
  const task = useDocument(({ project }) => project?.task)
  const [answer, setAnswer] = useState<Answer>(null)
  const [wanted, setWanted] = useState(false)
  useEffect(() => {
    if (!wanted) return
    let alive = true
    stores.clients.work.compareModels({ a, b, split, flips }).then(
      (compared) => {
        if (alive) setAnswer(compared)
      },
      (thrown: unknown) => {
        if (alive) setAnswer({ why: thrown instanceof Error ? thrown.message : String(thrown) })
      },
    )
    return () => {
      alive = false
    }
  }, [wanted, stores, a, b, split, flips])
  if (task !== 'detection') return null
  if (!wanted)
    return (
      <Group>
        <Button variant="default" onClick={() => setWanted(true)}>
          {t('Compare image by image')}
        </Button>
      </Group>
    )
  if (answer === null) return <Loader size="sm" color="gray" aria-label={t('Comparing the models')} />
  return 'why' in answer ? <Text size="sm">{answer.why}</Text> : <ImageTable compared={answer} />
}

const SHOWN = 200
const COLUMNS = ['both', 'onlyA', 'onlyB', 'neither', 'wrongA', 'wrongB'] as const
const TITLES = {
  both: [t('Both'), t('Objects that both found')],
  onlyA: [t('Only A'), t('Objects that A found and B missed')],
  onlyB: [t('Only B'), t('Objects that B found and A missed')],
  neither: [t('Neither'), t('Objects that both missed')],
  wrongA: [t('Wrong A'), t('Boxes of A on nothing, or on an object of another class')],
  wrongB: [t('Wrong B'), t('Boxes of B on nothing, or on an object of another class')],
} as const

/** The most different images first; a number opens its image with what it counts selected. */
function ImageTable({ compared }: { readonly compared: ModelComparison }) {
  const app = useApp()
  const images = useDocument((state) => state.tables.images)
  const open = (imageId: ModelComparison['images'][number]['imageId'], ids: Picked): void => {
    app.shell.close()
    void openObjects(app, { imageId, score: compared.score, ...ids })
  }
  return (
    <>
      <Table verticalSpacing={4} aria-label={t('Models image by image')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Image')}</Table.Th>
            {COLUMNS.map((name) => (
              <Table.Th key={name} ta="right" title={TITLES[name][1]}>
                {TITLES[name][0]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {compared.images.slice(0, SHOWN).map((row) => (
            <Table.Tr key={row.imageId}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{images.get(row.imageId)?.name ?? ''}</Table.Td>
              {COLUMNS.map((name) => (
                <Table.Td key={name} ta="right">
                  {row[name].length === 0 ? (
                    0
                  ) : (
                    <Anchor
                      component="button"
                      size="sm"
                      title={t('Show: {{what}}', { what: TITLES[name][1] })}
                      onClick={() => open(row.imageId, pickedOf(compared, row, name))}
                    >
                      {shownNumber(row[name].length)}
                    </Anchor>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="var(--sw-muted)">
        {t('Found: a box of the same class with an IoU of 0.5 or more, score {{score}} and more.', { score: shownNumber(compared.score) })}
        {compared.images.length > SHOWN &&
          ` ${t('The {{shown}} most different of {{all}} images.', { shown: shownNumber(SHOWN), all: shownNumber(compared.images.length) })}`}
      </Text>
    </>
  )
}

interface Picked {
  readonly runId: RunId
  readonly annotations: readonly AnnotationId[]
  readonly predictions: readonly PredictionId[]
}

/** What is selected, with the predictions of the model that found it, or that is wrong. */
function pickedOf({ runA, runB }: ModelComparison, row: ModelComparison['images'][number], name: (typeof COLUMNS)[number]): Picked {
  const runId = name === 'onlyB' || name === 'wrongB' ? runB : runA
  if (name === 'wrongA' || name === 'wrongB') return { runId, annotations: [], predictions: row[name] }
  return { runId, annotations: row[name], predictions: [] }
}
