import { Button, Group, Loader, ScrollArea, Stack, Table, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type WorkflowRow } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useNames } from '../../state/context.tsx'
import { useApp, useDocument } from '../context.ts'
import { shownMoment } from '../moments.ts'
import { WindowDialog } from './window-dialog.tsx'

const KIND_WORDS: Readonly<Record<string, string>> = {
  ...{ import: t('Import'), split: t('Split'), 'pixel-size': t('Pixel size'), origin: t('Slide, patient, group') },
  ...{ train: t('Training'), folds: t('Cross-validation') },
  decide: t('Decisions'),
  ...{ predict: t('Prediction'), evaluate: t('Evaluation'), 'import-model': t('Model from elsewhere'), export: t('Export') },
}

/** What was done with the project, step by step with who and when; as a file it can be done again elsewhere. */
export function WorkflowDialog() {
  const { stores } = useApp()
  const rows = useWorkflow()
  const name = useDocument(({ project }) => project?.name ?? '')
  const save = async (): Promise<void> => {
    const filters = [{ name: t('Workflow'), extensions: ['json'] }]
    const file = await stores.clients.app.pickSave({ title: t('Save the workflow'), name: `${name} workflow.json`, filters })
    if (file === null) return
    try {
      const { steps } = await stores.clients.project.saveWorkflow({ file })
      stores.messages.done(t('Saved {{count}} steps', { count: steps }))
    } catch (thrown) {
      stores.messages.failed(t('Save the workflow'), thrown)
    }
  }
  return (
    <WindowDialog title={t('Workflow')} width={760}>
      <Stack gap="md">
        {rows === null && <Loader size="sm" color="gray" aria-label={t('Reading the workflow')} />}
        {rows?.length === 0 && (
          <Text size="sm">{t('Nothing yet. Imports, splits, trainings, predictions, evaluations and exports will be listed here.')}</Text>
        )}
        {rows !== null && rows.length > 0 && <Rows rows={rows} />}
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="var(--sw-muted)">
            {t('Saved as a file, it can be done again in this or another project: slidewright replay.')}
          </Text>
          <Button variant="default" style={{ flexShrink: 0 }} disabled={rows === null || rows.length === 0} onClick={() => void save()}>
            {t('Save as a file')}
          </Button>
        </Group>
      </Stack>
    </WindowDialog>
  )
}

function Rows({ rows }: { readonly rows: readonly WorkflowRow[] }) {
  const names = useNames()
  return (
    <ScrollArea.Autosize mah={440} tabIndex={0} aria-label={t('Steps')} role="region">
      <Table verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('When')}</Table.Th>
            <Table.Th>{t('Step')}</Table.Th>
            <Table.Th>{t('What')}</Table.Th>
            <Table.Th>{t('Who')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ kind, about, who, at }, i) => (
            <Table.Tr key={i}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{shownMoment(at, Date.now())}</Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{KIND_WORDS[kind] ?? kind}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{names.in(heard(about))}</Table.Td>
              <Table.Td>{who}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  )
}

function useWorkflow(): readonly WorkflowRow[] | null {
  const { stores, shell } = useApp()
  const [rows, setRows] = useState<readonly WorkflowRow[] | null>(null)
  useEffect(() => {
    let wanted = true
    stores.clients.project.workflow({}).then(
      (all) => {
        if (wanted) setRows(all)
      },
      (thrown: unknown) => {
        if (!wanted) return
        shell.close()
        stores.messages.failed(t('Show the workflow'), thrown)
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, shell])
  return rows
}
