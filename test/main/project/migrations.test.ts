import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { latestVersion, migrate, schemaVersion } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { allTasks } from '../../../src/main/project/migrations/0020-all-tasks.ts'
import { slides } from '../../../src/main/project/migrations/0021-slides.ts'
import { formerLabels } from '../../../src/main/project/migrations/0022-former-labels.ts'
import { packedLines } from '../../../src/main/project/migrations/0023-packed-lines.ts'
import { regions } from '../../../src/main/project/migrations/0026-regions.ts'
import { packRings, packTiles } from '../../../src/main/project/geometry.ts'
import { flags } from '../../../src/main/project/migrations/0033-flags.ts'
import { pixelSizes } from '../../../src/main/project/migrations/0036-pixel-sizes.ts'
import { modelNotes } from '../../../src/main/project/migrations/0035-model-notes.ts'
import { readings } from '../../../src/main/project/migrations/0034-readings.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import type { Migration } from '../../../src/main/project/migrations/migration.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { APPLICATION_ID, createSqlite, type Sqlite } from '../../../src/main/project/sqlite.ts'
import { runId } from '#shared/records/ids.ts'
import type { Edit } from '#shared/records/edit.ts'
import { model, run, temporaryFolder } from './fixtures.ts'
import { allRows, columnsOf, decided, drawn, emptyDatabase, fillOld, owners, type TableRows } from './old-project.ts'

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

