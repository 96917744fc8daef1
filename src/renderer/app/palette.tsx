import { Spotlight, type SpotlightActionData, type SpotlightFilterFunction } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import { COMMANDS, type Command } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { t } from '#shared/i18n/translate.ts'
import { showChord } from '#shared/keys.ts'
import { TOPICS } from '../help/topics.ts'
import { useKeys } from '../state/context.tsx'
import { isOffered } from '../tools/tool-set.ts'
import { useApp, useDocument } from './context.ts'
import { PALETTE_LIMIT, paletteFound, topicAction } from './palette-found.ts'
import styles from './palette.module.css'

const found: SpotlightFilterFunction = (query, actions) => {
  const byId = new Map(actions.flatMap((action) => ('id' in action ? [[action.id, action]] : [])))
  return paletteFound(query, new Set(byId.keys())).flatMap((id) => byId.get(id) ?? [])
}

/** Every command by its name and other words for it, with its key, and what the help says of the words: Ctrl+L. */
export function Palette() {
  const actions = useActions()
  return (
    <Spotlight
      actions={actions}
      filter={found}
      shortcut={null}
      nothingFound={t('No such command')}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      limit={PALETTE_LIMIT}
      scrollable
      maxHeight={420}
      // From the top: in the middle of the window it would jump as the list grows and shrinks.
      centered={false}
      yOffset="12vh"
      searchProps={{ leftSection: <IconSearch size={16} />, placeholder: t('Find a command'), 'aria-label': t('Find a command') }}
    />
  )
}

function useActions(): SpotlightActionData[] {
  const { stores, shell } = useApp()
  const task = useDocument(({ project }) => project?.task)
  const bindings = useKeys((state) => state.bindings)
  const mac = useKeys((state) => state.mac)
  return useMemo(
    () => [
      ...COMMANDS.filter(({ id, palette }: Command) => palette !== false && (task === undefined || isOffered(id, task))).map(
        (command: Command) => {
          const chord = bindings.get(command.id)?.[0]
          return {
            id: command.id,
            label: commandTitle(command),
            rightSection: chord === undefined ? undefined : <kbd className={styles['key']}>{showChord(chord, mac)}</kbd>,
            onClick: () => {
              // The palette gives the keyboard back first, so that the command finds the window as it was.
              setTimeout(() => {
                if (!stores.commands.run(command.id))
                  stores.messages.hint(t('“{{command}}” has nothing to do here.', { command: commandTitle(command) }))
              })
            },
          }
        },
      ),
      ...TOPICS.map(({ id, title }) => ({
        id: topicAction(id),
        label: t('Help: {{topic}}', { topic: title }),
        onClick: () => {
          shell.open({ kind: 'help', topic: id })
        },
      })),
    ],
    [stores, shell, bindings, mac, task],
  )
}
