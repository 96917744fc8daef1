import { Box, Button, Group, Loader, SegmentedControl, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { drawnOf } from '#shared/drawn-by.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { split as splitSchema, type Split } from '#shared/records/task.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { predictAll } from '../app/app-commands.ts'
import { useApp, useDocument, useShell } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { FewDrawn } from '../app/few-drawn.tsx'
import { InPart } from '../app/in-part.tsx'
import { SeenBefore } from '../app/seen-before.tsx'
import { DomainNote } from '../panels/domain-note.tsx'
import { TestLooks } from '../app/test-looks.tsx'
import { FoldsResult } from './folds-result.tsx'
import { newestFamilies } from './families.ts'
import { useShownModels } from './use-shown-models.ts'
import { TrainingCurves } from './training-curves.tsx'
import { shownInterval } from '../count/evaluation-report.ts'
import { scoreRows, shownFigure, type ScoreRow } from '../count/score-rows.ts'

/** What came of the newest training: of a cross-validation its folds, of a model its scores beside those of the one before. */
export function TrainedModels() {
  const models = useShownModels()
  const families = useMemo(() => newestFamilies(models), [models])
  const [newest] = families
  if (!newest) return null
  if (newest.folds !== null) return <FoldsResult key={newest.id} family={newest} />
  const before = families.slice(1).find(({ folds }) => folds === null)
  return <TrainedModel newest={newest.models[0]} before={before?.models[0]} />
}

/** The newest model's scores beside those of the one before, on the same held-out images, and what to do with it. */
function TrainedModel({ newest, before }: { readonly newest: ModelRecord; readonly before: ModelRecord | undefined }) {
  const app = useApp()
  const hasRegions = useDocument(({ tables }) => tables.regions.size > 0)
  return (
    <section aria-label={t('Scores')}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{newest.name}</Title>
        <Group gap="xs">
          <Button variant="default" onClick={() => void predictAll(app, { model: newest.id })}>
            {t('Predict on all images')}
          </Button>
          {hasRegions && (
            <Button variant="default" onClick={() => void predictAll(app, { model: newest.id, inRegions: true })}>
              {t('In regions only')}
            </Button>
          )}
          <Button variant="default" onClick={() => app.stores.commands.run('place.review')}>
            {t('Review')}
          </Button>
        </Group>
      </Group>
      <DomainNote modelId={newest.id} />
      {newest.curves.length > 0 && <TrainingCurves curves={newest.curves} best={newest.best} />}
      <HeldOutScores models={before ? [newest, before] : [newest]} />
    </section>
  )
}

interface HeldOutScoresProps {
  readonly models: readonly ModelRecord[]
  /** What stands below the scores, of the same images. */
  readonly below?: (split: Split) => ReactNode
  /** Hears that the scores were told. */
  readonly onScores?: () => void
}

/** Scores of models side by side on the same held-out images: those of the validation, or of the test. */
export function HeldOutScores({ models, below, onScores }: HeldOutScoresProps) {
  const [chosen, setSplit] = useState<Split>('val')
  // A fold has learned from most of the validation images.
  const hasFold = models.some(({ fold }) => fold !== null)
  const split = hasFold ? 'test' : chosen
  const key = `${models.map(({ id }) => id).join()} ${split}`
  return (
    <div>
      <SegmentedControl
        size="xs"
        aria-label={t('Held-out images')}
        value={split}
        data={[
          { value: 'val', label: t('Validation images'), disabled: hasFold },
          { value: 'test', label: t('Test images') },
        ]}
        onChange={(value) => {
          setSplit(splitSchema.parse(value))
        }}
      />
      {hasFold && (
        <Text size="xs" c="var(--sw-muted)" mt={4}>
          {t('A model of a fold has learned from validation images: only test images can tell how good it is.')}
        </Text>
      )}
      <Scores key={key} models={models} split={split} onScores={onScores} />
      {below && (
        <Box key={`${key} below`} mt="md">
          {below(split)}
        </Box>
      )}
    </div>
  )
}

type Evaluated =
  { readonly rows: readonly ScoreRow[]; readonly answer: Readonly<Record<string, unknown>> } | { readonly why: string } | null

interface ScoresProps {
  readonly models: readonly ModelRecord[]
  readonly split: Split
  readonly onScores: (() => void) | undefined
}

/** Scores of models on one split, asked for when the person wants them: where no run covers the split, the model predicts first. */
function Scores({ models: given, split, onScores }: ScoresProps) {
  const { stores } = useApp()
  // Always the same ids (`key`): records of them that were read anew, as after the prediction that was made for this, are no reason to ask again.
  const [models] = useState(given)
  const flips = useShell((shell) => shell.preferences.mirroredLooks)
  const [wanted, setWanted] = useState(false)
  const told = useRef(onScores)
  told.current = onScores
  const [reports, setReports] = useState<readonly Evaluated[]>(() => models.map(() => null))
  useEffect(() => {
    if (!wanted) return
    let alive = true
    const ask = async (): Promise<void> => {
      // One after the other: the engine runs one job at a time anyway.
      for (const [index, model] of models.entries()) {
        const one = await stores.clients.work.evaluate({ modelId: model.id, split, flips }).then(
          (answer): Evaluated => ({ rows: scoreRows(model.task, answer), answer }),
          (thrown: unknown): Evaluated => ({ why: heard(toErrorInfo(thrown).message) }),
        )
        if (!alive) return
        setReports((before) => before.map((other, i) => (i === index ? one : other)))
      }
      told.current?.()
    }
    void ask()
    return () => {
      alive = false
    }
  }, [wanted, models, split, flips, stores])
  if (!wanted)
    return (
      <Group mt="sm">
        <Button variant="default" onClick={() => setWanted(true)}>
          {models.length > 1 ? t('Compare the scores') : t('Show scores')}
        </Button>
        <Text size="sm" c="var(--sw-muted)">
          {t('Where the images were not predicted yet, that is done first.')}
        </Text>
      </Group>
    )
  const last = reports.findLast((one) => one !== null && 'answer' in one)
  return (
    <>
      <ScoreTable models={models} reports={reports} />
      <SeenBefore answers={models.flatMap(({ name }, i) => seenOf(models.length > 1 ? name : '', reports[i] ?? null))} />
      <FewDrawn drawn={reports.map((one) => (one && 'answer' in one ? drawnOf(one.answer) : null))} />
      {last && 'answer' in last && <InPart answer={last.answer} />}
      {last && 'answer' in last && <TestLooks answer={last.answer} />}
    </>
  )
}

const seenOf = (of: string, report: Evaluated) => (report && 'answer' in report ? [{ of, answer: report.answer }] : [])

interface ScoreTableProps {
  readonly models: readonly ModelRecord[]
  readonly reports: readonly Evaluated[]
}

/** A row a figure that any of the models has; one column a model. */
function ScoreTable({ models, reports }: ScoreTableProps) {
  const names = [...new Set(reports.flatMap((one) => (one && 'rows' in one ? one.rows.map(({ name }) => name) : [])))]
  return (
    <Table mt="sm" verticalSpacing={4} aria-label={t('Scores of the models')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('Score')}</Table.Th>
          {models.map(({ id, name }) => (
            <Table.Th key={id}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {(names.length === 0 ? [''] : names).map((name) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            {reports.map((one, index) => (
              <Table.Td key={index}>
                <ScoreCell evaluated={one} name={name} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function ScoreCell({ evaluated, name }: { readonly evaluated: Evaluated; readonly name: string }) {
  const names = useNames()
  if (evaluated === null) return <Loader size={12} color="gray" aria-label={t('Evaluates')} />
  if ('why' in evaluated) return <Text size="xs">{names.in(evaluated.why)}</Text>
  const row = evaluated.rows.find((one) => one.name === name)
  if (!row) return '–'
  return (
    <>
      {shownFigure(row)}{' '}
      <Text span size="xs" c="var(--sw-muted)" title={t('95 % interval')}>
        {shownInterval(row.interval)}
      </Text>
    </>
  )
}
