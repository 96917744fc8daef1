import { ActionIcon, Menu, UnstyledButton } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconChevronDown,
  IconFolder,
  IconFolderOpen,
  IconHelp,
  IconPlus,
  IconSearch,
  IconX,
} from '@tabler/icons-react'
import { type CommandId } from '#shared/commands.ts'
import { t } from '#shared/i18n/translate.ts'
import { Hint } from '../hint/hint.tsx'
import { useApp, useDocument, useShell } from './context.ts'
import { cx } from './css.ts'
import { EngineState } from './engine-state.tsx'
import { type ProjectPlace } from './shell-store.ts'
import { useKeyOf } from '../state/context.tsx'
import styles from './top-bar.module.css'

const PLACES: readonly { readonly place: ProjectPlace; readonly name: string }[] = [
  { place: 'label', name: t('Label') },
  { place: 'train', name: t('Train') },
  { place: 'review', name: t('Review') },
  { place: 'count', name: t('Count') },
]

/** Where one is and where one can go: the four places, the project, commands and the engine. */
export function TopBar() {
  return (
    <header className={styles['bar']}>
      <nav className={styles['places']} aria-label={t('Places')}>
        {PLACES.map(({ place, name }) => (
          <PlaceButton key={place} place={place} name={name} />
        ))}
      </nav>
      <ProjectMenu />
      <div className={styles['end']}>
        <CommandButton id="app.palette" label={t('Find a command')} icon={<IconSearch size={16} />} />
        <CommandButton id="app.help" label={t('Help')} icon={<IconHelp size={16} />} />
        <CommandButton id="app.preferences" label={t('Preferences')} icon={<IconAdjustmentsHorizontal size={16} />} />
        <EngineState />
      </div>
    </header>
  )
}

function PlaceButton({ place, name }: { readonly place: ProjectPlace; readonly name: string }) {
  const { stores } = useApp()
  const here = useShell((shell) => shell.place === place)
  const key = useKeyOf(`place.${place}`)
  return (
    <Hint label={`${name}  ${key}`}>
      <UnstyledButton
        className={cx(styles['place'], here && styles['here'])}
        aria-current={here ? 'page' : undefined}
        onClick={() => stores.commands.run(`place.${place}`)}
      >
        {name}
      </UnstyledButton>
    </Hint>
  )
}

interface CommandButtonProps {
  readonly id: CommandId
  readonly label: string
  readonly icon: React.ReactNode
}

function CommandButton({ id, label, icon }: CommandButtonProps) {
  const { stores } = useApp()
  const key = useKeyOf(id)
  return (
    <Hint label={key === '' ? label : `${label}  ${key}`}>
      <ActionIcon aria-label={label} onClick={() => stores.commands.run(id)}>
        {icon}
      </ActionIcon>
    </Hint>
  )
}

function ProjectMenu() {
  const { stores } = useApp()
  const name = useDocument(({ project }) => project?.name ?? '')
  const run = (id: CommandId) => () => {
    stores.commands.run(id)
  }
  return (
    <Menu position="bottom" width={240}>
      <Menu.Target>
        <UnstyledButton className={styles['project']} aria-label={t('Project {{name}}', { name })}>
          <span>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={run('images.import')}>
          {t('Add images or annotations')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFolder size={14} />} onClick={run('project.reveal')}>
          {t('Show the project folder')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconFolderOpen size={14} />} onClick={run('project.open')}>
          {t('Open another project')}
        </Menu.Item>
        <Menu.Item leftSection={<IconX size={14} />} onClick={run('project.close')}>
          {t('Close project')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
