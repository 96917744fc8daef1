import { Anchor, Button, Group, Loader, Pill, SegmentedControl, Select, Text, TextInput } from '@mantine/core'
import { IconCopy, IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import { type CountBy } from '#shared/contracts/counts.ts'
import { type CountTable } from '#shared/counts/tabulate.ts'
import { split as splitSchema } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { ClassSummary } from './class-summary.tsx'
import { tableAsTsv, rowName, sortedRows } from './count-rows.ts'
import { type Beside, type CountState } from './count-store.ts'
import { CountsRows } from './counts-rows.tsx'
import { MarkedTwice } from './marked-twice.tsx'
import { useCount, useCountBys, useCountedBy, useCountTable, useSource, useSourceTitle } from './use-counts.ts'
import styles from './count.module.css'

const BY_NAMES: Readonly<Record<CountBy, string>> = {
  ...{ image: t('By image'), region: t('By region') },
  ...{ slide: t('By slide'), patient: t('By patient'), group: t('By group') },
}
const SPLITS = [
  { value: 'all', label: t('All splits') },
  { value: 'train', label: t('Training') },
  { value: 'val', label: t('Validation') },
  { value: 'test', label: t('Test') },
]
const STATES: readonly { readonly value: CountState['finished']; readonly label: string }[] = [
  { value: 'all', label: t('Any state') },
  { value: 'finished', label: t('Done or reviewed') },
  { value: 'open', label: t('Not done yet') },
]
const BESIDES: readonly { readonly value: Beside; readonly label: string }[] = [
  { value: 'other', label: t('Below: predicted or corrected') },
  { value: 'density', label: t('Below: per mm²') },
  { value: 'size', label: t('Below: median size') },
  { value: 'none', label: t('Numbers alone') },
]

/** The counts: what can be said of each class in all, then a row an image, a region, a slide, a patient or a group. */
export function CountsTable() {
  const table = useCountTable()
  const sort = useCount((state) => state.sort)
  const descending = useCount((state) => state.descending)
  const by = useCountedBy()
  const names = useNames()
  const rows = useMemo(
    () => table && sortedRows(table.rows, sort, descending, (row) => rowName(row, by, names)),
    [table, sort, descending, by, names],
  )
  if (table === null || rows === null) return <Loader m="md" size="sm" color="gray" aria-label={t('Counting')} />
  return (
    <div className={styles['table']}>
      <Head table={{ ...table, rows }} />
      <MarkedTwice images={table.all.images} />
      <ClassSummary all={table.all} />
      <Choices />
      <CountsRows rows={rows} all={table.all} />
    </div>
  )
}

function Head({ table }: { readonly table: CountTable }) {
  const { stores } = useApp()
  const title = useSourceTitle()
  const { kind } = useSource()
  const by = useCountedBy()
  const names = useNames()
  const copy = (): void => {
    const { classes } = stores.document.getState()
    void navigator.clipboard.writeText(tableAsTsv(table, { by, classes, source: title, shown: names })).then(() => {
      stores.messages.done(t('Copied {{rows}} rows', { rows: table.rows.length }))
    })
  }
  return (
    <Group justify="space-between" wrap="nowrap" px={12} pt={8} maw={1280}>
      <Text size="sm" role="status" aria-label={t('What is counted')}>
        {t('{{count}} images, counted from {{source}}', { count: table.all.images.length, source: title })}
        {table.leftOut > 0 && kind === 'truth' && t('; {{count}} images that nobody labelled left out', { count: table.leftOut })}
        {table.leftOut > 0 && kind !== 'truth' && (
          <>
            {t('; {{count}} images that the run did not look at left out', { count: table.leftOut })}{' '}
            <Anchor component="button" size="sm" onClick={() => stores.commands.run('predict.start')}>
              {t('Predict on all images')}
            </Anchor>
          </>
        )}
        {table.beside > 0 && t('; {{count}} objects outside the regions counted on left out', { count: table.beside })}
      </Text>
      <Button variant="default" leftSection={<IconCopy size={14} />} onClick={copy} flex="none">
        {t('Copy table')}
      </Button>
    </Group>
  )
}

/** Whose images alone are shown, called as in their row, so by no name where names are masked by now; null where all are shown. */
function useOnlyOf(): string | null {
  const only = useCount((state) => state.only)
  const images = useDocument((state) => state.images)
  const names = useNames()
  return useMemo(() => {
    if (only === null) return null
    if (only.by === 'twice') return t('Only images with objects on one another')
    const row = { name: only.name, images: images.filter(({ id }) => only.ids.has(id)) }
    return t('Only images of {{name}}', { name: rowName(row, only.by, names) })
  }, [only, images, names])
}

/** What a row is, which images are shown, and what stands below each number. */
function Choices() {
  const { count } = useApp()
  const bys = useCountBys()
  const by = useCountedBy()
  const text = useCount((state) => state.text)
  const onlyOf = useOnlyOf()
  return (
    <Group gap="xs" px={12} pb={8} maw={1280}>
      {bys.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('One row for each')}
          value={by}
          data={bys.map((value) => ({ value, label: BY_NAMES[value] }))}
          onChange={(value) => {
            count.setState({ by: bys.find((one) => one === value) ?? 'image', only: null })
          }}
        />
      )}
      {onlyOf !== null && (
        <Pill
          size="md"
          maw={240}
          title={onlyOf}
          withRemoveButton
          removeButtonProps={{ 'aria-label': t('Show the images of all'), 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => {
            count.setState({ only: null })
          }}
        >
          {onlyOf}
        </Pill>
      )}
      <TextInput
        w={170}
        aria-label={t('Only images named')}
        placeholder={t('Filter by name')}
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => {
          count.setState({ text: event.currentTarget.value })
        }}
      />
      <Filters />
    </Group>
  )
}

function Filters() {
  const { count } = useApp()
  const shown = useCount((state) => state.shown)
  const finished = useCount((state) => state.finished)
  const beside = useCount((state) => state.beside)
  return (
    <>
      <Select
        w={130}
        aria-label={t('Images shown')}
        value={shown}
        data={SPLITS}
        onChange={(value) => {
          count.setState({ shown: value === null || value === 'all' ? 'all' : splitSchema.parse(value) })
        }}
      />
      <Select
        w={150}
        aria-label={t('State of the images shown')}
        value={finished}
        data={STATES}
        allowDeselect={false}
        onChange={(value) => {
          count.setState({ finished: STATES.find((one) => one.value === value)?.value ?? 'all' })
        }}
      />
      <Select
        w={220}
        aria-label={t('Below each number')}
        value={beside}
        data={BESIDES}
        allowDeselect={false}
        onChange={(value) => {
          count.setState({ beside: BESIDES.find((one) => one.value === value)?.value ?? 'other' })
        }}
      />
    </>
  )
}
