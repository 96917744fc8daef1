import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { type ImportReport } from '#shared/contracts/project.ts'
import { type ErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useNames } from '../../state/context.tsx'
import { useApp, useLibrary } from '../context.ts'
import { ErrorDetails } from '../error-details.tsx'
import { ImportFields } from './import-fields.tsx'
import { type ImportFormat } from './import-formats.ts'
import { addedText, adviceFor, takes } from './import-model.ts'
import { ImportFound, Problems } from './import-found.tsx'
import { ImportReportView } from './import-report.tsx'
import { useImport } from './use-import.ts'
import { WindowDialog } from './window-dialog.tsx'
import styles from './import-dialog.module.css'

interface ImportDialogProps {
  readonly paths: readonly string[]
  readonly format: ImportFormat
  /** Images without labels are taken at once, and what was taken is told then. */
  readonly direct: boolean
}

/** What an import would take, before anything is written: what was found, what needs to be said, and what is wrong, line by line. */
export function ImportDialog({ paths, format, direct }: ImportDialogProps) {
  const { stores, shell, library } = useApp()
  const { draft, phase, preview, error, change, take } = useImport(paths, format)
  const [report, setReport] = useState<ImportReport | null>(null)
  const asked = useRef(false)
  const simple = direct && preview?.fault === null && preview.labels === 0
  const add = async (): Promise<void> => {
    const done = await take()
    if (done === null) return
    // What was looked at needs no second telling.
    if (simple) setReport(done)
    else {
      shell.close()
      stores.messages.done(addedText({ images: done.images, labels: done.annotations }), true)
    }
  }
  useEffect(() => {
    if (!simple || phase !== 'ready' || asked.current) return
    asked.current = true
    void add()
  })
  const button = useFocusOnce(phase === 'ready' && preview !== null)
  if (report !== null) return <ImportReportView report={report} />
  const possible = preview !== null && preview.fault === null && preview.groupFault === '' && preview.images + preview.labels > 0
  const close = (): void => {
    shell.close()
    library.setState({ importing: null })
    stores.clients.project.dropImport({}).catch(() => undefined)
  }
  const busy = phase !== 'ready' || simple
  return (
    <WindowDialog title={t(simple ? 'Adding images' : 'Add images and labels')} width={720} closable={phase !== 'taking'} onClose={close}>
      <Stack gap="md" className={styles['body'] ?? ''} aria-busy={busy}>
        <Reading paths={paths} busy={busy} />
        {preview !== null && !simple && (
          <>
            {preview.fault === null ? <ImportFound preview={preview} /> : <Fault fault={preview.fault} close={close} />}
            <ImportFields draft={draft} preview={preview} onChange={change} />
            {preview.problems.length > 0 && <Problems problems={preview.problems} heading={t('everything else is added')} />}
          </>
        )}
        {error !== null && <Fault fault={error} close={close} />}
      </Stack>
      <Group justify="space-between" className={styles['foot'] ?? ''} wrap="nowrap">
        <Text size="sm" c="var(--sw-muted)">
          {t('Nothing is written yet, and one Undo takes all of it back.')}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" disabled={phase === 'taking'} onClick={close}>
            {t('Cancel')}
          </Button>
          <Button ref={button} disabled={!possible} loading={phase === 'taking'} onClick={() => phase === 'ready' && void add()}>
            {preview === null ? t('Add') : takes(preview)}
          </Button>
        </Group>
      </Group>
    </WindowDialog>
  )
}

/** Gives something the focus once it is ready: Enter adds what was found. Later the person's own focus stays. */
function useFocusOnce(ready: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  const done = useRef(false)
  useEffect(() => {
    if (!ready || done.current) return
    done.current = true
    button.current?.focus()
  }, [ready])
  return button
}

/** Where from, and how far the look at it is. The line stays when it has ended: nothing jumps. */
function Reading({ paths, busy }: { readonly paths: readonly string[]; readonly busy: boolean }) {
  const importing = useLibrary((state) => state.importing)
  const { masked } = useNames()
  const share = importing === null ? 100 : (100 * importing.done) / Math.max(1, importing.total)
  const said =
    importing === null
      ? t('Looking …')
      : `${t('{{done}} of {{total}}', { done: importing.done, total: importing.total })}${masked ? '' : `: ${importing.name}`}`
  return (
    <Stack gap={4} role="status">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="var(--sw-muted)" truncate title={paths.join('\n')}>
          {paths[0]}
          {paths.length > 1 && t(' and {{paths}} more', { paths: paths.length - 1 })}
        </Text>
        <Text size="sm" c="var(--sw-muted)" truncate className={styles['said'] ?? ''}>
          {busy ? said : ''}
        </Text>
      </Group>
      <Progress size={3} value={busy ? share : 0} aria-label={t('Import')} animated={busy} />
    </Stack>
  )
}

/** What keeps the files out, what is safe, what to do; what is read at all stands in the help. */
function Fault({ fault, close }: { readonly fault: ErrorInfo; readonly close: () => void }) {
  const { shell } = useApp()
  const names = useNames()
  const formats = (): void => {
    close()
    shell.open({ kind: 'help', topic: 'images' })
  }
  return (
    <Stack gap={4} role="alert" className={styles['fault'] ?? ''} data-selectable>
      <Text fw={600}>{names.in(heard(fault.message))}</Text>
      <Text size="sm">{t('Nothing was added, and your labels are as they were. {{advice}}', { advice: adviceFor(fault) })}</Text>
      <Group justify="space-between" align="flex-start">
        <ErrorDetails error={fault} />
        {fault.code === 'nothing-found' && (
          <Anchor component="button" type="button" size="xs" onClick={formats}>
            {t('Formats that are read')}
          </Anchor>
        )}
      </Group>
    </Stack>
  )
}
