import { Button, Group, Loader, SegmentedControl, Select, Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconCopy } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { counted } from '#shared/counted.ts'
import { split as splitSchema } from '#shared/records/task.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { type CountState, type SortColumn } from './count-store.ts'
import { CountsRow } from './counts-row.tsx'
import { rowsOf, sortedRows, tableAsTsv, totalsOf, type CountRow } from './count-table.ts'
import { RegionTable } from './region-table.tsx'
import { useCount, useCountedBy, useCounts, useSource, useSourceTitle } from './use-counts.ts'
import styles from './count.module.css'

/** Height of a row, CSS pixels. */
const ROW = 32

/** The columns' widths, for as many classes as there are; on a wide screen numbers stay near the names that they belong to. */
export const gridOf = (classes: number): string =>
  `minmax(160px, 480px) 72px 96px repeat(${String(classes)}, minmax(72px, 160px)) minmax(72px, 160px)`

/** The counts by image, or by region where the project has any. */
export function CountsTable() {
  const by = useCountedBy()
  const hasRegions = useDocument(({ tables }) => tables.regions.size > 0)
  return (
    <div className={styles['table']}>
      {hasRegions && <ByChoice by={by} />}
      {by === 'region' ? <RegionTable /> : <ImageTable />}
    </div>
  )
}

function ByChoice({ by }: { readonly by: CountState['by'] }) {
  const { count } = useApp()
  return (
    <Group px={12} pt={8}>
      <SegmentedControl
        size="xs"
        aria-label="One row for each"
        value={by}
        data={[
          { value: 'image', label: 'By image' },
          { value: 'region', label: 'By region' },
        ]}
        onChange={(value) => {
          count.setState({ by: value === 'region' ? 'region' : 'image' })
        }}
      />
    </Group>
  )
}

/** One row an image, one column a class, totals below; what is counted stands above. */
function ImageTable() {
  const counts = useCounts(useSource())
  const images = useDocument((state) => state.images)
  const shown = useCount((state) => state.shown)
  const sort = useCount((state) => state.sort)
  const descending = useCount((state) => state.descending)
  const { of: nameOf } = useNames()
  const rows = useMemo(
    () => (counts === null ? null : sortedRows(rowsOf(images, counts, shown), sort, descending, nameOf)),
    [images, counts, shown, sort, descending, nameOf],
  )
  if (rows === null) return <Loader m="md" size="sm" color="gray" aria-label="Counting" />
  return (
    <>
      <Above rows={rows} />
      <Rows rows={rows} />
    </>
  )
}

function Above({ rows }: { readonly rows: readonly CountRow[] }) {
  const { count, stores } = useApp()
  const shown = useCount((state) => state.shown)
  const title = useSourceTitle()
  const copy = (): void => {
    const { classes } = stores.document.getState()
    void navigator.clipboard.writeText(tableAsTsv(rows, classes, title)).then(() => {
      stores.messages.done(`Copied ${String(rows.length)} rows`)
    })
  }
  return (
    <Group justify="space-between" px={12} py={8} maw={1280}>
      <Text size="sm" role="status" aria-label="What is counted">
        {counted(rows.length, 'image')}, counted from {title}
      </Text>
      <Group gap="xs">
        <Select
          w={140}
          aria-label="Images shown"
          value={shown}
          data={[
            { value: 'all', label: 'All splits' },
            { value: 'train', label: 'Training' },
            { value: 'val', label: 'Validation' },
            { value: 'test', label: 'Test' },
          ]}
          onChange={(value) => {
            count.setState({ shown: value === null || value === 'all' ? 'all' : splitSchema.parse(value) })
          }}
        />
        <Button variant="default" leftSection={<IconCopy size={14} />} onClick={copy}>
          Copy table
        </Button>
      </Group>
    </Group>
  )
}

function Rows({ rows }: { readonly rows: readonly CountRow[] }) {
  const classes = useDocument((state) => state.classes)
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: ROW,
  })
  const grid = gridOf(classes.length)
  return (
    <>
      <div ref={scroller} className={styles['rows']} role="table" aria-label="Counts" aria-rowcount={rows.length + 2} tabIndex={0}>
        <Head grid={grid} />
        <div className={styles['all']} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            return row && <CountsRow key={row.image.id} row={row} classes={classes} grid={grid} top={start - ROW} at={index} />
          })}
        </div>
        <Totals rows={rows} grid={grid} />
      </div>
    </>
  )
}

function Head({ grid }: { readonly grid: string }) {
  const classes = useDocument((state) => state.classes)
  return (
    <div className={cx(styles['row'], styles['head'])} role="row" style={{ gridTemplateColumns: grid }}>
      <HeadCell column="image" name="Image" />
      <HeadCell column="split" name="Split" />
      <HeadCell column="state" name="State" />
      {classes.map(({ id, name }) => (
        <HeadCell key={id} column={id} name={name} numeric />
      ))}
      <HeadCell column="total" name="All" numeric />
    </div>
  )
}

interface HeadCellProps {
  readonly column: SortColumn
  readonly name: string
  readonly numeric?: boolean
}

function HeadCell({ column, name, numeric = false }: HeadCellProps) {
  const { count } = useApp()
  const active = useCount(({ sort }) => sort === column)
  const descending = useCount((state) => state.descending)
  const Chevron = descending ? IconChevronDown : IconChevronUp
  return (
    <div
      role="columnheader"
      className={cx(styles['cell'], numeric && styles['number'])}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        className={styles['sorter']}
        title={name}
        aria-label={`Sort by ${name}`}
        onClick={() => {
          count.setState({ sort: column, descending: active ? !descending : numeric })
        }}
      >
        {active && <Chevron size={14} aria-hidden />}
        {name}
      </UnstyledButton>
    </div>
  )
}

function Totals({ rows, grid }: { readonly rows: readonly CountRow[]; readonly grid: string }) {
  const classes = useDocument((state) => state.classes)
  const { counts, total } = useMemo(() => totalsOf(rows), [rows])
  return (
    <div className={cx(styles['row'], styles['foot'])} role="row" aria-label="Totals" style={{ gridTemplateColumns: grid }}>
      <span className={styles['cell']}>Total</span>
      <span />
      <span />
      {classes.map(({ id }) => (
        <span key={id} className={cx(styles['cell'], styles['number'])}>
          {(counts.get(id) ?? 0).toLocaleString()}
        </span>
      ))}
      <span className={cx(styles['cell'], styles['number'])}>{total.toLocaleString()}</span>
    </div>
  )
}
