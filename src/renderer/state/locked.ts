import { toErrorInfo } from '#shared/errors.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type Edit } from '#shared/records/edit.ts'
import { RowSet } from '../objects/row-set.ts'
import { type ObjectId } from '../objects/rows.ts'
import { type ObjectTable } from '../objects/object-table.ts'
import { type MessagesStore } from './messages.ts'

/** What is left of an edit when locked objects stay as they are, and how many those are. */
export interface Spared {
  /** Null: nothing is left. */
  readonly edit: Edit | null
  readonly locked: number
}

/**
 * Takes out of an edit what it would do to locked objects: their shapes, their class, themselves. An edit that puts and removes at once (objects
 * are joined, cut, split) is made as a whole or not at all. Names, notes, levels and the lock itself may be given to locked objects, and
 * edits of classes and images take them along.
 */
export function sparingLocked(edit: Edit, annotations: ObjectTable<AnnotationRecord>): Spared {
  const { put, remove, amend } = edit
  if (put.classes || put.images || remove.classes || remove.images) return { edit, locked: 0 }
  const isKept = (id: AnnotationRecord['id']): boolean => annotations.isLocked(id)
  const puts = put.annotations?.filter((record) => isKept(record.id) && changesObject(annotations.get(record.id), record)) ?? []
  const removes = remove.annotations?.filter(isKept) ?? []
  const amends = amend?.to.classId === undefined ? [] : amend.annotations.filter(isKept)
  const locked = puts.length + removes.length + amends.length
  if (locked === 0) return { edit, locked }
  if (isComposed(edit, annotations)) return { edit: null, locked }
  const spared = new Set<string>([...puts.map(({ id }) => id), ...removes, ...amends])
  const left = withoutObjects(edit, spared)
  return { edit: isEmpty(left) ? null : left, locked }
}

const changesObject = (before: AnnotationRecord | undefined, { shape, classId }: AnnotationRecord): boolean =>
  before !== undefined && (before.classId !== classId || (before.shape !== shape && JSON.stringify(before.shape) !== JSON.stringify(shape)))

function isComposed({ put, remove }: Edit, annotations: ObjectTable<AnnotationRecord>): boolean {
  const made = put.annotations?.some(({ id }) => !annotations.has(id)) ?? false
  const changed = put.annotations?.some(({ id }) => annotations.has(id)) ?? false
  return (made && changed) || ((made || changed) && (remove.annotations?.length ?? 0) > 0)
}

function withoutObjects({ label, put, remove, amend }: Edit, spared: ReadonlySet<string>): Edit {
  const isFree = (id: string): boolean => !spared.has(id)
  return {
    label,
    put: { ...put, ...(put.annotations && { annotations: put.annotations.filter(({ id }) => isFree(id)) }) },
    remove: { ...remove, ...(remove.annotations && { annotations: remove.annotations.filter(isFree) }) },
    ...(amend && { amend: { ...amend, annotations: amend.annotations.filter(isFree) } }),
  }
}

const isEmpty = ({ put, remove, amend }: Edit): boolean =>
  [...Object.values(put), ...Object.values(remove), amend?.annotations ?? []].every((list = []) => list.length === 0)

/** How many of some objects are locked. */
export function lockedAmong(ids: ReadonlySet<ObjectId>, annotations: ObjectTable<AnnotationRecord>): number {
  if (ids instanceof RowSet) return ids.count((rows, row) => rows.lockedAt(row))
  return [...ids].filter((id) => typeof id === 'string' && annotations.isLocked(id)).length
}

/** How many of some objects are annotations. */
export function truthAmong(ids: ReadonlySet<ObjectId>): number {
  if (ids instanceof RowSet) return ids.count((_rows, _row, guess) => !guess)
  return [...ids].filter((id) => typeof id === 'string').length
}

/** One short line. */
export function sayLocked(messages: MessagesStore, count: number): void {
  messages.hint(count === 1 ? t('This object is locked.') : t('{{count}} objects are locked.', { count }), t('Unlock to change.'))
}

/** What main did not do: that an object is locked is no failure. `doing`: as for `failed`. */
export function sayRefused(messages: MessagesStore, doing: string, thrown: unknown): void {
  const { code, message, hint } = toErrorInfo(thrown)
  if (code === 'object-locked') messages.hint(heard(message), heard(hint ?? ''))
  else messages.failed(doing, thrown)
}
