import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../context.ts'
import { FORMATS, FORMATS_OF, type ImportFormat } from './import-formats.ts'
import { WindowDialog } from './window-dialog.tsx'
import styles from './import-dialog.module.css'

/** Where what lies in a folder is not to be guessed: the formats that a project's task can learn from. */
export function ImportAsDialog() {
  const { projects } = useApp()
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const [format, setFormat] = useState<ImportFormat>('auto')
  const { files } = FORMATS[format]
  return (
    <WindowDialog title={t('Add images and labels')} width={720}>
      <Stack gap="md">
        <Radio.Group
          aria-label={t('Format')}
          value={format}
          onChange={(value) => {
            setFormat(FORMATS_OF[task].find((one) => one === value) ?? 'auto')
          }}
        >
          <div className={styles['formats']}>
            {FORMATS_OF[task].map((one) => (
              <Radio key={one} value={one} size="xs" label={FORMATS[one].title} description={FORMATS[one].text} />
            ))}
          </div>
        </Radio.Group>
        <Group justify="space-between">
          <Text size="sm" c="var(--sw-muted)">
            {t('The files stay where they are.')}
          </Text>
          <Group gap="xs">
            {files && (
              <Button variant="default" onClick={() => void projects.pickAs(format, false, files)}>
                {t('Choose a file')}
              </Button>
            )}
            <Button data-autofocus onClick={() => void projects.pickAs(format, true)}>
              {t('Choose a folder')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </WindowDialog>
  )
}
