import { Button, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconKeyboard, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { COMMANDS, commandOf, type CommandId } from '#shared/commands.ts'
import { wordsOf } from '#shared/i18n/command-search.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { t } from '#shared/i18n/translate.ts'
import { showChord } from '#shared/keys.ts'
import { partsOf, type Topic, TOPICS, topicsWith } from '../../help/topics.ts'
import { useKeys } from '../../state/context.tsx'
import { useApp } from '../context.ts'
import { cx } from '../css.ts'
import { WindowDialog } from './window-dialog.tsx'
import styles from './help-dialog.module.css'

const TITLES: ReadonlyMap<CommandId, string> = new Map(COMMANDS.map((command) => [command.id, commandTitle(command)]))
const titleOf = (id: CommandId): string => TITLES.get(id) ?? id
const soughtBy = (id: CommandId): string => {
  const command = commandOf(id)
  return command === null ? '' : wordsOf(command)
}

/** Short topics to look things up in, and the way to all keys. It needs no network. */
export function HelpDialog({ topic: first }: { readonly topic?: string | undefined }) {
  const { shell } = useApp()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(first ?? TOPICS[0]!.id)
  const found = topicsWith(text, soughtBy)
  const topic = found.find(({ id }) => id === chosen) ?? found[0]
  return (
    <WindowDialog title={t('Help')} width={880}>
      <div className={styles['help']}>
        <nav className={styles['topics']} aria-label={t('Topics')}>
          <TextInput
            data-autofocus
            aria-label={t('Search the help')}
            placeholder={t('Search the help')}
            leftSection={<IconSearch size={14} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
            }}
          />
          {found.map(({ id, title }) => (
            <UnstyledButton
              key={id}
              className={cx(styles['topic'], id === topic?.id && styles['here'])}
              aria-current={id === topic?.id ? 'true' : undefined}
              onClick={() => {
                setChosen(id)
              }}
            >
              {title}
            </UnstyledButton>
          ))}
          <Button
            className={styles['keys']}
            variant="default"
            leftSection={<IconKeyboard size={16} aria-hidden />}
            onClick={() => {
              shell.open({ kind: 'keys' })
            }}
          >
            {t('Keys')}
          </Button>
        </nav>
        {topic ? <TopicText topic={topic} /> : <Text size="sm">{t('Nothing in the help has these words.')}</Text>}
      </div>
    </WindowDialog>
  )
}

function TopicText({ topic: { title, lines } }: { readonly topic: Topic }) {
  return (
    <section className={styles['text']} aria-label={title} tabIndex={0}>
      <Text fw={600} mb={8}>
        {title}
      </Text>
      {lines.map((line) => (
        <p key={line} className={styles['line']}>
          {partsOf(line).map((part, i) => ('text' in part ? part.text : <KeyOf key={i} command={part.command} />))}
        </p>
      ))}
    </section>
  )
}

/** The key that a command has now; of one without a key its name, by which it is found among all commands. */
function KeyOf({ command }: { readonly command: CommandId }) {
  const { mac } = useApp()
  const chord = useKeys(({ bindings }) => bindings.get(command)?.[0])
  return chord === undefined ? (
    <>{t('“{{command}}”', { command: titleOf(command) })}</>
  ) : (
    <kbd className={styles['key']}>{showChord(chord, mac)}</kbd>
  )
}
