import { Button, Group, Loader, SegmentedControl, Table, Text, Title } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { split as splitSchema, type Split } from '#shared/records/task.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { predictAll } from '../app/app-commands.ts'
import { useApp, useDocument } from '../app/context.ts'
import { TrainingCurves } from './training-curves.tsx'
import { evaluationReport, shownInterval, shownScore, type EvaluationReport } from '../count/evaluation-report.ts'

/** The newest model's scores beside those of the one before, on the same held-out images, and what to do with it. */
export function TrainedModels() {
  const app = useApp()
  const models = useDocument((state) => state.models)
  const newest = useMemo(() => [...models].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, 2), [models])
  const [split, setSplit] = useState<Split>('val')
  if (newest.length === 0) return null
  return (
    <section aria-label="Scores">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{newest[0]!.name}</Title>
        <Group gap="xs">
          <Button variant="default" onClick={() => void predictAll(app)}>
            Predict on all images
          </Button>
          <Button variant="default" onClick={() => app.stores.commands.run('place.review')}>
            Review
          </Button>
        </Group>
      </Group>
      {newest[0]!.curves.length > 0 && <TrainingCurves curves={newest[0]!.curves} />}
      <SegmentedControl
        size="xs"
        aria-label="Held-out images"
        value={split}
        data={[
          { value: 'val', label: 'Validation images' },
          { value: 'test', label: 'Test images' },
        ]}
        onChange={(value) => {
          setSplit(splitSchema.parse(value))
        }}
      />
      <Scores key={`${newest.map(({ id }) => id).join()} ${split}`} models={newest} split={split} />
    </section>
  )
}

type Evaluated = { readonly report: EvaluationReport } | { readonly why: string } | null

/** Scores of models on one split, asked for when the person wants them: where no run covers the split, the model predicts first. */
function Scores({ models, split }: { readonly models: readonly ModelRecord[]; readonly split: Split }) {
  const { stores } = useApp()
  const [wanted, setWanted] = useState(false)
  const [reports, setReports] = useState<readonly Evaluated[]>(() => models.map(() => null))
  useEffect(() => {
    if (!wanted) return
    let alive = true
    const ask = async (): Promise<void> => {
      // One after the other: the engine runs one job at a time anyway.
      for (const [index, model] of models.entries()) {
        const one = await stores.clients.work.evaluate({ modelId: model.id, split }).then(
          (answer): Evaluated => ({ report: evaluationReport.parse(answer) }),
          (thrown: unknown): Evaluated => ({ why: thrown instanceof Error ? thrown.message : String(thrown) }),
        )
        if (!alive) return
        setReports((before) => before.map((other, i) => (i === index ? one : other)))
      }
    }
    void ask()
    return () => {
      alive = false
    }
  }, [wanted, models, split, stores])
  if (!wanted)
    return (
      <Group mt="sm">
        <Button variant="default" onClick={() => setWanted(true)}>
          {models.length > 1 ? 'Compare with the model before' : 'Show scores'}
        </Button>
        <Text size="sm" c="var(--sw-muted)">
          Where the images were not predicted yet, that is done first.
        </Text>
      </Group>
    )
  return <ScoreTable models={models} reports={reports} />
}

interface ScoreTableProps {
  readonly models: readonly ModelRecord[]
  readonly reports: readonly Evaluated[]
}

function ScoreTable({ models, reports }: ScoreTableProps) {
  const classes = useDocument((state) => state.classes)
  return (
    <Table mt="sm" verticalSpacing={4} aria-label="Scores of the models">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Score</Table.Th>
          {models.map(({ id, name }) => (
            <Table.Th key={id}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Row name="AP50" reports={reports} value={(r) => [r.ap50, r.intervals.ap50]} />
        <Row name="AP (0.50 to 0.95)" reports={reports} value={(r) => [r.ap, r.intervals.ap]} />
        {classes.map(({ name }) => (
          <Row
            key={name}
            name={`AP50 ${name}`}
            reports={reports}
            value={(r) => [r.perClass[name]?.ap50, r.intervals.perClass[name]?.ap50]}
          />
        ))}
        <Row name="Images" reports={reports} value={(r) => [r.images, undefined]} whole />
      </Table.Tbody>
    </Table>
  )
}

interface RowProps {
  readonly name: string
  readonly reports: readonly Evaluated[]
  readonly value: (report: EvaluationReport) => readonly [number | undefined, Parameters<typeof shownInterval>[0]]
  readonly whole?: boolean
}

function Row({ name, reports, value, whole = false }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      {reports.map((one, index) => (
        <Table.Td key={index}>
          <ScoreCell evaluated={one} value={value} whole={whole} />
        </Table.Td>
      ))}
    </Table.Tr>
  )
}

function ScoreCell({ evaluated, value, whole }: Pick<RowProps, 'value'> & { readonly evaluated: Evaluated; readonly whole: boolean }) {
  if (evaluated === null) return <Loader size={12} color="gray" aria-label="Evaluates" />
  if ('why' in evaluated) return <Text size="xs">{evaluated.why}</Text>
  const [score, interval] = value(evaluated.report)
  return (
    <>
      {whole ? score : shownScore(score)}{' '}
      <Text span size="xs" c="var(--sw-muted)" title="95 % interval over images">
        {shownInterval(interval)}
      </Text>
    </>
  )
}
