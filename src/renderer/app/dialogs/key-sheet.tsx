import { Button, Group, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { COMMANDS, type Command } from '#shared/commands.ts'
import { wordsOf } from '#shared/i18n/command-search.ts'
import { commandGroup } from '#shared/i18n/command-titles.ts'
import { type CommandGroup } from '#shared/commands.ts'
import { hasWords, searchWords } from '#shared/search-words.ts'
import { restoreKeys } from '#shared/key-bindings.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { isOffered } from '../../tools/tool-set.ts'
import { useApp, useDocument, useShell } from '../context.ts'
import { setPreferences } from '../preferences.ts'
import { KeyRow } from './key-row.tsx'
import { WindowDialog } from './window-dialog.tsx'
import styles from './key-sheet.module.css'

/** All keys by group, in a project those that its task has a use for; each can be changed by a click and a press. */
export function KeySheet() {
  const app = useApp()
  const overrides = useShell(({ preferences }) => preferences.keys)
  const [text, setText] = useState('')
  const task = useDocument(({ project }) => project?.task)
  const groups = useMemo(() => grouped(text, task), [text, task])
  const restore = (): void => {
    const all = restoreKeys(overrides)
    if (all.kind === 'done') void setPreferences(app, { keys: { ...all.overrides } })
  }
  return (
    <WindowDialog title={t('Keys')} width={880}>
      <Group mb="sm">
        <TextInput
          flex={1}
          data-autofocus
          aria-label={t('Filter commands')}
          placeholder={t('Filter commands')}
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
          }}
        />
        <Button variant="default" disabled={Object.keys(overrides).length === 0} onClick={restore}>
          {t('Restore all keys')}
        </Button>
      </Group>
      <Text size="sm" c="var(--sw-muted)" mb="sm">
        {t('Click a key, then press another one. Backspace takes a key away, Escape leaves it as it is.')}
      </Text>
      <div className={styles['scroll']}>
        <div className={styles['columns']}>
          {groups.map(([group, commands]) => (
            <section key={group} aria-label={commandGroup(group)} className={styles['group']}>
              <Text fw={600}>{commandGroup(group)}</Text>
              {commands.map((command) => (
                <KeyRow key={command.id} command={command} />
              ))}
            </section>
          ))}
        </div>
      </div>
    </WindowDialog>
  )
}

function grouped(text: string, task: TaskKind | undefined): [CommandGroup, Command[]][] {
  const words = searchWords(text)
  const groups = new Map<CommandGroup, Command[]>()
  for (const command of COMMANDS) {
    if (!hasWords(wordsOf(command), words) || (task !== undefined && !isOffered(command.id, task))) continue
    const group = groups.get(command.group) ?? []
    groups.set(command.group, group)
    group.push(command)
  }
  return [...groups]
}
