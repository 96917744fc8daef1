import { describe, expect, it } from 'vitest'
import { migrate } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { factsApart } from '../../../src/main/project/migrations/0027-facts-apart.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import { packRings } from '../../../src/main/project/geometry.ts'
import type { Sqlite } from '../../../src/main/project/sqlite.ts'
import { allRows, columnsOf, emptyDatabase, fillOld, owners, type TableRows } from './old-project.ts'

describe('0027 facts apart', () => {
  const before27 = MIGRATIONS.filter(({ version }) => version < 27)
  const MOVED = ['class_id', 'crowd', 'difficult', 'note', 'updated_at']

  function migrated(): { db: Sqlite; before: TableRows } {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    db.exec("UPDATE annotations SET crowd = 1, note = 'seen' WHERE id = 'dot'")
    migrate(db, before27)
    const insert =
      "INSERT INTO annotations VALUES ('area', 'a', ?, 'polygon', 1, 2, 3, 4, ?, 'imported', NULL, 0, 1, 'two\nlines', 'Bo', '', '')"
    db.prepare(insert).run(owners.classId, packRings([[0.1, 1, 30, 2, 4, 50]]))
    const before = allRows(db)
    expect(migrate(db, [...before27, factsApart])).toEqual([27])
    return { db, before }
  }

  it('keeps every fact of every annotation, with neither name nor lock, all on one level', () => {
    const { db, before } = migrated()
    const { annotations, keys, ...same } = before
    const after = allRows(db)
    expect(after).toMatchObject(same)
    expect(after['keys']).toEqual(expect.arrayContaining(keys!))
    expect(annotations!.length).toBeGreaterThan(3)
    expect(columnsOf(db, 'annotations')).toEqual(
      'key id image_id kind x y width height geometry origin prediction_id author created_at'.split(' '),
    )
    const joined = db.prepare('SELECT annotations.*, annotation_facts.*, keys.id AS image FROM annotations JOIN annotation_facts ON annotation = annotations."key" JOIN keys ON keys."key" = image ORDER BY annotations.id').all() as Record<string, unknown>[] // prettier-ignore
    const wanted = annotations!.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
    expect(joined.map(({ key: _key, annotation: _annotation, ...row }) => row)).toEqual(
      wanted.map((row) => ({ ...row, image: row['image_id'], name: '', locked: 0, level: 0 })),
    )
    expect(MOVED.filter((name) => !columnsOf(db, 'annotation_facts').includes(name))).toEqual([])
  })

  it('takes facts along when their annotation goes, and keeps what decisions and classes refer to', () => {
    const { db } = migrated()
    db.exec("DELETE FROM annotations WHERE id = 'dot'")
    expect(db.prepare('SELECT COUNT(*) FROM annotation_facts').pluck().get()).toBe(3)
    expect(() => db.exec(`DELETE FROM annotations WHERE id = 'made'`)).toThrow(/FOREIGN KEY/)
    expect(() => db.exec('DELETE FROM classes')).toThrow(/FOREIGN KEY/)
    expect(() => db.exec('DELETE FROM images')).toThrow(/FOREIGN KEY/)
    expect(() => db.exec("INSERT INTO annotation_facts VALUES (99, 1, 'c', 0, 0, '', '', 0, 0, '')")).toThrow(/FOREIGN KEY/)
    expect(() => db.exec('UPDATE annotation_facts SET locked = 2')).toThrow(/CHECK/)
    expect(() => db.exec("UPDATE annotations SET kind = 'blob'")).toThrow(/CHECK/)
    expect(() => db.exec("UPDATE annotations SET id = 'one'")).toThrow(/UNIQUE/)
  })
})
