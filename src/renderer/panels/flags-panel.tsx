import { ActionIcon, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconFlag, IconFlagFilled, IconFlagOff } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { FLAG_NOTE, flagKey, type FlagRecord } from '#shared/records/flag.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable, type AppModel } from '../app/context.ts'
import { useKeyOf, useNameOf } from '../state/context.tsx'
import { firstFlagTarget, flagOn, flagTargets, noteFlag, removeFlags, toggleFlags, whatIs } from '../tools/flag-commands.ts'
import { Hint } from '../hint/hint.tsx'
import { PanelSection } from './panel-section.tsx'
import styles from './flags-panel.module.css'

/** As many rows as are made at once; the rest is told of. */
const SHOWN = 200

interface FlagsPanelProps {
  /** Shows what a flag is set on. */
  readonly onShow: (app: AppModel, flag: FlagRecord) => Promise<void>
}

/** What was flagged for a colleague in the whole project, the newest first: a click shows it, its note can be written here. */
export function FlagsPanel({ onShow }: FlagsPanelProps) {
  const table = useDocument(({ tables }) => tables.flags)
  const flags = useMemo(() => [...table.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), [table])
  const current = useCurrentFlag()
  const list = useRef<HTMLUListElement>(null)
  useNoteKey(list, current)
  if (flags.length === 0) return null
  return (
    <PanelSection title={t('Flagged {{flags}}', { flags: flags.length })} label={t('Flagged')} actions={<FlagButton />}>
      <ul className={styles['list']} ref={list}>
        {flags.slice(0, SHOWN).map((flag) => (
          <FlagRow key={`${flag.id} ${flag.note}`} flag={flag} isCurrent={flag.id === current?.id} onShow={onShow} />
        ))}
      </ul>
      {flags.length > SHOWN && (
        <Text size="xs" c="var(--sw-muted)">
          {t('And {{flags}} more: export the decisions to have them all.', { flags: flags.length - SHOWN })}
        </Text>
      )}
    </PanelSection>
  )
}

/** The flag on what is selected, or on the image where nothing is. */
function useCurrentFlag(): FlagRecord | undefined {
  const { stores } = useApp()
  useStore(stores.selection, ({ selected }) => selected)
  const tables = useDocument((state) => state.tables)
  useDocument(({ imageId }) => imageId)
  const target = firstFlagTarget(stores)
  return target === null ? undefined : flagOn(tables, target)
}

/** The key for the note: goes into the field of the current flag, which is set first where there is none. */
function useNoteKey(list: React.RefObject<HTMLUListElement | null>, current: FlagRecord | undefined): void {
  const { stores } = useApp()
  const [wanted, setWanted] = useState(false)
  useEffect(
    () =>
      stores.commands.register({
        'object.flag-note': () => {
          const targets = flagTargets(stores)
          const { tables } = stores.document.getState()
          if (targets.length === 0) return false
          if (targets.some((target) => flagOn(tables, target) === undefined)) toggleFlags(stores)
          setWanted(true)
          return true
        },
      }),
    [stores],
  )
  useEffect(() => {
    if (!wanted || current === undefined) return
    setWanted(false)
    const field = list.current?.querySelector<HTMLInputElement>(`[data-flag="${CSS.escape(flagKey(current))}"] input`)
    field?.scrollIntoView({ block: 'nearest' })
    field?.focus()
  }, [wanted, current, list])
}

function FlagButton() {
  const { stores } = useApp()
  const writable = useWritable()
  const key = useKeyOf('object.flag')
  return (
    <Hint label={t('Flag what is selected, or the image; once more takes the flag off  {{key}}', { key })}>
      <ActionIcon aria-label={t('Flag what is selected')} disabled={!writable} onClick={() => stores.commands.run('object.flag')}>
        <IconFlag size={16} />
      </ActionIcon>
    </Hint>
  )
}

interface FlagRowProps extends FlagsPanelProps {
  readonly flag: FlagRecord
  readonly isCurrent: boolean
}

function FlagRow({ flag, isCurrent, onShow }: FlagRowProps) {
  const app = useApp()
  const writable = useWritable()
  const name = useNameOf(useDocument(({ tables }) => tables.images.get(flag.imageId)))
  const what = heard(whatIs(flag))
  const by = flag.author === '' ? '' : t(', by {{author}}', { author: flag.author })
  return (
    <li
      className={styles['row']}
      data-flag={flagKey(flag)}
      aria-label={t('Flag on {{whatIs}} of {{name}}', { whatIs: what, name })}
      aria-current={isCurrent}
    >
      <div className={styles['head']}>
        <Hint label={t('Show it: {{whatIs}}{{by}}', { whatIs: what, by })}>
          <UnstyledButton className={styles['show'] ?? ''} onClick={() => void onShow(app, flag)}>
            <IconFlagFilled size={14} aria-hidden />
            <Text size="xs" truncate>
              {name}
            </Text>
            <Text size="xs" c="var(--sw-muted)" className={styles['what'] ?? ''}>
              {what}
            </Text>
          </UnstyledButton>
        </Hint>
        <Hint label={t('Take the flag off')}>
          <ActionIcon
            aria-label={t('Take the flag off {{whatIs}} of {{name}}', { whatIs: what, name })}
            disabled={!writable}
            onClick={() => {
              removeFlags(app.stores, [flag])
            }}
          >
            {/* prettier-ignore */}
            <IconFlagOff size={16} />
          </ActionIcon>
        </Hint>
      </div>
      <FlagNote flag={flag} name={name} />
    </li>
  )
}

function FlagNote({ flag, name }: { readonly flag: FlagRecord; readonly name: string }) {
  const { stores } = useApp()
  const writable = useWritable()
  const key = useKeyOf('object.flag-note')
  const [text, setText] = useState(flag.note)
  const keep = (): void => {
    const note = text.trim()
    setText(note)
    if (note !== flag.note) noteFlag(stores, flag, note)
  }
  return (
    <TextInput
      size="xs"
      aria-label={t('Note on the flag of {{name}}', { name })}
      placeholder={key === '' ? t('What is the question?') : t('What is the question?  {{key}}', { key })}
      maxLength={FLAG_NOTE}
      readOnly={!writable}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}
