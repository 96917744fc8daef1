import { describe, expect, it } from 'vitest'
import { annotationId, newId } from '#shared/records/ids.ts'
import { measurementsOf } from '#shared/records/measurement.ts'
import type { Edit } from '#shared/records/edit.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { migrate } from '../../../src/main/project/migrate.ts'
import { first } from '../../../src/main/project/migrations/0010-first.ts'
import { measurements } from '../../../src/main/project/migrations/0038-measurements.ts'
import { MIGRATIONS } from '../../../src/main/project/migrations/index.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { box, image, newProject, type Owners } from './fixtures.ts'
import { allRows, emptyDatabase, fillOld } from './old-project.ts'

describe('0038 measurements', () => {
  it('keeps every row and adds tables for measurements, of which each has its list of names', () => {
    const before38 = MIGRATIONS.filter(({ version }) => version < 38)
    const db = emptyDatabase()
    migrate(db, [first])
    fillOld(db)
    migrate(db, before38)
    const before = allRows(db)
    expect(before['annotations']).toHaveLength(3)
    expect(migrate(db, [...before38, measurements])).toEqual([38])
    expect(allRows(db)).toEqual({ ...before, measurement_names: [], measurements: [] })
    const insert = db.prepare('INSERT INTO measurements (annotation_id, names, shape, numbers) VALUES (?, ?, 1, ?)')
    db.pragma('foreign_keys = ON')
    expect(() => insert.run('drawn', 1, Buffer.alloc(8))).toThrow(/FOREIGN KEY/)
    db.exec(`INSERT INTO measurement_names (step, names) VALUES (1, '["Area"]')`)
    insert.run('drawn', 1, Buffer.alloc(8))
    expect(() => insert.run('drawn', 1, Buffer.alloc(8))).toThrow(/UNIQUE/)
    expect(() => insert.run('dot', 1, 'no bytes')).toThrow(/BLOB/)
    // What was measured stays when the annotation goes: undo brings it back.
    insert.run('gone', 1, Buffer.alloc(8))
  })
})

describe('what files had measured of annotations', () => {
  const names = ['Area µm^2', 'Ядро: mean']
  const id = (name: string) => annotationId.parse(name)

  async function measured(): Promise<{ db: ProjectDatabase; owners: Owners }> {
    const db = await newProject()
    const picture = image('a')
    const owners = { imageId: picture.id, classId: db.classes()[0]!.id }
    const annotations = ['one', 'two', 'none'].map((name) => box(name, owners))
    const edit: Edit = { label: 'Import', put: { images: [picture], annotations }, remove: {} }
    const of = (name: string, ...numbers: number[]) => {
      const { shape } = annotations[0]!
      return { annotationId: id(name), shape, measured: { names: [...names], numbers: Float64Array.from(numbers) } }
    }
    db.commit(edit, [of('one', 1.5, NaN), of('two', 1e-300, -7)])
    return { db, owners }
  }
  const told = (db: ProjectDatabase, name: string) =>
    db.measurements((table) => {
      const found = table.get(id(name))
      return found && measurementsOf(found.measured)
    })
  const sizes = (db: ProjectDatabase) => db.measurements((table) => table.shapes().size)

  it('are read back by annotation, to the last bit, with one list of names for all', async () => {
    const { db } = await measured()
    expect(told(db, 'one')).toEqual([{ name: names[0], value: 1.5 }])
    expect(told(db, 'two')).toEqual([
      { name: names[0], value: 1e-300 },
      { name: names[1], value: -7 },
    ])
    expect(told(db, 'none')).toBeUndefined()
    const shapes = db.measurements((table) => [...table.shapes().values()])
    expect(new Set(shapes.map((one) => one.names)).size).toBe(1)
    expect(db.measurements((table) => table.names(shapes[0]!.names))).toEqual(names)
  })

  it('come back with the annotation by undo and redo, also after a restart, and lie in no diff', async () => {
    const { db } = await measured()
    const removed = db.commit({ label: 'Delete', put: {}, remove: { annotations: [id('one')] } })
    expect(JSON.stringify(removed)).not.toContain('µm^2')
    db.undo()
    db.undo()
    expect(db.annotation(id('one'))).toBeUndefined()
    await db.close()
    const again = await openProject(db.folder)
    again.redo()
    expect(again.annotation(id('one'))).toBeDefined()
    expect(told(again, 'one')).toEqual([{ name: names[0], value: 1.5 }])
    await again.close()
  })

  it('go for good with the step that brought them, and with no other', async () => {
    const { db, owners } = await measured()
    db.commit({ label: 'Draw', put: { annotations: [box(newId(), owners)] }, remove: {} })
    db.undo()
    db.commit({ label: 'Draw', put: { annotations: [box(newId(), owners)] }, remove: {} })
    expect(sizes(db)).toBe(2)
    db.undo()
    db.undo()
    expect(sizes(db)).toBe(2)
    db.commit({ label: 'Another', put: { images: [image('b')] }, remove: {} })
    expect(sizes(db)).toBe(0)
    expect(db.redo()).toBeNull()
  })

  it('are not kept where the edit fails', async () => {
    const { db, owners } = await measured()
    const { shape } = box('x', owners)
    const outside = box('x', owners, { shape: { type: 'box', x: 9000, y: 9000, width: 1, height: 1 } })
    const numbers = { names: ['a'], numbers: Float64Array.of(1) }
    const failing = () => db.commit({ label: 'Import', put: { annotations: [outside] }, remove: {} }, [{ annotationId: id('x'), shape, measured: numbers }]) // prettier-ignore
    expect(failing).toThrow(/outside/)
    expect(sizes(db)).toBe(2)
  })
})
