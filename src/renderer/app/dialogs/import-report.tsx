import { Button, Group, Stack, Text } from '@mantine/core'
import { type ImportReport } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
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
    <WindowDialog title={t('Added')} width={640}>
      <Stack gap="md">
        <Stack gap={4} data-selectable>
          <Text size="lg">{t('{{count}} images', { count: images })}</Text>
          {annotations > 0 && <Text>{t('{{count}} labels', { count: annotations })}</Text>}
          {classes > 0 && <Text>{t('{{count}} new classes', { count: classes })}</Text>}
          {duplicates > 0 && (
            <Text c="var(--sw-muted)">{t('{{count}} images were there already and not taken again.', { count: duplicates })}</Text>
          )}
          {notes.map((note) => (
            <Text key={note} size="sm" c="var(--sw-muted)">
              {heard(note)}
            </Text>
          ))}
        </Stack>
        {problems.length > 0 && <Problems problems={problems} heading={t('everything else was taken')} />}
        {images > 1 && assigned < images && <SplitForm onDone={shell.close} />}
        <Group justify="flex-end">
          {images > 0 && (
            <Button
              variant="default"
              onClick={() => {
                shell.close()
                void stores.actions.undo(true)
              }}
            >
              {t('Undo')}
            </Button>
          )}
          <Button data-autofocus onClick={shell.close}>
            {t('Close')}
          </Button>
        </Group>
      </Stack>
    </WindowDialog>
  )
}
