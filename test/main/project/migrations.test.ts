import { describe, expect, it, onTestFinished } from 'vitest'
import { latestVersion, migrate, schemaVersion } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import type { Migration } from '../../../src/main/project/migrations/migration.ts'
import { createSqlite, type Sqlite } from '../../../src/main/project/sqlite.ts'

function emptyDatabase(): Sqlite {
  const db = createSqlite(':memory:')
  onTestFinished(() => void db.close())
  return db
}

const columnsOf = (db: Sqlite, table: string): string[] => (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)

describe('0010 first', () => {
  it('makes the first schema out of nothing', () => {
    const db = emptyDatabase()
    expect(migrate(db, [first])).toEqual([10])
    expect(schemaVersion(db)).toBe(10)
    const tables = db
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
      .pluck()
      .all()
    expect(tables).toEqual([
      'annotations',
      'classes',
      'decisions',
      'history',
      'history_state',
      'images',
      'keys',
      'models',
      'predictions',
      'run_images',
      'runs',
      'settings',
    ])
    expect(columnsOf(db, 'annotations')).toEqual(
      'id image_id class_id kind x y width height origin prediction_id crowd difficult note author created_at updated_at'.split(' '),
    )
    expect(db.prepare('SELECT * FROM history_state').all()).toEqual([{ only: 1, position: 0, sequence: 0 }])
  })

  it('refuses rows that refer to nothing, wrong types and unknown words', () => {
    const db = emptyDatabase()
    migrate(db, [first])
    const values = (kind: string, x: string): string => `'1', 'i', 'c', ${kind}, ${x}, 2, 3, 4, 'drawn', NULL, 0, 0, '', '', '', ''`
    db.exec(`INSERT INTO classes VALUES ('c', 'RBC', '#000000', 1, 0)`)
    expect(() => db.exec(`INSERT INTO annotations VALUES (${values("'box'", '1')})`)).toThrow(/FOREIGN KEY/)
    expect(() => db.exec(`INSERT INTO annotations VALUES (${values("'blob'", '1')})`)).toThrow(/CHECK/)
    expect(() => db.exec(`INSERT INTO annotations VALUES (${values("'box'", "'far'")})`)).toThrow(/REAL/)
  })
})

describe('migrating', () => {
  const table = (version: number, name: string): Migration => ({ version, name, up: (db) => void db.exec(`CREATE TABLE ${name} (x)`) })

  it('makes what is due, in order, once', () => {
    const db = emptyDatabase()
    expect(migrate(db, [table(10, 'a')])).toEqual([10])
    expect(migrate(db, [table(10, 'a'), table(20, 'b'), table(30, 'c')])).toEqual([20, 30])
    expect(migrate(db, [table(10, 'a'), table(20, 'b'), table(30, 'c')])).toEqual([])
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('leaves the last sound version where one fails', () => {
    const db = emptyDatabase()
    const fails: Migration = {
      version: 20,
      name: 'half',
      up: (on) => {
        on.exec('CREATE TABLE half (x)')
        throw new Error('no')
      },
    }
    expect(() => migrate(db, [table(10, 'a'), fails])).toThrow('no')
    expect(schemaVersion(db)).toBe(10)
    expect(columnsOf(db, 'half')).toEqual([])
  })

  it('wants numbers that rise, as the app’s own do', () => {
    expect(() => migrate(emptyDatabase(), [table(20, 'a'), table(10, 'b')])).toThrow(/stands after/)
    expect(() => migrate(emptyDatabase(), [table(10, 'a'), table(10, 'b')])).toThrow(/stands after/)
    const db = emptyDatabase()
    migrate(db, MIGRATIONS)
    expect(schemaVersion(db)).toBe(latestVersion(MIGRATIONS))
  })
})
