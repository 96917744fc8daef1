import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'

const read = rowReader('settings')

/** Small values by name, JSON: the project's own facts, and the view that it opens with. */
export interface SettingsTable {
  get<T>(key: string, check: (value: unknown) => T): T | undefined
  set(key: string, value: unknown): void
}

export function settingsTable(db: Sqlite): SettingsTable {
  const select = db.prepare<[string], Row>('SELECT key, value FROM settings WHERE key = ?')
  const put = db.prepare<[string, string]>(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (key, check) => {
      const row = select.get(key)
      return row && read.json(row, 'value', check)
    },
    set: (key, value) => {
      put.run(key, JSON.stringify(value))
    },
  }
}
