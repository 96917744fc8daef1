import { Button, Group, Stack, Text } from '@mantine/core'
import { counted } from '#shared/counted.ts'
import { type ImportReport } from '#shared/contracts/project.ts'
import { useApp } from '../context.ts'
import { Problems } from './import-found.tsx'
import { SplitForm } from './split-form.tsx'
import { WindowDialog } from './window-dialog.tsx'

/** What an import took and what it left, line by line. */
export function ImportReportView({ report }: { readonly report: ImportReport }) {
  const { shell, stores } = useApp()
  const { images, annotations, classes, duplicates, problems, notes, splits } = report
  const assigned = splits.train + splits.val + splits.test
  return (
    <WindowDialog title="Added" width={640}>
      <Stack gap="md">
        <Stack gap={4} data-selectable>
          <Text size="lg">{counted(images, 'image')}</Text>
          {annotations > 0 && <Text>{counted(annotations, 'label')}</Text>}
          {classes > 0 && <Text>{counted(classes, 'new class', 'new classes')}</Text>}
          {duplicates > 0 && (
            <Text c="var(--sw-muted)">{counted(duplicates, 'image was', 'images were')} there already and not taken again.</Text>
          )}
          {notes.map((note) => (
            <Text key={note} size="sm" c="var(--sw-muted)">
              {note}
            </Text>
          ))}
        </Stack>
        {problems.length > 0 && <Problems problems={problems} heading="everything else was taken" />}
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
    </WindowDialog>
  )
}
