import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type ExportPreview, labelFormatName, maskFormatName } from '#shared/contracts/project.ts'
import { type RunId } from '#shared/records/ids.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { TASKS } from '#shared/task-facts.ts'
import { useApp, useDocument, type AppModel } from '../context.ts'
import { useNames } from '../../state/context.tsx'
import { useRunTitle } from '../../panels/run-choice.tsx'
import { EXPORTS, type ObjectFormat } from './export-formats.ts'
import { WindowDialog } from './window-dialog.tsx'

type Thing = 'annotations' | 'predictions'

/** Annotations or predictions as a file of another program: what its format cannot hold is told before anything is written. */
export function ExportDialog() {
  const { stores, shell } = useApp()
  const name = useDocument(({ project }) => project?.name ?? 'project')
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const [format, setFormat] = useState<ObjectFormat>(usualFormat(task))
  const [what, setWhat] = useState<Thing>('annotations')
  const [busy, setBusy] = useState(false)
  const { masked } = useNames()
  const run = useStore(stores.predictions, ({ onShow }) => onShow)
  const score = useStore(stores.predictions, ({ threshold }) => threshold)
  const request = useMemo(() => askedFor({ what, format, run, score }), [what, format, run, score])
  const { preview, error } = usePreview(request)
  const whole = TASKS[task].objects === 'none'
  const text = whole && format === 'csv' ? t('One row an image.') : EXPORTS[format].text
  const of = useRunTitle(what === 'predictions' ? run : null)
  const from =
    request.source?.kind === 'predictions' ? t('Predictions with a score of {{score}} or more.', { score: shownDecimals(score, 2) }) : ''
  const write = async (): Promise<void> => {
    setBusy(true)
    if (await exported(stores, { ...request, thing: what, name, whole })) shell.close()
    setBusy(false)
  }
  return (
    <WindowDialog title={t('Export annotations or predictions')} width={520} closable={!busy}>
      <Stack gap="md">
        <Choices what={what} format={format} formats={formatsFor(whole)} predicted={run !== null} onWhat={setWhat} onFormat={setFormat} />
        <Text size="sm" c="var(--sw-muted)">
          {text} {of !== null && t('Predictions of {{run}}.', { run: of })} {from}
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
function usualFormat(task: TaskKind): ObjectFormat {
  const { objects, wholeImages } = TASKS[task]
  if (wholeImages) return 'csv'
  return objects === 'areas' ? 'geojson' : 'coco'
}

/** Of images as wholes there are no masks. */
const formatsFor = (whole: boolean): readonly ObjectFormat[] => [...labelFormatName.options, ...(whole ? [] : maskFormatName.options)]

interface Chosen {
  readonly what: Thing
  readonly format: ObjectFormat
  readonly run: RunId | null
  /** Predictions are drawn into masks from this score on. */
  readonly score: number
}

function askedFor({ what, format, run, score }: Chosen): Asked {
  const runId = what === 'predictions' ? run : null
  if (!isMask(format)) return { what, format, runId }
  return { what: 'masks', format, source: runId === null ? { kind: 'truth' } : { kind: 'predictions', runId, score } }
}

const isMask = (format: ObjectFormat): boolean => maskFormatName.safeParse(format).success

const titleOf = (what: Thing): string => (what === 'annotations' ? t('Export annotations') : t('Export predictions'))

/** What was written, counted; `whole`: of images as wholes people give labels, and a model says one thing of each. */
function doneText({ thing: what, what: written, whole }: Wish, count: number): string {
  if (written === 'masks') return t('Exported {{count}} images', { count })
  if (!whole) return t('Exported {{count}} objects', { count })
  return what === 'annotations' ? t('Exported {{count}} labels', { count }) : t('Exported {{count}} images', { count })
}

interface Wish extends Asked {
  readonly thing: Thing
  readonly name: string
  readonly whole: boolean
}

/** Asks where to and writes; whether something was written. */
async function exported(stores: AppModel['stores'], wish: Wish): Promise<boolean> {
  const { thing, name, what, format, runId, source } = wish
  const { title, ending } = EXPORTS[format as ObjectFormat]
  try {
    const filters = ending === null ? [] : [{ name: title, extensions: [ending] }]
    const file = await stores.clients.app.pickSave({
      title: titleOf(thing),
      name: `${name} ${what}${ending === null ? '' : `.${ending}`}`,
      filters,
    })
    if (file === null) return false
    const report = await stores.clients.project.export({ what, format, runId, source, file })
    const text = [report.file, ...report.notes.map(heard)].join('\n')
    stores.messages.tell({ kind: 'hint', title: doneText(wish, report.rows), text, error: null, undo: false })
    return true
  } catch (thrown) {
    stores.messages.failed(titleOf(thing), thrown)
    return false
  }
}

interface ChoicesProps {
  readonly what: Thing
  readonly format: ObjectFormat
  readonly formats: readonly ObjectFormat[]
  /** Whether there are predictions. */
  readonly predicted: boolean
  readonly onWhat: (what: Thing) => void
  readonly onFormat: (format: ObjectFormat) => void
}

function Choices({ what, format, formats, predicted, onWhat, onFormat }: ChoicesProps) {
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
        data={formats.map((value) => ({ value, label: EXPORTS[value].title }))}
        value={format}
        allowDeselect={false}
        onChange={(value) => {
          onFormat(formats.find((one) => one === value) ?? format)
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

function usePreview(request: Asked): { readonly preview: ExportPreview | null; readonly error: ErrorInfo | null } {
  const { stores } = useApp()
  const [state, setState] = useState<{ readonly preview: ExportPreview | null; readonly error: ErrorInfo | null }>({
    preview: null,
    error: null,
  })
  useEffect(() => {
    let wanted = true
    stores.clients.project.previewExport(request).then(
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
  }, [stores, request])
  return state
}
