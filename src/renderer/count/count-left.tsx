import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useEffect } from 'react'
import { type CountSource } from '#shared/contracts/project.ts'
import { useApp, useDocument, type AppModel } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { RunChoice } from '../panels/run-choice.tsx'
import { ScoreSlider } from '../panels/score-slider.tsx'
import { useNames } from '../state/context.tsx'
import { type CountState } from './count-store.ts'
import { ScoreEffect } from './score-effect.tsx'
import { useCount, useCountedBy, useCountedRun, useSource } from './use-counts.ts'

const KINDS: readonly { readonly value: CountState['kind']; readonly label: string; readonly text: string }[] = [
  { value: 'truth', label: 'Truth', text: 'What people labelled or accepted.' },
  { value: 'predictions', label: 'Predictions', text: 'What the model found, whatever people decided.' },
  {
    value: 'corrected',
    label: 'Corrected',
    text: 'On images that are done the truth; elsewhere the truth and the predictions that nobody decided on yet.',
  },
]

const ROW_NAMES = { image: 'an image', region: 'a region', group: 'an image' } as const

/** Left in Count: what is counted and from which score on, and the export. */
export function CountLeft() {
  const { count, stores } = useApp()
  const kind = useCount((state) => state.kind)
  const run = useCountedRun()
  const shown = run === null ? 'truth' : kind
  const { masked } = useNames()
  const by = ROW_NAMES[useCountedBy()]
  useExportCommand()
  return (
    <>
      <PanelSection title="Count">
        <Stack gap="xs">
          <SegmentedControl
            size="xs"
            orientation="vertical"
            fullWidth
            aria-label="What is counted"
            value={shown}
            data={KINDS.map(({ value, label }) => ({ value, label, disabled: run === null && value !== 'truth' }))}
            onChange={(value) => {
              count.setState({ kind: KINDS.find((one) => one.value === value)?.value ?? 'truth' })
            }}
          />
          <Text size="xs" c="var(--sw-muted)">
            {run === null ? 'Predictions can be counted once a model has predicted.' : KINDS.find(({ value }) => value === shown)?.text}
          </Text>
        </Stack>
      </PanelSection>
      {run !== null && shown !== 'truth' && <Predictions />}
      <PanelSection title="Export">
        <Button fullWidth leftSection={<IconDownload size={16} />} onClick={() => stores.commands.run('export.counts')}>
          Export counts
        </Button>
        <Text size="xs" c="var(--sw-muted)" mt={4}>
          A CSV file for spreadsheets: one row {by}, with what was counted. Not for primary diagnosis.
          {masked && ' File names are masked in the window; the export carries them.'}
        </Text>
        <Button fullWidth mt="xs" variant="default" onClick={() => stores.commands.run('export.labels')}>
          Export annotations…
        </Button>
      </PanelSection>
    </>
  )
}

function Predictions() {
  const { count } = useApp()
  const run = useCountedRun()
  const score = useCount((state) => state.score)
  const whole = useLabelsImages()
  return (
    <PanelSection title="Predictions">
      <RunChoice
        value={run}
        onChange={(runId) => {
          count.setState({ runId })
        }}
      />
      {!whole && (
        <ScoreSlider
          value={score}
          name="Score from which is counted"
          onChange={(value) => {
            count.setState({ score: value })
          }}
        />
      )}
      {run !== null && !whole && <ScoreEffect score={score} />}
    </PanelSection>
  )
}

function useExportCommand(): void {
  const app = useApp()
  const source = useSource()
  const by = useCountedBy()
  const name = useDocument(({ project }) => project?.name ?? 'project')
  useEffect(
    () =>
      app.stores.commands.register({
        'export.counts': () => void exportCounts(app, { source, by: by === 'region' ? by : 'image' }, name),
      }),
    [app, source, by, name],
  )
}

/** Asks where to, then writes what the table counts. */
async function exportCounts(
  { stores }: Pick<AppModel, 'stores'>,
  counted: { readonly source: CountSource; readonly by: 'image' | 'region' },
  name: string,
): Promise<void> {
  try {
    const filters = [{ name: 'CSV', extensions: ['csv'] }]
    const file = await stores.clients.app.pickSave({ title: 'Export counts', name: `${name} counts.csv`, filters })
    if (file === null) return
    const report = await stores.clients.project.export({ file, what: 'counts', format: 'csv', ...counted })
    stores.messages.tell({
      kind: 'hint',
      title: `Exported ${String(report.rows)} rows`,
      text: [report.file, ...report.notes].join('\n'),
      error: null,
      undo: false,
    })
  } catch (thrown) {
    stores.messages.failed('Export counts', thrown)
  }
}
