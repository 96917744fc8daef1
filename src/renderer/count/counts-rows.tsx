import { UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import { type CountBy } from '#shared/contracts/counts.ts'
import { type CountRow } from '#shared/counts/tabulate.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { FACT_TITLES } from '../app/fact-titles.ts'
import { tellsArea } from './count-rows.ts'
import { type SortColumn } from './count-store.ts'
import { CountsRow } from './counts-row.tsx'
import { useCount, useCountedBy, useShownBeside } from './use-counts.ts'
import styles from './count.module.css'

/** Heights of a row without and with something below its numbers, and of the head, CSS pixels. */
const LOW = 32
const HIGH = 44

const TABLE_NAMES: Readonly<Record<CountBy, string>> = {
  ...{ image: t('Counts'), region: t('Counts by region') },
  ...{ slide: t('Counts by slide'), patient: t('Counts by patient'), group: t('Counts by group') },
}

interface Column {
  readonly column: SortColumn
  readonly name: string
  readonly width: string
  readonly numeric: boolean
}

const fixed = (column: SortColumn, name: string, width: string, numeric = false): Column => ({ column, name, width, numeric })

const AREA = fixed('area', t('Area'), '104px', true)

const ofFact = (name: string): readonly Column[] => [fixed('image', name, 'minmax(160px, 480px)'), fixed('images', t('Images'), '72px', true), AREA] // prettier-ignore

const FIRST: Readonly<Record<CountBy, readonly Column[]>> = {
  image: [fixed('image', t('Image'), 'minmax(160px, 480px)'), fixed('split', t('Split'), '72px'), fixed('state', t('State'), '96px')],
  region: [fixed('image', t('Image'), 'minmax(140px, 400px)'), fixed('region', t('Region'), 'minmax(110px, 240px)'), AREA], // prettier-ignore
  slide: ofFact(FACT_TITLES.slide),
  patient: ofFact(FACT_TITLES.patient),
  group: ofFact(FACT_TITLES.group),
}

/** Columns before the numbers: of images the area stands there only where some are counted in part, and slides over their glass. */
const firstColumns = (by: CountBy, all: Pick<CountRow, 'areaOf' | 'scans'>): readonly Column[] =>
  by === 'image' && tellsArea(all) ? [...FIRST[by], AREA] : FIRST[by]

/** All columns of the table: on a wide screen numbers stay near the names that they belong to. */
export function columnsOf(
  by: CountBy,
  classes: readonly ClassRecord[],
  { shares, ...all }: Pick<CountRow, 'shares' | 'areaOf' | 'scans'>,
): readonly Column[] {
  const number = (column: SortColumn, name: string): Column => {
    // As wide as its head, within reason.
    const least = Math.min(180, Math.max(84, 8 * name.length + 28))
    return fixed(column, name, `minmax(${String(least)}px, ${String(Math.max(160, least))}px)`, true)
  }
  return [
    ...firstColumns(by, all),
    ...classes.map(({ id, name }) => number(id, name)),
    ...shares.map(({ name }, at) =>
      number(`share ${at}`, name === '' || shares.length === 1 ? t('% positive') : t('{{name}}: % positive', { name })),
    ),
    number('total', t('All')),
  ]
}

interface RowsProps {
  readonly rows: readonly CountRow[]
  readonly all: CountRow
}

/** The rows that are in view, under a head that sorts them. */
export function CountsRows({ rows, all }: RowsProps) {
  const classes = useDocument((state) => state.classes)
  const by = useCountedBy()
  const beside = useShownBeside()
  const height = beside === 'none' || !hasBeside(all, beside) ? LOW : HIGH
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (at) => `${String(height)} ${rows[at]?.key ?? ''}`,
    overscan: 10,
    scrollMargin: LOW,
  })
  const tells = by !== 'image' || tellsArea(all)
  const columns = columnsOf(by, classes, all)
  const grid = columns.map(({ width }) => width).join(' ')
  return (
    <div ref={scroller} className={styles['rows']} role="table" aria-label={TABLE_NAMES[by]} aria-rowcount={rows.length + 2} tabIndex={0}>
      <div className={cx(styles['row'], styles['head'])} role="row" style={{ gridTemplateColumns: grid }}>
        {columns.map((column) => (
          <HeadCell key={column.column} {...column} />
        ))}
      </div>
      <div className={styles['all']} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          return (
            row && (
              <CountsRow
                key={row.key}
                row={row}
                by={by}
                area={tells && (height === HIGH ? 'high' : 'low')}
                beside={beside}
                grid={grid}
                place={{ top: start - LOW, height, at: index }}
              />
            )
          )
        })}
      </div>
      {by !== 'region' && <Totals all={all} by={by} grid={grid} />}
    </div>
  )
}

/** The sums below the columns. */
function Totals({ all, by, grid }: Pick<RowsProps, 'all'> & { readonly by: CountBy; readonly grid: string }) {
  return (
    <Foot grid={grid} label={t('Totals')}>
      <span role="cell" className={styles['cell']}>
        {t('Total')}
      </span>
      {firstColumns(by, all)
        .slice(1)
        .map(({ column }) => (
          <span key={column} role="cell" />
        ))}
      {all.perClass.map(({ classId, n }) => (
        <Total key={classId} n={n} column={classId} />
      ))}
      {all.shares.map(({ name, share }) => (
        <span key={name} role="cell" className={cx(styles['cell'], styles['number'])}>
          {share === null ? '–' : `${shownDecimals(100 * share, 1)} %`}
        </span>
      ))}
      <Total n={all.total} column="total" />
    </Foot>
  )
}

const hasBeside = (all: CountRow, beside: string): boolean =>
  all.perClass.some(({ uncorrected, density, sizes }) => (beside === 'other' ? uncorrected !== null : beside === 'density' ? density !== null : sizes !== null)) // prettier-ignore

function Foot({ grid, label, children }: { readonly grid: string; readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={cx(styles['row'], styles['foot'])} role="row" aria-label={label} style={{ gridTemplateColumns: grid }}>
      {children}
    </div>
  )
}

/** A sum. A click shows the images that it is of, those with the most first: the number of each opens its objects. */
function Total({ n, column }: { readonly n: number; readonly column: SortColumn }) {
  const { count } = useApp()
  return (
    <span role="cell" className={cx(styles['cell'], styles['number'])}>
      <button
        type="button"
        className={cx(styles['open'], n === 0 && styles['zero'])}
        disabled={n === 0}
        title={t('Show its images, those with the most first')}
        onClick={() => {
          count.setState({ by: 'image', sort: column, descending: true })
        }}
      >
        {shownNumber(n)}
      </button>
    </span>
  )
}

const IN_REGION = t('An object belongs to a region if its middle lies in it; one in several regions is counted in each.')

function HeadCell({ column, name, numeric }: Column) {
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
        title={column === 'region' ? IN_REGION : name}
        aria-label={t('Sort by {{name}}', { name })}
        onClick={() => {
          count.setState({ sort: column, descending: active ? !descending : numeric })
        }}
      >
        {active && column !== 'region' && <Chevron size={14} aria-hidden />}
        {name}
      </UnstyledButton>
    </div>
  )
}
