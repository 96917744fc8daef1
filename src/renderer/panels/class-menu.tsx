import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Edit } from '#shared/records/edit.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { digitEdit, moveClassEdit, removeClassEdit } from './class-edits.ts'

interface ClassMenuProps {
  readonly record: ClassRecord
  /** Objects of the class in the whole project. */
  readonly total: number
}

/** What can be done to a class besides using it. */
export function ClassMenu({ record, total }: ClassMenuProps) {
  const { stores, shell } = useApp()
  const classes = useDocument((state) => state.classes)
  const writable = useWritable()
  const commit = (edit: Edit | null) => () => {
    if (edit) void stores.actions.commit(edit)
  }
  const remove = (): void => {
    void stores.actions.commit(removeClassEdit(record)).then((committed) => {
      if (committed) stores.messages.done(t('Removed class {{name}}', { name: record.name }), true)
    })
  }
  const up = moveClassEdit(record, -1, classes)
  const down = moveClassEdit(record, 1, classes)
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon size={20} disabled={!writable} aria-label={t('More on {{name}}', { name: record.name })}>
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => shell.setState({ renaming: record.id })}>
          {t('Rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowUp size={14} />} disabled={up === null} onClick={commit(up)}>
          {t('Move up')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={14} />} disabled={down === null} onClick={commit(down)}>
          {t('Move down')}
        </Menu.Item>
        <DigitMenu record={record} classes={classes} />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={14} />}
          disabled={total > 0}
          title={total > 0 ? t('{{count}} objects have this class: relabel or delete them first', { count: total }) : undefined}
          onClick={remove}
        >
          {total > 0 ? t('Remove ({{count}} objects have it)', { count: total }) : t('Remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function DigitMenu({ record, classes }: { readonly record: ClassRecord; readonly classes: readonly ClassRecord[] }) {
  const { stores } = useApp()
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>{t('Key')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {[1, 2, 3, 4, 5, 6, 7, 8, 9, null].map((digit) => (
          <Menu.Item
            key={digit}
            fw={digit === record.digit ? 600 : 400}
            onClick={() => void stores.actions.commit(digitEdit(record, digit, classes))}
          >
            {digit ?? t('No key')}
          </Menu.Item>
        ))}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
