import { Button, Group, Stack, Table, Text } from '@mantine/core'
import { type ImportPreview, type ImportReport } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp } from '../context.ts'
import { FORMATS } from './import-formats.ts'
import styles from './import-dialog.module.css'

/** The headline says what was found already. */
const isNews = (note: string): boolean => !note.startsWith('Found ')

/** What was found: how much, of which classes, and how the files were understood. */
export function ImportFound({ preview }: { readonly preview: ImportPreview }) {
  const { images, labels, unlabelled, duplicates, classes, formats, notes } = preview
  const kinds = [...new Set(formats)].map((format) => FORMATS[format].title).join(', ')
  const beside = [
    ...(labels > 0 && unlabelled > 0 ? [t('{{count}} images without labels', { count: unlabelled })] : []),
    ...(duplicates > 0 ? [t('{{count}} images there already: not taken again', { count: duplicates })] : []),
  ]
  return (
    <Stack gap={6} role="region" aria-label={t('Found')} data-selectable>
      <Text size="lg">
        {kinds}: {t('{{count}} images', { count: images })}, {t('{{count}} labels', { count: labels })}
      </Text>
      {beside.length > 0 && (
        <Text size="sm" c="var(--sw-muted)">
          {beside.join(' · ')}
        </Text>
      )}
      {classes.length > 0 && (
        <ul className={styles['classes']} aria-label={t('Classes found')}>
          {classes.map(({ name, color, labels: count, isNew }) => (
            <li key={name} title={name}>
              <span className={styles['chip']} style={{ background: color }} aria-hidden />
              <span className={styles['name']}>{name}</span>
              <span>{shownNumber(count)}</span>
              {isNew && <span className={styles['new']}>{t('new')}</span>}
            </li>
          ))}
        </ul>
      )}
      {notes.filter(isNews).map((note) => (
        <Text key={note} size="sm" c="var(--sw-muted)">
          {heard(note)}
        </Text>
      ))}
    </Stack>
  )
}

interface ProblemsProps extends Pick<ImportReport, 'problems'> {
  /** What becomes of all else. */
  readonly heading: string
}

/** What is left out or taken otherwise than it stands, line by line. */
export function Problems({ problems, heading }: ProblemsProps) {
  const { stores } = useApp()
  const copy = (): void => {
    const lines = problems.map(({ file, what }) => `${file}\t${heard(what)}`)
    void navigator.clipboard.writeText(lines.join('\n')).then(() => {
      stores.messages.done(t('Copied'))
    })
  }
  return (
    <section aria-label={t('Problems')}>
      <Group justify="space-between" mb={4}>
        <Text fw={600}>
          {t('{{count}} problems', { count: problems.length })}; {heading}
        </Text>
        <Button variant="default" onClick={copy}>
          {t('Copy list')}
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
                <Table.Td>{heard(what)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {problems.length > 1000 && (
          <Text p="xs">{t('And {{count}} more: copy the list to see all.', { count: problems.length - 1000 })}</Text>
        )}
      </div>
    </section>
  )
}
