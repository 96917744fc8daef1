import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type ExportPreview, labelFormatName, type LabelFormatName } from '#shared/contracts/project.ts'
import { usualRun } from '#shared/records/model.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { TASKS } from '#shared/task-facts.ts'
import { useApp, useDocument, type AppModel } from '../context.ts'
import { useNames } from '../../state/context.tsx'
import { EXPORTS } from './export-formats.ts'
import { WindowDialog } from './window-dialog.tsx'

type Thing = 'annotations' | 'predictions'

/** Annotations or predictions as a file of another program: what its format cannot hold is told before anything is written. */
export function ExportDialog() {
  const { stores, shell } = useApp()
  const runs = useDocument((document) => document.runs)
  const name = useDocument(({ project }) => project?.name ?? 'project')
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const [format, setFormat] = useState<LabelFormatName>(usualFormat(task))
  const [what, setWhat] = useState<Thing>('annotations')
  const [busy, setBusy] = useState(false)
  const { masked } = useNames()
  const run = usualRun(runs)?.id ?? null
  const request = { what, format, runId: what === 'predictions' ? run : null }
  const { preview, error } = usePreview(request)
  const whole = TASKS[task].objects === 'none'
  const text = whole && format === 'csv' ? t('One row an image.') : EXPORTS[format].text
  const write = async (): Promise<void> => {
    setBusy(true)
    if (await exported(stores, { ...request, name, whole })) shell.close()
    setBusy(false)
  }
  return (
    <WindowDialog title={t('Export annotations or predictions')} width={520} closable={!busy}>
      <Stack gap="md">
        <Choices what={what} format={format} predicted={run !== null} onWhat={setWhat} onFormat={setFormat} />
        <Text size="sm" c="var(--sw-muted)">
          {text}
        </Text>
        <Told preview={preview} error={error} whole={whole} />
        {masked && <Text size="sm">{t('File names are masked in the window; the export carries them.')}</Text>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" disabled={busy} onClick={shell.close}>
            {t('Cancel')}
          </Button>
          <Button data-autofocus disabled={error !== null} loading={busy} onClick={() => void write()}>
            {t('Export…')}
          </Button>
        </Group>
      </Stack>
    </WindowDialog>
  )
}

/** COCO holds no classes of whole images. */
function usualFormat(task: TaskKind): LabelFormatName {
  const { objects, wholeImages } = TASKS[task]
  if (wholeImages) return 'csv'
  return objects === 'areas' ? 'geojson' : 'coco'
}

const titleOf = (what: Asked['what']): string => (what === 'annotations' ? t('Export annotations') : t('Export predictions'))

/** What was written, counted; `whole`: of images as wholes people give labels, and a model says one thing of each. */
function doneText(what: Asked['what'], count: number, whole: boolean): string {
  if (!whole) return t('Exported {{count}} objects', { count })
  return what === 'annotations' ? t('Exported {{count}} labels', { count }) : t('Exported {{count}} images', { count })
}

interface Wish extends Asked {
  readonly name: string
  readonly whole: boolean
}

/** Asks where to and writes; whether something was written. */
async function exported(stores: AppModel['stores'], { name, whole, ...request }: Wish): Promise<boolean> {
  const { what } = request
  const { title, ending } = EXPORTS[labelFormatName.parse(request.format)]
  try {
    const filters = ending === null ? [] : [{ name: title, extensions: [ending] }]
    const file = await stores.clients.app.pickSave({
      title: titleOf(what),
      name: `${name} ${what}${ending === null ? '' : `.${ending}`}`,
      filters,
    })
    if (file === null) return false
    const report = await stores.clients.project.export({ ...request, file })
    const text = [report.file, ...report.notes.map(heard)].join('\n')
    stores.messages.tell({ kind: 'hint', title: doneText(what, report.rows, whole), text, error: null, undo: false })
    return true
  } catch (thrown) {
    stores.messages.failed(titleOf(what), thrown)
    return false
  }
}

interface ChoicesProps {
  readonly what: Thing
  readonly format: LabelFormatName
  /** Whether there are predictions. */
  readonly predicted: boolean
  readonly onWhat: (what: Thing) => void
  readonly onFormat: (format: LabelFormatName) => void
}

function Choices({ what, format, predicted, onWhat, onFormat }: ChoicesProps) {
  return (
    <Group grow align="flex-start">
      <Select
        label={t('What')}
        data={[
          { value: 'annotations', label: t('Annotations') },
          { value: 'predictions', label: t('Latest predictions'), disabled: !predicted },
        ]}
        value={what}
        allowDeselect={false}
        onChange={(value) => {
          onWhat(value === 'predictions' ? 'predictions' : 'annotations')
        }}
      />
      <Select
        label={t('Format')}
        data={labelFormatName.options.map((value) => ({ value, label: EXPORTS[value].title }))}
        value={format}
        allowDeselect={false}
        onChange={(value) => {
          onFormat(labelFormatName.catch('coco').parse(value))
        }}
      />
    </Group>
  )
}

interface ToldProps {
  readonly preview: ExportPreview | null
  readonly error: ErrorInfo | null
  /** Labels stand for images as wholes. */
  readonly whole: boolean
}

function writtenText({ objects, images: count }: ExportPreview, whole: boolean): string {
  const images = t('{{count}} images', { count })
  return whole
    ? `${t('{{count}} labels', { count: objects })}, ${images}.`
    : t('{{count}} objects on {{images}}.', { count: objects, images })
}

/** What would be written, and what would be lost; the lines stand before anything is written. */
function Told({ preview, error, whole }: ToldProps) {
  const names = useNames()
  return (
    <Stack gap={4} role="status" aria-label={t('What is written')} data-selectable mih={44}>
      <Text size="sm">
        {(error && names.in(heard(error.message))) ?? (preview === null ? t('Looking …') : writtenText(preview, whole))}
      </Text>
      {error === null &&
        preview?.notes.map((note) => (
          <Text key={note} size="sm">
            {names.in(heard(note))}
          </Text>
        ))}
      {error === null && preview !== null && preview.notes.length === 0 && preview.objects > 0 && (
        <Text size="sm" c="var(--sw-muted)">
          {t('The format holds all of it.')}
        </Text>
      )}
    </Stack>
  )
}

type Asked = Parameters<ReturnType<typeof useApp>['stores']['clients']['project']['previewExport']>[0]

function usePreview({ what, format, runId }: Asked): { readonly preview: ExportPreview | null; readonly error: ErrorInfo | null } {
  const { stores } = useApp()
  const [state, setState] = useState<{ readonly preview: ExportPreview | null; readonly error: ErrorInfo | null }>({
    preview: null,
    error: null,
  })
  useEffect(() => {
    let wanted = true
    stores.clients.project.previewExport({ what, format, ...(runId == null ? {} : { runId }) }).then(
      (preview) => {
        if (wanted) setState({ preview, error: null })
      },
      (thrown: unknown) => {
        if (wanted) setState({ preview: null, error: toErrorInfo(thrown) })
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, what, format, runId])
  return state
}
