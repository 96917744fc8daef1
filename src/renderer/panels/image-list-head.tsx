import { ActionIcon, Menu, Progress, TextInput, Tooltip } from '@mantine/core'
import {
  IconArrowsSort,
  IconFilter,
  IconFilterFilled,
  IconPlus,
  IconSearch,
  IconSortAscending,
  IconSortDescending,
} from '@tabler/icons-react'
import { counted } from '#shared/counted.ts'
import { imageState } from '#shared/records/image.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument, useLibrary, useWritable } from '../app/context.ts'
import { STATE_NAMES } from './image-state-icon.tsx'
import { type SortKey } from './library-store.ts'
import styles from './image-list-head.module.css'

const SORTS: readonly { readonly key: SortKey; readonly name: string }[] = [
  { key: 'name', name: 'Name' },
  { key: 'state', name: 'State' },
  { key: 'count', name: 'Objects' },
  { key: 'doubt', name: 'Doubt' },
]
const SPLITS = [
  { key: 'all', name: 'All splits' },
  { key: 'train', name: 'Training' },
  { key: 'val', name: 'Validation' },
  { key: 'test', name: 'Test' },
  { key: 'none', name: 'Not assigned' },
] as const

interface Figures {
  readonly shown: number
  readonly total: number
}

/** Search, filter and order of the image list, and how many it shows. */
export function ImageListHead({ shown, total }: Figures) {
  const { library } = useApp()
  const text = useLibrary((state) => state.text)
  return (
    <div className={styles['head']}>
      <div className={styles['line']}>
        <TextInput
          aria-label="Filter images by name"
          placeholder="Filter by name"
          leftSection={<IconSearch size={14} />}
          value={text}
          className={styles['search'] ?? ''}
          onChange={(event) => {
            library.set({ text: event.currentTarget.value })
          }}
        />
        <FilterMenu />
        <SortMenu />
        <AddMenu />
      </div>
      <div className={styles['figures']}>
        {shown === total ? counted(total, 'image') : `${shown.toLocaleString('en')} of ${counted(total, 'image')}`}
      </div>
      <Importing />
    </div>
  )
}

function Importing() {
  const importing = useLibrary((state) => state.importing)
  const { masked } = useNames()
  if (!importing) return null
  const { done, total, name } = importing
  return (
    <div role="status" title={masked ? undefined : name}>
      Reading {done.toLocaleString()} of {total.toLocaleString()}
      <Progress size="xs" value={(100 * done) / Math.max(1, total)} aria-label="Import" />
    </div>
  )
}

function FilterMenu() {
  const { library } = useApp()
  const state = useLibrary((current) => current.state)
  const split = useLibrary((current) => current.split)
  const flagged = useLibrary((current) => current.flagged)
  const flags = useDocument(({ tables }) => tables.flags.size)
  const active = state !== 'all' || split !== 'all' || flagged
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={180}>
      <Menu.Target>
        <Tooltip label="Filter by state, split and flag">
          <ActionIcon aria-label="Filter by state and split">
            {active ? <IconFilterFilled size={16} /> : <IconFilter size={16} />}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={state}
          onChange={(value) => {
            library.set({ state: value === 'all' ? 'all' : imageState.parse(value) })
          }}
        >
          <Menu.RadioItem value="all">All states</Menu.RadioItem>
          {imageState.options.map((option) => (
            <Menu.RadioItem key={option} value={option}>
              {STATE_NAMES[option]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.RadioGroup
          value={split}
          onChange={(value) => {
            library.set({ split: SPLITS.find(({ key }) => key === value)?.key ?? 'all' })
          }}
        >
          {SPLITS.map(({ key, name }) => (
            <Menu.RadioItem key={key} value={key}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.CheckboxItem
          checked={flagged}
          onChange={(checked) => {
            library.set({ flagged: checked })
          }}
        >
          Flagged ({flags.toLocaleString()})
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}

function SortMenu() {
  const { library } = useApp()
  const sort = useLibrary((state) => state.sort)
  const descending = useLibrary((state) => state.descending)
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label="Sort images">
          <ActionIcon aria-label="Sort images">
            <IconArrowsSort size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={sort}
          onChange={(value) => {
            const key = SORTS.find((one) => one.key === value)?.key ?? 'name'
            // What one wants to see first: much doubt, many objects.
            library.set({ sort: key, descending: key === 'doubt' || key === 'count' })
          }}
        >
          {SORTS.map(({ key, name }) => (
            <Menu.RadioItem key={key} value={key}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={descending ? <IconSortDescending size={14} /> : <IconSortAscending size={14} />}
          onClick={() => {
            library.set({ descending: !descending })
          }}
        >
          {descending ? 'Descending' : 'Ascending'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function AddMenu() {
  const { projects, shell, stores } = useApp()
  const writable = useWritable()
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Tooltip label="Add images">
          <ActionIcon aria-label="Add images" disabled={!writable}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void projects.pickImages(true)}>Add a folder…</Menu.Item>
        <Menu.Item onClick={() => void projects.pickImages(false)}>Add files…</Menu.Item>
        <Menu.Item onClick={() => shell.open({ kind: 'import-as' })}>Add in a format…</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => stores.commands.run('images.split')}>Split into training and test…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
