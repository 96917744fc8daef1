import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core'
import { type ImportReport } from '#shared/contracts/project.ts'
import { useApp, useLibrary } from '../context.ts'
import { SplitForm } from './split-form.tsx'
import { WindowDialog } from './window-dialog.tsx'
import styles from './import-dialog.module.css'

interface ImportDialogProps {
  readonly paths: readonly string[]
  /** Null while the import runs. */
  readonly report: ImportReport | null
}

/** How far an import is, then what it took and what it left, line by line. */
export function ImportDialog({ paths, report }: ImportDialogProps) {
  return (
    <WindowDialog title={report === null ? 'Adding images' : 'Added'} width={640} closable={report !== null}>
      {report === null ? <Reading paths={paths} /> : <Report report={report} />}
    </WindowDialog>
  )
}

function Reading({ paths }: { readonly paths: readonly string[] }) {
  const importing = useLibrary((state) => state.importing)
  const share = importing === null ? 0 : (100 * importing.done) / Math.max(1, importing.total)
  return (
    <Stack gap="sm" role="status">
      <Text truncate>{importing?.name ?? paths[0]}</Text>
      <Progress value={share} aria-label="Import" animated={importing === null} />
      <Text size="sm" c="var(--sw-muted)">
        {importing === null
          ? 'Looking for images …'
          : `${importing.done.toLocaleString()} of ${importing.total.toLocaleString()} files read`}
      </Text>
    </Stack>
  )
}

const many = (count: number, one: string, more = `${one}s`): string => `${count.toLocaleString()} ${count === 1 ? one : more}`

function Report({ report }: { readonly report: ImportReport }) {
  const { shell, stores } = useApp()
  const { images, annotations, classes, duplicates, problems, notes, splits } = report
  const assigned = splits.train + splits.val + splits.test
  return (
    <Stack gap="md">
      <Stack gap={4} data-selectable>
        <Text size="lg">{many(images, 'image')}</Text>
        {annotations > 0 && <Text>{many(annotations, 'label')}</Text>}
        {classes > 0 && <Text>{many(classes, 'new class', 'new classes')}</Text>}
        {duplicates > 0 && (
          <Text c="var(--sw-muted)">{many(duplicates, 'image was', 'images were')} there already and not taken again.</Text>
        )}
        {notes.map((note) => (
          <Text key={note} size="sm" c="var(--sw-muted)">
            {note}
          </Text>
        ))}
        {assigned > 0 && (
          <Text c="var(--sw-muted)">
            From its lists: {splits.train} training, {splits.val} validation, {splits.test} test.
          </Text>
        )}
      </Stack>
      {problems.length > 0 && <Problems problems={problems} />}
      {images > 1 && assigned < images && <SplitForm onDone={shell.close} />}
      <Group justify="flex-end">
        {images > 0 && (
          <Button
            variant="default"
            onClick={() => {
              shell.close()
              void stores.actions.undo()
            }}
          >
            Undo
          </Button>
        )}
        <Button data-autofocus onClick={shell.close}>
          Close
        </Button>
      </Group>
    </Stack>
  )
}

function Problems({ problems }: Pick<ImportReport, 'problems'>) {
  const { stores } = useApp()
  const copy = (): void => {
    const lines = problems.map(({ file, what }) => `${file}\t${what}`)
    void navigator.clipboard.writeText(lines.join('\n')).then(() => {
      stores.messages.done('Copied')
    })
  }
  return (
    <section aria-label="Problems">
      <Group justify="space-between" mb={4}>
        <Text fw={600}>{many(problems.length, 'problem')}; everything else was taken</Text>
        <Button variant="default" onClick={copy}>
          Copy list
        </Button>
      </Group>
      <div className={styles['problems']} tabIndex={0} data-selectable>
        <Table verticalSpacing={2}>
          <Table.Tbody>
            {problems.slice(0, 1000).map(({ file, what }, index) => (
              <Table.Tr key={index}>
                <Table.Td className={styles['file'] ?? ''} title={file}>
                  {file}
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {problems.length > 1000 && <Text p="xs">And {many(problems.length - 1000, 'more')}: copy the list to see all.</Text>}
      </div>
    </section>
  )
}
