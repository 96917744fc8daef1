import { Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
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
      stores.messages.failed('About', thrown)
    })
  }, [stores])
  return (
    <WindowDialog title="About Slidewright" width={440}>
      <Stack gap="sm" data-selectable>
        <Text>
          Label microscope images, train neural nets on the labels, review what they predict, and export counts. Everything stays on this
          machine.
        </Text>
        <Text fw={600}>Not for primary diagnosis.</Text>
        {about && (
          <Text size="sm" c="var(--sw-muted)">
            Slidewright {about.version} · Electron {about.electron} · Node {about.node} · {about.platform}
          </Text>
        )}
        <Text size="sm" c="var(--sw-muted)">
          Licensed under Apache-2.0.
        </Text>
      </Stack>
    </WindowDialog>
  )
}
