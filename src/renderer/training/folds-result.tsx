import { Button, Group, Loader, SegmentedControl, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import { useStore } from 'zustand'
import { type FoldsReport } from '#shared/contracts/work.ts'
import { drawnOf } from '#shared/drawn-by.ts'
import { type ModelFamily } from '#shared/fold-names.ts'
import { spreadOf } from '#shared/metrics/spread.ts'
import { type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { predictAll } from '../app/app-commands.ts'
import { FewDrawn } from '../app/few-drawn.tsx'
import { InPart } from '../app/in-part.tsx'
import { DomainNote } from '../panels/domain-note.tsx'
import { useApp, useDocument } from '../app/context.ts'
import { Renewed } from '../count/evaluation-head.tsx'
import { shownInterval } from '../count/evaluation-report.ts'
import { scoreRows, shownFigure, type ScoreRow } from '../count/score-rows.ts'
import { reportTabs } from '../count/tabs.tsx'
import { foldsTitle } from '../panels/run-titles.ts'
import { useNames } from '../state/context.tsx'
import { showLabelErrors } from '../review/look-actions.ts'
import { Hint } from '../hint/hint.tsx'
import { FoldsTogether } from './folds-together.tsx'
import { useFoldsReport } from './use-folds-report.ts'
import styles from './training.module.css'

/** What came of a cross-validation: each fold, their mean, all images together, and what to do with it. */
export function FoldsResult({ family }: { readonly family: ModelFamily }) {
  const { answer, isOld } = useFoldsReport(family)
  const names = useNames()
  return (
    <section aria-label={t('Scores of the folds')}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{foldsTitle(family)}</Title>
        <Doings family={family} report={answer && 'folds' in answer ? answer : null} />
      </Group>
      <DomainNote modelId="ensemble" />
      {family.folds !== null && family.models.length < family.folds && (
        <Text size="sm" c="var(--sw-muted)" mb="xs">
          {t('{{done}} of {{folds}} folds are there.', { done: family.models.length, folds: family.folds })}
        </Text>
      )}
      {answer === null && <Loader size="sm" color="gray" aria-label={t('Evaluates')} />}
      {answer && 'why' in answer && <Text size="sm">{names.in(answer.why)}</Text>}
      {answer && 'folds' in answer && (
        <Renewed isOld={isOld}>
          <InPart answer={answer} />
          <Views report={answer} />
        </Renewed>
      )}
    </section>
  )
}

/** The value of the view that is no evaluation of all images together. */
const EACH = 'each'

/** Each fold by itself, or all images together as an evaluation shows them. */
function Views({ report }: { readonly report: FoldsReport }) {
  const { folds } = useApp()
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const tabs = useMemo(() => reportTabs(task), [task])
  const chosen = useStore(folds, ({ view }) => view)
  const tab = tabs.find(({ value }) => value === chosen)
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label={t('View of the folds')}
        value={tab?.value ?? EACH}
        data={[{ value: EACH, label: t('Each fold') }, ...tabs.map(({ value, label }) => ({ value, label }))]}
        onChange={(value) => {
          folds.setState({ view: tabs.find((one) => one.value === value)?.value ?? null })
        }}
      />
      {tab ? <FoldsTogether key={tab.value} report={report} tab={tab} /> : <FoldTable report={report} />}
    </>
  )
}

function Doings({ family, report }: { readonly family: ModelFamily; readonly report: FoldsReport | null }) {
  const app = useApp()
  const hasRegions = useDocument(({ tables }) => tables.regions.size > 0)
  const errors = report?.labelErrors ?? 0
  const show = (run: RunId | undefined): void => {
    if (run !== undefined) showLabelErrors(app, run)
  }
  const together = t('All models of the folds are asked, and what they say is averaged: {{times}} times as long as one.', {
    times: family.models.length,
  })
  return (
    <Group gap="xs">
      <Hint label={together}>
        <Button variant="default" onClick={() => void predictAll(app, { model: 'ensemble' })}>
          {t('Predict on all images')}
        </Button>
      </Hint>
      {hasRegions && (
        <Hint label={together}>
          <Button variant="default" onClick={() => void predictAll(app, { model: 'ensemble', inRegions: true })}>
            {t('In regions only')}
          </Button>
        </Hint>
      )}
      <Hint label={t('Goes through them in Review, the likeliest error first')}>
        <Button variant="default" disabled={errors === 0} onClick={() => show(report?.folds[0]?.run)}>
          {report === null || errors > 0
            ? t('Labels that look wrong: {{number}}', { number: shownNumber(errors) })
            : t('No label looks wrong')}
        </Button>
      </Hint>
    </Group>
  )
}

/** Figures that fit beside each other; the others are told by `slidewright train --folds --json`. */
const COLUMNS = 5

/** Figures of the whole that stand before those of the classes. */
const BEFORE_CLASSES = 2

/** The figures by which a task is judged, but for the number of images. */
const figuresOf = (rows: readonly ScoreRow[]): ScoreRow[] => rows.filter(({ whole }) => whole !== true)

/** The figures that stand in the table: those of the classes where all of them fit, and tell more than the whole does; else more of the whole. */
function foldColumns(rows: readonly ScoreRow[]): ScoreRow[] {
  const known = rows.filter(({ value }) => value !== null)
  const whole = known.filter(({ ofClass }) => ofClass !== true)
  const classes = known.filter(({ ofClass }) => ofClass === true)
  const fit = classes.length > 1 && classes.length <= COLUMNS - BEFORE_CLASSES
  return fit ? [...whole.slice(0, BEFORE_CLASSES), ...classes] : whole.slice(0, COLUMNS)
}

function FoldTable({ report: { folds, pooled, learnedLittle } }: { readonly report: FoldsReport }) {
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const { all, each } = useMemo(
    () => ({ all: figuresOf(scoreRows(task, pooled)), each: folds.map(({ report }) => figuresOf(scoreRows(task, report))) }),
    [task, folds, pooled],
  )
  const columns = foldColumns(all)
  return (
    <>
      <div className={styles['foldTable']} tabIndex={0}>
        <Table verticalSpacing={4} aria-label={t('Scores of the folds')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('Judged by')}</Table.Th>
              <Table.Th ta="right" title={t('Images that the model did not learn from')}>
                {t('Images')}
              </Table.Th>
              {columns.map(({ name, title }) => (
                <Table.Th key={name} ta="right" title={title}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <FoldLines folds={folds} columns={columns} each={each} />
            <Together columns={columns} images={folds.reduce((sum, one) => sum + one.images, 0)} />
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t(
          'How far the folds lie apart tells how much hangs on which slides were held out. The last line is the figure to report: all images, each judged by a model that had not seen it, with its 95 % interval.',
        )}
      </Text>
      <FewDrawn drawn={[drawnOf(pooled)]} />
      {learnedLittle && (
        <Text size="sm" fw={600} mt={4} role="note">
          {t('The model has learned next to nothing: what it says of labels says little. Train longer first.')}
        </Text>
      )}
    </>
  )
}

interface FoldLinesProps {
  readonly folds: FoldsReport['folds']
  readonly columns: readonly ScoreRow[]
  /** Figures of each fold. */
  readonly each: readonly (readonly ScoreRow[])[]
}

/** Each fold, and their mean. */
function FoldLines({ folds, columns, each }: FoldLinesProps) {
  const ofColumn = (name: string) => each.map((rows) => rows.find((row) => row.name === name)?.value ?? null)
  return (
    <>
      {folds.map(({ model, name, images }, i) => (
        <Line key={model} head={t('Fold {{fold}}', { fold: i + 1 })} title={name} images={shownNumber(images)}>
          {columns.map((column) => (
            <Cell key={column.name}>{shownFigure({ value: ofColumn(column.name)[i] ?? null })}</Cell>
          ))}
        </Line>
      ))}
      <Line head={t('Mean of the folds')} below={t('lowest – highest')} images="">
        {columns.map(({ name }) => (
          <Cell key={name}>
            <Mean values={ofColumn(name)} />
          </Cell>
        ))}
      </Line>
    </>
  )
}

/** All images at once, with the intervals. */
function Together({ columns, images }: { readonly columns: readonly ScoreRow[]; readonly images: number }) {
  return (
    <Line
      head={t('All together')}
      below={t('95 % interval')}
      title={t('All images at once, each judged by the model that had not seen it; below it the 95 % interval')}
      images={shownNumber(images)}
      isTotal
    >
      {columns.map((column) => (
        <Cell key={column.name}>
          {shownFigure(column)}
          <Below>{shownInterval(column.interval)}</Below>
        </Cell>
      ))}
    </Line>
  )
}

interface LineProps {
  readonly head: string
  /** What the second line of its cells is. */
  readonly below?: string
  readonly title?: string
  readonly images: string
  readonly isTotal?: boolean
  readonly children: ReactNode
}

function Line({ head, below, title, images, isTotal = false, children }: LineProps) {
  return (
    <Table.Tr className={isTotal ? (styles['together'] ?? '') : ''}>
      <Table.Td title={title}>
        {head}
        {below !== undefined && <Below>{below}</Below>}
      </Table.Td>
      <Table.Td ta="right">{images}</Table.Td>
      {children}
    </Table.Tr>
  )
}

const Cell = ({ children }: { readonly children: ReactNode }) => <Table.Td ta="right">{children}</Table.Td>

const Below = ({ children }: { readonly children: ReactNode }) => (
  <Text size="xs" c="var(--sw-muted)">
    {children}
  </Text>
)

function Mean({ values }: { readonly values: readonly (number | null)[] }) {
  const spread = spreadOf(values)
  if (spread === null) return '–'
  const { mean, lowest, highest } = spread
  return (
    <>
      {shownDecimals(mean, 3)}
      <Below>{shownInterval({ lower: lowest, upper: highest })}</Below>
    </>
  )
}
