import { Button, UnstyledButton } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { type Command } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { rebind, type Rebound } from '#shared/key-bindings.ts'
import { t } from '#shared/i18n/translate.ts'
import { chordsOf, showChord } from '#shared/keys.ts'
import { useKeys } from '../../state/context.tsx'
import { useApp, type AppModel } from '../context.ts'
import { cx } from '../css.ts'
import { setPreferences } from '../preferences.ts'
import styles from './key-sheet.module.css'

/** The chord of a press, null for none that can be used, `''` for taking the key away. */
function pressed(event: KeyboardEvent, mac: boolean): string | null {
  if (event.key === 'Backspace') return ''
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event
  const altGraph = event.getModifierState('AltGraph')
  return chordsOf({ key, code, ctrlKey, metaKey, altKey, shiftKey, altGraph }, mac)[0] ?? null
}

interface Taken {
  readonly chord: string
  readonly by: string
}

/** Tries a chord for a command; gives who has it already, or null. */
function give(app: AppModel, command: Command, chord: string, take: boolean): Taken | null {
  const { preferences } = app.shell.getState()
  const outcome: Rebound = rebind(preferences.keys, command.id, chord === '' ? null : chord, take)
  switch (outcome.kind) {
    case 'done':
      void setPreferences(app, { keys: { ...outcome.overrides } })
      return null
    case 'taken':
      return { chord, by: outcome.by.map((owner) => t('“{{command}}”', { command: commandTitle(owner) })).join(', ') }
    case 'refused':
      app.stores.messages.hint(outcome.why)
      return null
  }
}

/** A command and its key: a click listens for another one. */
export function KeyRow({ command }: { readonly command: Command }) {
  const app = useApp()
  const chord = useKeys(({ bindings }) => bindings.get(command.id)?.[0])
  const [listening, setListening] = useState(false)
  const [taken, setTaken] = useState<Taken | null>(null)
  const shown = chord === undefined ? '–' : showChord(chord, app.mac)
  const hear = (event: KeyboardEvent): void => {
    if (!listening || ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    setListening(false)
    const next = event.key === 'Escape' ? null : pressed(event, app.mac)
    if (next !== null) setTaken(give(app, command, next, false))
  }
  return (
    <>
      <div className={styles['row']}>
        <span className={styles['title']}>{commandTitle(command)}</span>
        <UnstyledButton
          className={cx(styles['key'], listening && styles['listening'])}
          disabled={command.fixed === true}
          aria-label={t('Key of {{command}}: {{key}}', { command: commandTitle(command), key: listening ? t('press a key') : shown })}
          onClick={() => {
            setListening(true)
          }}
          onKeyDown={hear}
          onBlur={() => {
            setListening(false)
          }}
        >
          {listening ? t('press a key') : shown}
        </UnstyledButton>
      </div>
      {taken && <TakenNote taken={taken} app={app} command={command} close={() => setTaken(null)} />}
    </>
  )
}

interface TakenNoteProps {
  readonly taken: Taken
  readonly app: AppModel
  readonly command: Command
  readonly close: () => void
}

function TakenNote({ taken, app, command, close }: TakenNoteProps) {
  return (
    <div className={styles['taken']} role="alert">
      {t('{{key}} belongs to {{command}}.', { key: showChord(taken.chord, app.mac), command: taken.by })}
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          give(app, command, taken.chord, true)
          close()
        }}
      >
        {t('Take it')}
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={close}>
        {t('Leave it')}
      </Button>
    </div>
  )
}
