import { ActionIcon, Menu, Progress, TextInput } from '@mantine/core'
import {
  IconArrowsSort,
  IconFilter,
  IconFilterFilled,
  IconPlus,
  IconSearch,
  IconSortAscending,
  IconSortDescending,
} from '@tabler/icons-react'
import { imageState } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument, useLibrary, useWritable } from '../app/context.ts'
import { Hint } from '../hint/hint.tsx'
import { STATE_NAMES } from './image-state-icon.tsx'
import { type SortKey } from './library-store.ts'
import styles from './image-list-head.module.css'

const SORTS: readonly { readonly key: SortKey; readonly name: string }[] = [
  { key: 'name', name: t('Name') },
  { key: 'state', name: t('State') },
  { key: 'count', name: t('Objects') },
  { key: 'doubt', name: t('Doubt') },
]
const SPLITS = [
  { key: 'all', name: t('All splits') },
  { key: 'train', name: t('Training') },
  { key: 'val', name: t('Validation') },
  { key: 'test', name: t('Test') },
  { key: 'none', name: t('Not assigned') },
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
          aria-label={t('Filter images by name')}
          placeholder={t('Filter by name')}
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
        {shown === total ? t('{{count}} images', { count: total }) : t('{{shown}} of {{count}} images', { shown, count: total })}
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
      {t('Reading {{done}} of {{total}}', { done, total })}
      <Progress size="xs" value={(100 * done) / Math.max(1, total)} aria-label={t('Import')} />
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
        <Hint label={t('Filter by state, split and flag')}>
          <ActionIcon aria-label={t('Filter by state and split')}>
            {active ? <IconFilterFilled size={16} /> : <IconFilter size={16} />}
          </ActionIcon>
        </Hint>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={state}
          onChange={(value) => {
            library.set({ state: value === 'all' ? 'all' : imageState.parse(value) })
          }}
        >
          <Menu.RadioItem value="all">{t('All states')}</Menu.RadioItem>
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
          {t('Flagged ({{flags}})', { flags })}
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
        <Hint label={t('Sort images')}>
          <ActionIcon aria-label={t('Sort images')}>
            <IconArrowsSort size={16} />
          </ActionIcon>
        </Hint>
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
          {descending ? t('Descending') : t('Ascending')}
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
        <Hint label={t('Add images')}>
          <ActionIcon aria-label={t('Add images')} disabled={!writable}>
            <IconPlus size={16} />
          </ActionIcon>
        </Hint>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void projects.pickImages(true)}>{t('Add a folder…')}</Menu.Item>
        <Menu.Item onClick={() => void projects.pickImages(false)}>{t('Add files…')}</Menu.Item>
        <Menu.Item onClick={() => shell.open({ kind: 'import-as' })}>{t('Add in a format…')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => stores.commands.run('images.split')}>{t('Split into training and test…')}</Menu.Item>
        <Menu.Item onClick={() => stores.commands.run('images.origin')}>{t('Slide, patient, group…')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
