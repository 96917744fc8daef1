import { Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../context.ts'
import { WindowDialog } from './window-dialog.tsx'

interface About {
  readonly version: string
  readonly electron: string
  readonly node: string
  readonly platform: string
}

/** What this program is, its version, and what it is not for. */
export function AboutDialog() {
  const { stores } = useApp()
  const [about, setAbout] = useState<About | null>(null)
  useEffect(() => {
    stores.clients.app.about({}).then(setAbout, (thrown: unknown) => {
      stores.messages.failed(t('About'), thrown)
    })
  }, [stores])
  return (
    <WindowDialog title={t('About Slidewright')} width={440}>
      <Stack gap="sm" data-selectable>
        <Text>
          {t(
            'Label microscope images, train neural nets on the labels, review what they predict, and export counts. Everything stays on this machine.',
          )}
        </Text>
        <Text fw={600}>{t('Not for primary diagnosis.')}</Text>
        {about && (
          <Text size="sm" c="var(--sw-muted)">
            {t('Slidewright {{version}} · Electron {{electron}} · Node {{node}} · {{platform}}', {
              version: about.version,
              electron: about.electron,
              node: about.node,
              platform: about.platform,
            })}
          </Text>
        )}
        <Text size="sm" c="var(--sw-muted)">
          {t('Licensed under Apache-2.0.')}
        </Text>
      </Stack>
    </WindowDialog>
  )
}
