import { describe, expect, it } from 'vitest'
import { migrate } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { drawnShapes } from '../../../src/main/project/migrations/0028-drawn-shapes.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import { packNumbers } from '../../../src/main/project/geometry.ts'
import type { Sqlite } from '../../../src/main/project/sqlite.ts'
import { allRows, emptyDatabase, fillOld, type TableRows } from './old-project.ts'

const indicesOf = (db: Sqlite): unknown[] =>
  db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name").all()

const predict = (db: Sqlite): unknown =>
  db.prepare("INSERT INTO predictions (run, image, class, score, kind) VALUES (1, 2, 3, 0.5, 'image')").run().lastInsertRowid

describe('0028 drawn shapes', () => {
  const before28 = MIGRATIONS.filter(({ version }) => version < 28)

  function migrated(): { db: Sqlite; before: TableRows; indices: unknown[] } {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before28)
    db.prepare('DELETE FROM predictions WHERE id = ?').run(predict(db))
    const [before, indices] = [allRows(db), indicesOf(db)]
    expect(migrate(db, [...before28, drawnShapes])).toEqual([28])
    return { db, before, indices }
  }

  const insert = (db: Sqlite, id: string, kind: string, geometry: Uint8Array | null): void => {
    const statement = 'INSERT INTO annotations (id, image_id, kind, x, y, width, height, geometry, origin, author, created_at)'
    db.prepare(`${statement} VALUES (?, 'a', ?, 1, 2, 3, 4, ?, 'drawn', '', '')`).run(id, kind, geometry)
  }

  it('keeps every row as it was, the indices, and what refers to what', () => {
    const { db, before, indices } = migrated()
    expect(allRows(db)).toEqual(before)
    expect(before['annotations']!.length).toBe(3)
    expect(indicesOf(db)).toEqual(expect.arrayContaining(indices))
    expect(indicesOf(db)).toHaveLength(indices.length + 1)
    expect(() => db.exec(`DELETE FROM annotations WHERE id = 'made'`)).toThrow(/FOREIGN KEY/)
    db.exec("DELETE FROM annotations WHERE id = 'dot'")
    expect(db.prepare('SELECT COUNT(*) FROM annotation_facts').pluck().get()).toBe(2)
  })

  it.each(['ellipse', 'rotated-box', 'polyline', 'ruler'])('takes a %s with its numbers, and none without', (kind) => {
    const { db } = migrated()
    const geometry = packNumbers([1, 2, 3, 4])
    insert(db, 'new', kind, geometry)
    expect(db.prepare("SELECT kind, geometry FROM annotations WHERE id = 'new'").get()).toEqual({ kind, geometry: Buffer.from(geometry) })
    expect(() => void insert(db, 'bare', kind, null)).toThrow(/CHECK/)
    expect(() => void insert(db, 'odd', `${kind}s`, geometry)).toThrow(/CHECK/)
    const prediction =
      'INSERT INTO predictions (run, image, class, score, kind, x, y, width, height, geometry) VALUES (1, 2, 3, 0.5, ?, 1, 2, 3, 4, ?)'
    expect(db.prepare(prediction).run(kind, geometry).changes).toBe(1)
  })

  it('does not give a number of a prediction that is gone to another', () => {
    const { db } = migrated()
    const highest = Number(db.prepare('SELECT MAX(id) FROM predictions').pluck().get())
    expect(predict(db)).toBe(highest + 2)
  })
})
