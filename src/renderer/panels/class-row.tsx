import { ActionIcon, TextInput, UnstyledButton } from '@mantine/core'
import { IconEye, IconEyeOff, IconGripVertical } from '@tabler/icons-react'
import { useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { type ClassRecord } from '#shared/records/class.ts'
import { ColorInput } from '../app/color-input.tsx'
import { useApp, useDocument, useShell, useWritable, type AppModel } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { isAboutImage, labelAs } from '../labels/label-actions.ts'
import { useLabelsImages, useSharedLabel } from '../labels/use-labels.ts'
import { relabelSelected } from '../tools/object-commands.ts'
import { recolourEdit, renameEdit } from './class-edits.ts'
import { countOf, type ClassBranch } from '#shared/class-tree.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { ClassMenu } from './class-menu.tsx'
import { type ClassHandle } from './use-class-order.ts'
import styles from './classes-panel.module.css'

interface ClassRowProps {
  readonly branch: ClassBranch
  /** Labels of the class itself in the whole project. */
  readonly own: number
  /** With those of its kinds. */
  readonly total: number
  /** Its labels lie somewhere on an image, so that how many are on this one says something. */
  readonly placed: boolean
  /** Some of them can be hidden. */
  readonly hides: boolean
  readonly handle: ClassHandle
  readonly dragged: boolean
  /** Where beside this row what is dragged would drop. */
  readonly drop: 'above' | 'below' | null
}

/** CSS pixels by which a class stands to the right of the one that it is a kind of. */
const INDENT = 12

/** A click does what the digit does: labels the image where that is done, relabels what is selected, or chooses the class of the next object. */
function chooseClass(app: AppModel, record: ClassRecord): void {
  const { stores } = app
  if (isAboutImage(app)) {
    labelAs(app, record)
    return
  }
  const { selected, fresh } = stores.selection.getState()
  if (selected.size === 0 || fresh) stores.tool.setClass(record.id)
  else relabelSelected(stores, record.id)
}

export function ClassRow({ branch, own, total, placed, hides, handle, dragged, drop }: ClassRowProps) {
  const app = useApp()
  const { stores } = app
  const { record, depth, shown, below } = branch
  const { id, name, color } = record
  const writable = useWritable()
  const renaming = useShell((shell) => shell.renaming === id)
  const drawn = useStore(stores.tool, (tool) => tool.classId === id)
  const ofImage = useLabelsImages()
  const label = useSharedLabel()
  const current = ofImage ? label === id : drawn
  const here = useDocument(({ tables, imageId }) => (imageId === null ? 0 : countOf(tables.counts.get(imageId), branch)))
  const kinds = below.length === 0 ? '' : t(', with all kinds of {{name}}', { name })
  return (
    <div
      role="listitem"
      aria-label={name}
      className={cx(styles['row'], current && styles['current'], dragged && styles['dragged'], drop && styles[drop])}
    >
      <Handle record={record} handle={handle} disabled={!writable} />
      {depth > 0 && <span className={styles['indent']} style={{ width: Math.min(depth, 4) * INDENT }} aria-hidden />}
      <ColorChoice record={record} color={color} disabled={!writable} />
      {renaming ? (
        <NameInput record={record} />
      ) : (
        <UnstyledButton
          className={styles['name']}
          title={name}
          aria-pressed={current}
          onMouseDown={(event) => {
            event.preventDefault()
          }}
          onClick={() => {
            chooseClass(app, record)
          }}
        >
          {shown}
        </UnstyledButton>
      )}
      {placed && (
        <span className={styles['count']} title={t('On this image{{kinds}}', { kinds })}>
          {shownNumber(here)}
        </span>
      )}
      <span className={styles['total']} title={`${placed || hides ? t('In the project') : t('Images in the project')}${kinds}`}>
        {shownNumber(total)}
      </span>
      {hides && <VisibleToggle branch={branch} />}
      <ClassMenu record={record} total={own} />
    </div>
  )
}

/** The class's digit; what moves the row is seen when the pointer or the keyboard is there. */
function Handle({ record, handle, disabled }: { readonly record: ClassRecord; readonly handle: ClassHandle; readonly disabled: boolean }) {
  return (
    <UnstyledButton
      className={styles['handle']}
      disabled={disabled}
      aria-label={t('Move {{name}}', { name: record.name })}
      title={t('Drag, or press the up and down arrows, to change the order')}
      {...handle}
    >
      <IconGripVertical size={12} className={styles['grip']} aria-hidden />
      <span className={styles['digit']}>{record.digit}</span>
    </UnstyledButton>
  )
}

function VisibleToggle({ branch: { record, below } }: Pick<ClassRowProps, 'branch'>) {
  const { stores } = useApp()
  const hidden = useStore(stores.display, ({ hiddenClasses }) => hiddenClasses.has(record.id))
  return (
    <ActionIcon
      size={20}
      aria-label={t('Show {{name}}', { name: record.name })}
      aria-pressed={!hidden}
      title={hidden ? t('Show {{name}}', { name: record.name }) : t('Hide {{name}}', { name: record.name })}
      onClick={() => {
        stores.display.toggleClass(record.id, below)
      }}
    >
      {hidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
    </ActionIcon>
  )
}

interface ColorChoiceProps {
  readonly record: ClassRecord
  readonly color: string
  readonly disabled: boolean
}

/** The colour moves with the choice; one edit is made when it is left. */
function ColorChoice({ record, color, disabled }: ColorChoiceProps) {
  const { stores } = useApp()
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <span
      onBlur={() => {
        if (draft !== null && draft !== color) void stores.actions.commit(recolourEdit(record, draft))
        setDraft(null)
      }}
    >
      <ColorInput label={t('Colour of {{name}}', { name: record.name })} value={draft ?? color} disabled={disabled} onChange={setDraft} />
    </span>
  )
}

function NameInput({ record }: { readonly record: ClassRecord }) {
  const { stores, shell } = useApp()
  const [text, setText] = useState(record.name)
  const end = (keep: boolean): void => {
    shell.setState({ renaming: null })
    const edit = keep ? renameEdit(record, text, stores.document.getState().classes) : null
    if (edit) void stores.actions.commit(edit)
    else if (keep && text.trim() !== record.name)
      stores.messages.hint(t('The class keeps its name.'), t('Another class has that one, or it is empty.'))
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.currentTarget instanceof HTMLElement) event.currentTarget.blur()
    if (event.key === 'Escape') setText(record.name)
  }
  return (
    <TextInput
      className={styles['input'] ?? ''}
      size="xs"
      aria-label={t('Name of {{name}}', { name: record.name })}
      autoFocus
      maxLength={120}
      value={text}
      onFocus={(event) => {
        event.currentTarget.select()
      }}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onKeyDown={keys}
      onBlur={() => {
        end(true)
      }}
    />
  )
}
