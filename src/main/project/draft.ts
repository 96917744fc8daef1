import { AppError } from '#shared/errors.ts'
import type { TableDiff } from '#shared/records/edit.ts'
import type { RecordTable } from './tables/record-table.ts'

/** What an edit makes of one table, before anything is written: the table with changes laid over it. */
export class TableDraft<R extends { readonly id: string }> {
  readonly #table: RecordTable<R>
  readonly #before: Map<string, R | undefined>
  /** null = removed. */
  readonly #after = new Map<string, R | null>()

  /** What the caller has read already (undefined: it is not there) is not read again. */
  constructor(table: RecordTable<R>, known: Iterable<readonly [string, R | undefined]> = []) {
    this.#table = table
    this.#before = new Map(known)
  }

  /** The record as it will be; undefined where there will be none. */
  current(id: string): R | undefined {
    const changed = this.#after.get(id)
    return changed === undefined ? this.#stored(id) : (changed ?? undefined)
  }

  put(record: R): void {
    this.#stored(record.id)
    this.#after.set(record.id, record)
  }

  /** Does nothing where the record will be gone already. */
  remove(id: string): void {
    this.#stored(id)
    this.#after.set(id, null)
  }

  /** Records that are put, in the order of the edit. */
  written(): R[] {
    return [...this.#after.values()].filter((record) => record !== null)
  }

  /** Ids of stored records that will be gone. */
  removed(): string[] {
    return [...this.#after].filter(([id, record]) => record === null && this.#stored(id) !== undefined).map(([id]) => id)
  }

  /** Neither put nor removed. */
  isUntouched(id: string): boolean {
    return !this.#after.has(id)
  }

  changed(): boolean {
    return this.#after.size > 0
  }

  /** Takes in what the edit names. @throws AppError `edit-invalid` on an id named twice or a removal of what is not there. */
  take(put: readonly R[], remove: readonly string[]): void {
    const named = new Set<string>()
    for (const id of [...put.map((record) => record.id), ...remove]) {
      if (named.has(id)) throw invalid(`${this.#table.name} "${id}" is named twice`)
      named.add(id)
    }
    this.#readAll([...named])
    for (const record of put) this.put(record)
    for (const id of remove) {
      if (this.#stored(id) === undefined) throw invalid(`${this.#table.name} "${id}" is not there`)
      this.remove(id)
    }
  }

  diff(): TableDiff<R> {
    const diff: TableDiff<R> = { added: [], updated: [], removed: [] }
    for (const [id, after] of this.#after) {
      const before = this.#stored(id)
      if (before === undefined && after !== null) diff.added.push(after)
      else if (before !== undefined && after === null) diff.removed.push(before)
      else if (before !== undefined && after !== null && !this.#table.same(before, after)) diff.updated.push([before, after])
    }
    return diff
  }

  /** Reads what is not known yet by one query: one by one, ten thousand take longer than the rest of an edit. */
  #readAll(ids: readonly string[]): void {
    const unknown = ids.filter((id) => !this.#before.has(id))
    if (unknown.length === 0) return
    for (const id of unknown) this.#before.set(id, undefined)
    for (const record of this.#table.getAll(unknown)) this.#before.set(record.id, record)
  }

  #stored(id: string): R | undefined {
    if (!this.#before.has(id)) this.#before.set(id, this.#table.get(id))
    return this.#before.get(id)
  }
}

/** An edit that can't be made as it stands. */
export function invalid(what: string): AppError {
  return new AppError('edit-invalid', `This change was not made: ${what}.`, 'Nothing was changed.')
}
