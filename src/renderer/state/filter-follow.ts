import { t } from '#shared/i18n/translate.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { criteriaOf, isFiltering, onlyBy, passing, type Criterion, type FilterPlace, type ObjectFilter } from '../objects/object-filter.ts'
import { listBlock } from '../objects/object-table.ts'
import { openImageOf, type DocumentState } from './document.ts'
import { foundOn } from './filter.ts'
import { type StoreSet } from './stores.ts'

type Watched = Pick<StoreSet, 'document' | 'filter' | 'messages' | 'predictions'>

/** What each criterion is called in a sentence. */
const NAMES: Readonly<Record<Criterion, string>> = {
  classes: t('class'),
  sources: t('origin'),
  authors: t('author'),
  runs: t('model'),
  score: t('score'),
  area: t('area'),
  length: t('length'),
}

/**
 * Keeps a filter from hiding what nobody meant: it ends with the project; sizes given in one unit are not taken for another; and where a new
 * object would not pass, it no longer goes by what keeps that one back.
 */
export function followFilter(stores: Watched): void {
  const { document, filter } = stores
  document.subscribe((state, before) => {
    if (state.project?.folder !== before.project?.folder) filter.clear()
    if (!isFiltering(filter.getState().filter)) return
    if (openImageOf(state) !== openImageOf(before)) keepUnit(stores, state, before)
    if (state.pending !== before.pending) showNew(stores, state, before)
  })
}

function keepUnit({ filter, messages }: Watched, state: DocumentState, before: DocumentState): void {
  const { area, length } = filter.getState().filter
  const [now, then] = [openImageOf(state), openImageOf(before)]
  if (!now || !then || (area === null && length === null)) return
  if ((now.micronsPerPixel === null) === (then.micronsPerPixel === null)) return
  filter.drop(['area', 'length'])
  messages.hint(
    t('Objects are no longer filtered by size.'),
    now.id === then.id
      ? t('Micrometres and pixels are not the same, and the scale of the image is another now.')
      : t('Micrometres and pixels are not the same: one of the two images has no known scale.'),
  )
}

function showNew(stores: Watched, state: DocumentState, before: DocumentState): void {
  const known = new Set(before.pending)
  const fresh = state.pending
    .filter((sent) => !known.has(sent))
    .flatMap(({ edit }) => edit.put.annotations ?? [])
    .filter(({ id, imageId }) => imageId === state.imageId && !before.tables.annotations.has(id))
  const failed = failing(stores, fresh)
  if (failed.length === 0) return
  stores.filter.drop(failed)
  const by = failed.map((one) => NAMES[one]).join(', ')
  stores.messages.hint(t('Objects are no longer filtered by {{by}}.', { by }), t('What is new would not have been shown.'))
}

/** The criteria that keep one of some annotations back. */
function failing({ document, filter, predictions }: Watched, records: readonly AnnotationRecord[]): Criterion[] {
  if (records.length === 0) return []
  const now = filter.getState().filter
  const { rows } = listBlock(records)
  const place: FilterPlace = {
    micronsPerPixel: openImageOf(document.getState())?.micronsPerPixel ?? null,
    runId: predictions.getState().runId,
    found: foundOn(filter.getState(), document.getState().imageId),
  }
  return criteriaOf(now).filter((one) => passing(criterionOf(now, one), rows, false, place).includes(0))
}

/** Area and length are one question: an object has one of the two. */
function criterionOf(now: ObjectFilter, one: Criterion): ObjectFilter {
  return one === 'area' || one === 'length' ? { ...onlyBy(now, one), area: now.area, length: now.length } : onlyBy(now, one)
}