const indicesOf = (db: Sqlite): unknown[] =>
  db.prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`).all()

describe('0020 all tasks', () => {
  function migrated(): { db: Sqlite; before: TableRows } {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    const before = allRows(db)
    expect(migrate(db, [first, allTasks])).toEqual([20])
    return { db, before }
  }

  it('keeps every row of the first version, its indices and what refers to what', () => {
    const old = emptyDatabase()
    migrate(old, [first])
    const { db, before } = migrated()
    const after = allRows(db)
    const { annotations, predictions, ...same } = before
    expect(after).toMatchObject(same)
    expect(Object.keys(after).sort()).toEqual([...Object.keys(before), 'image_results'].sort())
    expect(after['annotations']).toEqual(annotations!.map((row) => ({ ...row, geometry: null })))
    expect(after['predictions']).toEqual(predictions!.map((row) => ({ ...row, kind: 'box', geometry: null })))
    expect(indicesOf(db)).toEqual(indicesOf(old))
    expect(() => db.exec('DELETE FROM predictions WHERE id = 7')).toThrow(/FOREIGN KEY/)
    expect(() => db.exec(`DELETE FROM annotations WHERE id = 'made'`)).toThrow(/FOREIGN KEY/)
  })

  it('goes on numbering predictions after the highest', () => {
    const { db } = migrated()
    db.exec(`INSERT INTO predictions (run, image, class, score, kind) VALUES (1, 2, 3, 0.5, 'image')`)
    expect(db.prepare('SELECT MAX(id) FROM predictions').pluck().get()).toBe(8)
    db.exec('DELETE FROM predictions WHERE id = 8')
    db.exec(`INSERT INTO predictions (run, image, class, score, kind) VALUES (1, 2, 3, 0.5, 'image')`)
    expect(db.prepare('SELECT MAX(id) FROM predictions').pluck().get()).toBe(9)
  })

  it.each([
    ['a box without a size', 'box', '1, 2, NULL, NULL, NULL'],
    ['a box with half a place', 'box', '1, NULL, 3, 4, NULL'],
    ['a box with lines', 'box', `1, 2, 3, 4, '[]'`],
    ['a point with a size', 'point', '1, 2, 3, 4, NULL'],
    ['a point without a place', 'point', 'NULL, NULL, NULL, NULL, NULL'],
    ['a polygon without lines', 'polygon', '1, 2, 3, 4, NULL'],
    ['a mask without bounds', 'mask', `1, 2, NULL, NULL, '[]'`],
    ['a label of the image with a place', 'image', '1, 2, NULL, NULL, NULL'],
    ['a label of the image with a size', 'image', 'NULL, NULL, 3, 4, NULL'],
    ['another kind', 'blob', '1, 2, 3, 4, NULL'],
  ])('refuses %s', (_what, kind, place) => {
    const { db } = migrated()
    const values = `'new', 'a', '${owners.classId}', '${kind}', ${place}, 'drawn', NULL, 0, 0, '', '', '', ''`
    expect(() => db.exec(`INSERT INTO annotations VALUES (${values})`)).toThrow(/CHECK/)
  })

  it('opens a folder of the first version with all that was in it, its undo list too, after a backup', async () => {
    const folder = path.join(temporaryFolder(), 'old.slidewright')
    mkdirSync(folder)
    const db = createSqlite(path.join(folder, 'project.db'))
    db.pragma(`application_id = ${APPLICATION_ID}`)
    migrate(db, [first])
    fillOld(db)
    db.pragma('journal_mode = WAL')
    db.close()
    const project = await openProject(folder)
    onTestFinished(() => project.close())
    const shapes = project.annotationsOf(owners.imageId).map(({ id, shape }) => [id, shape])
    expect(Object.fromEntries(shapes)).toEqual({ drawn: drawn.shape, made: drawn.shape, dot: { type: 'point', x: 5, y: 6 } })
    expect(project.predictionsOf(owners.imageId, runId.parse('r')).map(({ id, shape }) => [id, shape])).toEqual(
      [7, 2, 1].map((id) => [id, drawn.shape]),
    )
    expect(project.decisionsOf(owners.imageId)).toMatchObject([{ id: 'd', predictionId: 7, annotationId: 'made', to: decided }])
    expect(project.models()).toEqual([model('m')])
    expect(project.runs()).toEqual([run('r', model('m').id)])
    project.undo()
    expect(project.annotationsOf(owners.imageId).map(({ id }) => id)).not.toContain('drawn')
    project.redo()
    const change: Edit = { label: 'Move', put: { annotations: [{ ...drawn, shape: { type: 'image' } }] }, remove: {} }
    project.commit(change)
    expect(project.annotationsOf(owners.imageId).find(({ id }) => id === 'drawn')?.shape).toEqual({ type: 'image' })
    expect(readdirSync(project.paths.backups)).toHaveLength(1)
  })
})

describe('0021 slides', () => {
  it('keeps every image, of which neither objective nor scan date is known', () => {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, [first, allTasks])
    const before = allRows(db)
    expect(migrate(db, [first, allTasks, slides])).toEqual([21])
    const { images, ...same } = before
    expect(allRows(db)).toMatchObject(same)
    expect(images).not.toHaveLength(0)
    expect(allRows(db)['images']).toEqual(images!.map((row) => ({ ...row, objective: null, scanned_at: null })))
  })
})

describe('0022 former labels', () => {
  it('keeps every decision, with no label that gave way to it', () => {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, [first, allTasks])
    const before = allRows(db)
    expect(migrate(db, [first, allTasks, formerLabels])).toEqual([22])
    const { decisions, ...same } = before
    expect(allRows(db)).toMatchObject(same)
    expect(allRows(db)['decisions']).toEqual(decisions!.map((row) => ({ ...row, replaced: null })))
  })
})

describe('0023 packed lines', () => {
  const rings = [[0.1, 1 / 3, 30, 2, 4, 50], [1, 1, 2, 1, 2, 2]] // prettier-ignore
  const tiles = [{ column: 0, row: 1, runs: 'AQI=' }]

  function migrated(): { db: Sqlite; before: TableRows } {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, [first, allTasks, slides, formerLabels])
    const insert = (id: string, kind: string, geometry: unknown): void => {
      db.prepare(`INSERT INTO annotations VALUES (?, 'a', ?, ?, 1, 2, 3, 4, ?, 'drawn', NULL, 0, 0, '', '', '', '')`).run(id, owners.classId, kind, JSON.stringify(geometry)) // prettier-ignore
      db.prepare(`INSERT INTO predictions (run, image, class, score, kind, x, y, width, height, geometry) VALUES (1, 2, 3, 0.5, ?, 1, 2, 3, 4, ?)`).run(kind, JSON.stringify(geometry)) // prettier-ignore
    }
    insert('area', 'polygon', rings)
    insert('painted', 'mask', tiles)
    db.exec("DELETE FROM predictions WHERE kind = 'mask'")
    const before = allRows(db)
    expect(migrate(db, [first, allTasks, slides, formerLabels, packedLines])).toEqual([23])
    return { db, before }
  }

  it('keeps every row, every line to the last bit, the indices, and what refers to what', () => {
    const old = emptyDatabase()
    migrate(old, [first, allTasks])
    const { db, before } = migrated()
    const after = allRows(db)
    const packed = (rows: Record<string, unknown>[]): Record<string, unknown>[] =>
      rows.map((row) => {
        const lines = row['kind'] === 'polygon' ? packRings(rings) : row['kind'] === 'mask' ? packTiles({ tiles }) : null
        return { ...row, geometry: lines === null ? null : Buffer.from(lines) }
      })
    const { annotations, predictions, ...same } = before
    expect(after).toMatchObject(same)
    expect(after['annotations']).toEqual(packed(annotations!))
    expect(after['predictions']).toEqual(packed(predictions!))
    expect(indicesOf(db)).toEqual(indicesOf(old))
    expect(() => db.exec(`DELETE FROM annotations WHERE id = 'made'`)).toThrow(/FOREIGN KEY/)
  })

  it('does not give a number of a prediction that is gone to another', () => {
    const { db, before } = migrated()
    const highest = Math.max(...before['predictions']!.map(({ id }) => Number(id)))
    db.exec(`INSERT INTO predictions (run, image, class, score, kind) VALUES (1, 2, 3, 0.5, 'image')`)
    expect(db.prepare('SELECT MAX(id) FROM predictions').pluck().get()).toBe(highest + 2)
  })

  it('takes no lines of text any more', () => {
    const { db } = migrated()
    expect(() => db.exec(`UPDATE annotations SET geometry = '[]' WHERE id = 'area'`)).toThrow(/BLOB/)
  })
})

describe('0026 regions', () => {
  const before26 = MIGRATIONS.filter(({ version }) => version < 26)

  function migrated(): { db: Sqlite; before: TableRows } {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before26)
    const before = allRows(db)
    expect(migrate(db, [...before26, regions])).toEqual([26])
    return { db, before }
  }

  it('keeps every row and adds a table for regions, which is empty', () => {
    const { db, before } = migrated()
    expect(allRows(db)).toEqual({ ...before, regions: [] })
    expect(columnsOf(db, 'regions')).toEqual(
      'id image_id kind x y width height geometry name fully_labelled author created_at updated_at'.split(' '),
    )
  })

  it('refuses regions without an area, of no image, and half-said facts', () => {
    const { db } = migrated()
    const insert = (on: string, kind: string, width: string, said: number): void =>
      void db.exec(`INSERT INTO regions VALUES ('r', '${on}', '${kind}', 1, 2, ${width}, 4, NULL, '', ${said}, '', '', '')`)
    expect(() => { insert('a', 'point', '3', 0) }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('a', 'image', '3', 0) }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('a', 'box', 'NULL', 0) }).toThrow(/NOT NULL/) // prettier-ignore
    expect(() => { insert('a', 'box', '3', 2) }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('gone', 'box', '3', 0) }).toThrow(/FOREIGN KEY/) // prettier-ignore
    insert('a', 'box', '3', 1)
    expect(db.prepare('SELECT fully_labelled FROM regions').pluck().all()).toEqual([1])
  })

  it('undoes and redoes edits that were made before there were regions', async () => {
    const folder = path.join(temporaryFolder(), 'old.slidewright')
    mkdirSync(folder)
    const db = createSqlite(path.join(folder, 'project.db'))
    db.pragma(`application_id = ${APPLICATION_ID}`)
    migrate(db, [first])
    fillOld(db)
    migrate(db, before26)
    db.pragma('journal_mode = WAL')
    db.close()
    const project = await openProject(folder)
    onTestFinished(() => project.close())
    expect(project.regions()).toEqual([])
    expect(project.undo()?.diff.regions).toEqual({ added: [], updated: [], removed: [] })
    expect(project.redo()?.diff.annotations.added).toHaveLength(1)
  })
})

describe('0033 flags', () => {
  const before33 = MIGRATIONS.filter(({ version }) => version < 33)

  it('keeps every row and adds a table for flags that refuses what none can be', () => {
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before33)
    const before = allRows(db)
    expect(migrate(db, [...before33, flags])).toEqual([33])
    expect(allRows(db)).toEqual({ ...before, flags: [] })
    const insert = (id: string, on: string, annotation: string, prediction: string): void =>
      void db.exec(`INSERT INTO flags VALUES ('${id}', '${on}', ${annotation}, ${prediction}, '', '', '', '')`)
    insert('f', 'a', 'NULL', 'NULL')
    expect(() => { insert('g', 'a', 'NULL', 'NULL') }).toThrow(/UNIQUE/) // prettier-ignore
    expect(() => { insert('g', 'gone', 'NULL', 'NULL') }).toThrow(/FOREIGN KEY/) // prettier-ignore
    expect(() => { insert('g', 'a', "'x'", '1') }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('g', 'a', "'gone'", 'NULL') }).toThrow(/FOREIGN KEY/) // prettier-ignore
  })
})

describe('0034 readings', () => {
  it('keeps every row and adds a table for readings that refuses what none can be', () => {
    const before34 = MIGRATIONS.filter(({ version }) => version < 34)
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before34)
    const before = allRows(db)
    expect(migrate(db, [...before34, readings])).toEqual([34])
    expect(allRows(db)).toEqual({ ...before, readings: [] })
    const insert = (id: string, annotation: string, prediction: string): void =>
      void db.exec(`INSERT INTO readings VALUES ('${id}', 'a', ${annotation}, ${prediction}, NULL, 'Ada', '')`)
    expect(() => { insert('g', 'NULL', 'NULL') }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('g', "'x'", '1') }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert('g', "'gone'", 'NULL') }).toThrow(/FOREIGN KEY/) // prettier-ignore
    const known = db.prepare<[], string>('SELECT id FROM annotations').pluck().get()!
    insert('f', `'${known}'`, 'NULL')
    expect(() => { insert('g', `'${known}'`, 'NULL') }).toThrow(/UNIQUE/) // prettier-ignore
  })
})

describe('0035 model notes', () => {
  it('keeps every row and adds a table for notes on models that refuses what none can be', () => {
    const before35 = MIGRATIONS.filter(({ version }) => version < 35)
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before35)
    const before = allRows(db)
    expect(migrate(db, [...before35, modelNotes])).toEqual([35])
    expect(allRows(db)).toEqual({ ...before, model_notes: [] })
    const known = db.prepare<[], string>('SELECT id FROM models').pluck().get()!
    const insert = (id: string, pinned: number, archived: number): void =>
      void db.exec(`INSERT INTO model_notes VALUES ('${id}', '', ${pinned}, ${archived}, 'Ada', '')`)
    expect(() => { insert('gone', 0, 0) }).toThrow(/FOREIGN KEY/) // prettier-ignore
    expect(() => { insert(known, 2, 0) }).toThrow(/CHECK/) // prettier-ignore
    expect(() => { insert(known, 0, 2) }).toThrow(/CHECK/) // prettier-ignore
    insert(known, 1, 0)
    expect(() => { insert(known, 0, 0) }).toThrow(/UNIQUE/) // prettier-ignore
  })
})

describe('0036 pixel sizes set by hand', () => {
  it('keeps every row; pixel sizes so far are what the files state', () => {
    const before36 = MIGRATIONS.filter(({ version }) => version < 36)
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before36)
    db.exec('UPDATE images SET microns_per_pixel = 0.25')
    const before = allRows(db)
    expect(migrate(db, [...before36, pixelSizes])).toEqual([36])
    const images = before['images']!.map((image) => ({ ...image, pixel_size_by: 'file', stated_microns: null, pixel_size_at: null }))
    expect(allRows(db)).toEqual({ ...before, images })
    expect(images).toMatchObject([{ microns_per_pixel: 0.25 }])
    expect(() => { db.exec("UPDATE images SET pixel_size_by = 'guess'") }).toThrow(/CHECK/) // prettier-ignore
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
