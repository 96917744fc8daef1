import type { Diff, TableDiff } from '#shared/records/edit.ts'
import type { Store } from './store.ts'
import type { RecordTable } from './tables/record-table.ts'

/** The diff that takes this one back. Applying a diff and then its inverse leaves every record as it was. */
export function invertDiff(diff: Diff): Diff {
  return {
    images: invertTable(diff.images),
    classes: invertTable(diff.classes),
    annotations: invertTable(diff.annotations),
    decisions: invertTable(diff.decisions),
  }
}

const invertTable = <R>({ added, updated, removed }: TableDiff<R>): TableDiff<R> => ({
  added: removed,
  updated: updated.map(([from, to]): [R, R] => [to, from]),
  removed: added,
})

export function isEmptyDiff(diff: Diff): boolean {
  return Object.values(diff).every(({ added, updated, removed }) => added.length + updated.length + removed.length === 0)
}

/** Writes a diff into the tables; call inside a transaction. Takes time by the size of the diff, not of the project. */
export function applyDiff(store: Store, diff: Diff): void {
  applyTable(store.images, diff.images)
  applyTable(store.classes, diff.classes)
  applyTable(store.annotations, diff.annotations)
  applyTable(store.decisions, diff.decisions)
}

/** Removes first, so that what takes a removed record's unique place can be added. */
function applyTable<R extends { readonly id: string }>(table: RecordTable<R>, { added, updated, removed }: TableDiff<R>): void {
  for (const record of removed) table.remove(record.id)
  table.insertAll(added)
  for (const [, record] of updated) table.update(record)
}
