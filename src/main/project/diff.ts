import type { Amended, AnnotationFacts, Diff, TableDiff } from '#shared/records/edit.ts'
import type { AnnotationId } from '#shared/records/ids.ts'
import { factsKey } from '#shared/records/packed-diff.ts'
import type { Store } from './store.ts'
import type { RecordTable } from './tables/record-table.ts'

export function isEmptyDiff(diff: Diff): boolean {
  const isEmpty = ({ added, updated, removed }: TableDiff<unknown>): boolean => added.length + updated.length + removed.length === 0
  return Object.values(diff).every(isEmpty) && diff.annotations.amended.length === 0
}

/** Writes a diff into the tables; call inside a transaction. Takes time by the size of the diff, not of the project. */
export function applyDiff(store: Store, diff: Diff): void {
  applyTable(store.images, diff.images)
  applyTable(store.classes, diff.classes)
  applyTable(store.annotations, diff.annotations)
  for (const [facts, ids] of byFacts(diff.annotations.amended)) store.annotations.amend(ids, facts)
  applyTable(store.decisions, diff.decisions)
  applyTable(store.regions, diff.regions)
  applyTable(store.flags, diff.flags)
  applyTable(store.readings, diff.readings)
  applyTable(store.modelNotes, diff.modelNotes)
}

/** Whom the same facts are given. */
function byFacts(amended: readonly Amended[]): Iterable<readonly [AnnotationFacts, AnnotationId[]]> {
  const groups = new Map<string, readonly [AnnotationFacts, AnnotationId[]]>()
  for (const { id, to } of amended) {
    const key = factsKey(to)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [to, [id]])
    else group[1].push(id)
  }
  return groups.values()
}

/** Removes first, so that what takes a removed record's unique place can be added. */
function applyTable<R extends { readonly id: string }>(table: RecordTable<R>, { added, updated, removed }: TableDiff<R>): void {
  table.removeAll(removed.map(({ id }) => id))
  table.insertAll(added)
  for (const [, record] of updated) table.update(record)
}
