import { Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { IconFlask, IconFolderOpen, IconPlus } from '@tabler/icons-react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useShell } from '../context.ts'
import { RecentProjects } from './recent-projects.tsx'
import styles from './start-screen.module.css'

/** What is seen while no project is open. */
export function StartScreen() {
  const { stores } = useApp()
  const busy = useShell((shell) => shell.busy)
  return (
    <main className={styles['screen']} aria-label={t('Start')}>
      <div className={styles['column']}>
        <header>
          <Title order={1}>{t('Slidewright')}</Title>
          <Text c="var(--sw-muted)">{t('Label, train, review, count. Everything stays on this machine.')}</Text>
        </header>
        <Group gap="sm">
          <Button leftSection={<IconPlus size={16} />} disabled={busy !== null} onClick={() => stores.commands.run('project.new')}>
            {t('New project')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconFolderOpen size={16} />}
            disabled={busy !== null}
            onClick={() => stores.commands.run('project.open')}
          >
            {t('Open project')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconFlask size={16} />}
            disabled={busy !== null}
            onClick={() => stores.commands.run('project.sample')}
          >
            {t('Open the sample')}
          </Button>
          {busy !== null && (
            <Group gap="xs" role="status">
              <Loader size={16} color="gray" />
              <Text size="sm">{busy} …</Text>
            </Group>
          )}
        </Group>
        <Stack gap="xs">
          <RecentProjects />
        </Stack>
        <Stack gap="xs">
          <Text size="sm" c="var(--sw-muted)">
            {t('New here? The sample leads through the whole loop in some three minutes. A project folder or images can be dropped here.')}
          </Text>
          <Group gap="md">
            <Anchor component="button" size="sm" onClick={() => stores.commands.run('app.help')}>
              {t('Help')}
            </Anchor>
            <Anchor component="button" size="sm" onClick={() => stores.commands.run('app.preferences')}>
              {t('Language and preferences')}
            </Anchor>
          </Group>
        </Stack>
      </div>
    </main>
  )
}
