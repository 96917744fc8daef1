import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { type CountColumns, COUNT_BY, type CountBy } from '#shared/contracts/counts.ts'
import { type CountSource } from '#shared/contracts/project.ts'
import { type CountTable, tabulate } from '#shared/counts/tabulate.ts'
import { type RunId } from '#shared/records/ids.ts'
import { isKnownOfAny, isOriginFact } from '#shared/origin.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useRunImages } from '../app/use-unseen.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { runTitle } from '../panels/run-titles.ts'
import { type Beside, sourceOf, type CountState } from './count-store.ts'
import { useNames } from '../state/context.tsx'
import { shownImages } from './count-rows.ts'

export function useCount<T>(select: (state: CountState) => T): T {
  return useStore(useApp().count, select)
}

/** The run that is counted: the project's run on show. */
export function useCountedRun(): RunId | null {
  return useStore(useApp().stores.predictions, ({ onShow }) => onShow)
}

/** The score from which predictions count: what a person chose; where images have one class as wholes, every one counts, however unsure. */
export function useCountedScore(): number {
  const whole = useLabelsImages()
  const score = useCount((state) => state.score)
  return whole ? 0 : score
}

export function useSource(): CountSource {
  const kind = useCount((state) => state.kind)
  const score = useCountedScore()
  const run = useCountedRun()
  return useMemo(() => sourceOf({ kind, score }, run), [kind, score, run])
}

/** The kinds of rows that the project has something to show for: regions, slides, patients and groups only where there are any. */
export function useCountBys(): readonly CountBy[] {
  const hasRegions = useDocument(({ tables }) => tables.regions.size > 0)
  const images = useDocument((state) => state.images)
  return useMemo(() => {
    const isThere = (by: CountBy): boolean => (isOriginFact(by) ? isKnownOfAny(images, by) : by === 'image' || hasRegions)
    return COUNT_BY.filter(isThere)
  }, [hasRegions, images])
}

export function useCountedBy(): CountBy {
  const by = useCount((state) => state.by)
  return useCountBys().includes(by) ? by : 'image'
}

/** What is counted, in words: numbers from predictions always carry their model and score. */
export function useSourceTitle(): string {
  const source = useSource()
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  if (source.kind === 'truth') return t('truth')
  const run = runs.find(({ id }) => id === source.runId)
  const from = source.score === 0 ? '' : t(', score ≥ {{score}}', { score: shownDecimals(source.score, 2) })
  const what = `${run ? runTitle(run, models, Date.now()) : t('predictions')}${from}`
  return source.kind === 'predictions' ? what : t('corrected: {{what}}', { what })
}

/** Milliseconds of calm before all is read anew while edits come. */
const CALM = 120

/** Reads what may be counted whenever the project or the run is another; the old stays until the new is there. To stand once in the place. */
export function useReadCounts(): void {
  const { stores, count } = useApp()
  const sequence = useDocument(({ history }) => history.sequence)
  const folder = useDocument(({ project }) => project?.folder ?? null)
  const runId = useCountedRun()
  const seen = useRunImages(runId)
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      if (folder === null) return
      stores.clients.project.countColumns({ runId }).then(
        (columns) => {
          if (wanted) count.setState({ read: { folder, columns } })
        },
        (thrown: unknown) => {
          if (wanted) stores.messages.failed(t('Count'), thrown)
        },
      )
    }, CALM)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [stores, count, folder, runId, seen, sequence])
}

/** All that may be counted in the open project; null until it is read. */
export function useCountColumns(): CountColumns | null {
  const read = useCount((state) => state.read)
  const folder = useDocument(({ project }) => project?.folder)
  const runId = useCountedRun()
  return read !== null && read.folder === folder && read.columns.runId === runId ? read.columns : null
}

/** The images that the filters of the table let through. */
export function useShownImages(): readonly ImageRecord[] {
  const images = useDocument((state) => state.images)
  const shown = useCount((state) => state.shown)
  const finished = useCount((state) => state.finished)
  const text = useCount((state) => state.text)
  const only = useCount((state) => state.only)
  const names = useNames()
  return useMemo(() => shownImages(images, { shown, finished, text, only }, names), [images, shown, finished, text, only, names])
}

/** The table of counts; null until what is counted is read. */
export function useCountTable(): CountTable | null {
  const columns = useCountColumns()
  const images = useShownImages()
  const classes = useDocument((state) => state.classes)
  const by = useCountedBy()
  const { kind } = useSource()
  const score = useCountedScore()
  return useMemo(() => columns && tabulate(columns, { images, classes }, { by, kind, score }), [columns, images, classes, by, kind, score])
}

/** What stands below the numbers: nothing that no class has, so that rows stay low. */
export function useShownBeside(): Beside {
  const beside = useCount((state) => state.beside)
  const hasRun = useDocument(({ runs }) => runs.length > 0)
  return beside === 'other' && !hasRun ? 'density' : beside
}
