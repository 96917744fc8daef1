import { type TableDiff } from '../../../src/shared/records/edit.ts'

export const planned = <R extends { readonly id: string }>(
  table: Map<string, R>,
  put: readonly R[] = [],
  remove: readonly string[] = [],
): TableDiff<R> => ({
  added: put.filter(({ id }) => !table.has(id)),
  updated: put.flatMap((after): [R, R][] => (table.has(after.id) ? [[table.get(after.id)!, after]] : [])),
  removed: remove.flatMap((id) => table.get(id) ?? []),
})

export function applied<R extends { readonly id: string }>(table: Map<string, R>, { added, updated, removed }: TableDiff<R>): void {
  for (const record of added) table.set(record.id, record)
  for (const [, record] of updated) table.set(record.id, record)
  for (const { id } of removed) table.delete(id)
}
