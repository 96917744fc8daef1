import { ActionIcon, Menu, Text, UnstyledButton } from '@mantine/core'
import { IconDots, IconFolder, IconFolderOff, IconHistory } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useShell } from '../context.ts'
import { shownMoment } from '../moments.ts'
import styles from './start-screen.module.css'

interface Recent {
  readonly folder: string
  readonly name: string
  readonly openedAt: string
  readonly exists: boolean
  readonly images: number | null
  readonly picture: string | null
}

/** Projects that were open lately; those that are gone stay, greyed, so that nobody wonders. */
export function RecentProjects() {
  const { stores } = useApp()
  const [recent, setRecent] = useState<readonly Recent[]>([])
  useEffect(() => {
    stores.clients.project.recent({}).then(setRecent, (thrown: unknown) => {
      stores.messages.failed(t('Read the recent projects'), thrown)
    })
  }, [stores])
  if (recent.length === 0) return null
  return (
    <section aria-label={t('Recent projects')}>
      <Text size="sm" c="var(--sw-muted)" mb={4}>
        {t('Recent projects')}
      </Text>
      {recent.map((one) => (
        <RecentProject key={one.folder} recent={one} />
      ))}
    </section>
  )
}

function RecentProject({ recent }: { readonly recent: Recent }) {
  const { projects } = useApp()
  const busy = useShell((shell) => shell.busy !== null)
  const { folder, name, openedAt, exists, images, picture } = recent
  const Icon = exists ? IconFolder : IconFolderOff
  return (
    <div className={styles['entry']}>
      <UnstyledButton
        className={styles['recent']}
        disabled={!exists || busy}
        aria-label={exists ? t('Open {{name}}', { name }) : t('{{name}}, not found', { name })}
        title={exists ? folder : t('{{folder}} is not there any more, or its disk is not connected', { folder })}
        onClick={() => void projects.open(folder)}
      >
        <span className={styles['picture']}>
          {picture === null ? <Icon size={24} stroke={1.2} aria-hidden /> : <img src={picture} alt="" draggable={false} />}
        </span>
        <span className={styles['text']}>
          <div className={styles['name']}>{name}</div>
          <div className={styles['folder']}>
            <bdi>{folder}</bdi>
          </div>
        </span>
        <span className={styles['when']}>
          <div>{exists ? shownMoment(openedAt, Date.now()) : t('not found')}</div>
          {images !== null && <div>{t('{{count}} images', { count: images })}</div>}
        </span>
      </UnstyledButton>
      <MoreMenu recent={recent} />
    </div>
  )
}

function MoreMenu({ recent: { folder, name, exists } }: { readonly recent: Recent }) {
  const { projects } = useApp()
  const busy = useShell((shell) => shell.busy !== null)
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon disabled={!exists || busy} aria-label={t('More on {{name}}', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconHistory size={14} />} onClick={() => void projects.restore(folder)}>
          {t('Restore a backup')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
