import { damaged, type Sqlite } from '../sqlite.ts'

/** Small integers for long ids: see migrations/0010-first.ts. Keys are never changed or removed, so both ways are remembered. */
export interface KeyTable {
  /** The integer of an id, made where there is none yet. */
  of(id: string): number
  /** The integer of an id; null where nothing has named it. */
  find(id: string): number | null
  /** The id of an integer. @throws AppError `project-damaged` where there is none. */
  idOf(key: number): string
  /** Forgets what is remembered: after a transaction that failed, names that it made are not in the table. */
  forget(): void
}

export function keyTable(db: Sqlite): KeyTable {
  const byId = db.prepare<[string], { key: number }>('SELECT key FROM keys WHERE id = ?')
  const byKey = db.prepare<[number], { id: string }>('SELECT id FROM keys WHERE key = ?')
  const insert = db.prepare<[string]>('INSERT INTO keys (id) VALUES (?)')
  const keys = new Map<string, number>()
  const ids = new Map<number, string>()
  const remember = (id: string, key: number): number => {
    keys.set(id, key)
    ids.set(key, id)
    return key
  }
  const find = (id: string): number | null => {
    const stored = keys.get(id) ?? byId.get(id)?.key
    return stored === undefined ? null : remember(id, stored)
  }
  return {
    find,
    of: (id) => find(id) ?? remember(id, Number(insert.run(id).lastInsertRowid)),
    idOf: (key) => {
      const id = ids.get(key) ?? byKey.get(key)?.id
      if (id === undefined) throw damaged(null)
      remember(id, key)
      return id
    },
    forget: () => {
      keys.clear()
      ids.clear()
    },
  }
}
