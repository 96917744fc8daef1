import type { Sqlite } from '../sqlite.ts'

/** Small integers for long ids: see migrations/0010-first.ts. */
export interface KeyTable {
  /** The integer of an id, made where there is none yet. */
  of(id: string): number
  /** Forgets what is remembered: after a transaction that failed, names that it made are not in the table. */
  forget(): void
}

export function keyTable(db: Sqlite): KeyTable {
  const select = db.prepare<[string], { key: number }>('SELECT key FROM keys WHERE id = ?')
  const insert = db.prepare<[string]>('INSERT INTO keys (id) VALUES (?)')
  const known = new Map<string, number>()
  return {
    of: (id) => {
      const remembered = known.get(id)
      if (remembered !== undefined) return remembered
      const key = select.get(id)?.key ?? Number(insert.run(id).lastInsertRowid)
      known.set(id, key)
      return key
    },
    forget: () => known.clear(),
  }
}
