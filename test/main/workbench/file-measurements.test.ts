import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { importRequest, type exportRequest } from '../../../src/shared/contracts/project.ts'
import { isPlaced, shapeBounds } from '../../../src/shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { annotationId, newId } from '../../../src/shared/records/ids.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { measurementsOn } from '../../../src/main/workbench/measured-objects.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'

async function project(task: TaskKind = 'segmentation'): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task, classes: ['cell'] })
  onTestFinished(() => db.close())
  return new OpenProject(db, new WorkbenchEmitter(), 'tester')
}

const ring = (x: number, y: number) => [[x, y], [x + 8, y], [x + 8, y + 7], [x + 1, y + 7], [x, y]] // prettier-ignore

/** Beside a picture, one object for each of the measurements. */
async function written(all: readonly unknown[], root = temporaryFolder()): Promise<string> {
  mkdirSync(root, { recursive: true })
  await savePicture(path.join(root, 'a.png'), 300, 200)
  const features = all.map((measurements, i) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [ring(2 + 13 * i, 3 + i)] },
    properties: { objectType: 'detection', classification: { name: 'cell' }, measurements },
  }))
  writeFileSync(path.join(root, 'a.geojson'), JSON.stringify({ type: 'FeatureCollection', features }))
  return root
}

const take = (to: OpenProject, folder: string, more: Partial<z.input<typeof importRequest>> = {}) =>
  importInto(to, importRequest.parse({ paths: [folder], ...more }), { pictures })
const give = (from: OpenProject, file: string, format: z.input<typeof exportRequest>['format']) =>
  exportFrom(from, { file, what: 'annotations', format }, { pictures })
const leftOf = ({ shape }: AnnotationRecord): number => (isPlaced(shape) ? shapeBounds(shape).x : 0)
/** From the left. */
const labels = ({ db }: OpenProject): AnnotationRecord[] => db.annotationsOf(db.images()[0]!.id).sort((a, b) => leftOf(a) - leftOf(b))
const preview = (of: OpenProject, format: z.input<typeof exportRequest>['format']) =>
  previewExport(of, { what: 'annotations', format }).notes

/** What the exported features hold, from the left. */
function measuredIn(file: string): unknown[] {
  const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: Feature[] }
  const left = ({ geometry }: Feature): number => Math.min(...geometry.coordinates[0]!.map(([x]) => x!))
  return features.sort((a, b) => left(a) - left(b)).map(({ properties }) => properties.measurements)
}

interface Feature {
  readonly geometry: { readonly coordinates: number[][][] }
  readonly properties: { readonly measurements?: unknown }
}

async function exported(from: OpenProject): Promise<unknown[]> {
  const file = path.join(temporaryFolder(), 'out.geojson')
  await give(from, file, 'geojson')
  return measuredIn(file)
}

const moved = (label: AnnotationRecord): AnnotationRecord => ({
  ...label,
  shape: { type: 'polygon', rings: (label.shape as { rings: number[][] }).rings.map((line) => line.map((value) => value + 1)) },
})

describe('measurements of objects in files', () => {
  it('go out as they came in, whatever their names and numbers; what has no number is left out and told', async () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
      fc.constantFrom('Ядро: OD', '核 µm²', '__proto__', '1', 'Score'),
    )
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(null))
    const object = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(object, fc.boolean()), { minLength: 1, maxLength: 5 }), async (all) => {
        // As QuPath wrote it before 0.4: a list.
        const given = all.map(([one, list]) => (list ? Object.entries(one).map(([key, number]) => ({ name: key, value: number })) : one))
        const there = await project()
        const report = await take(there, await written(given))
        const known = all.map(([one]) => Object.entries(one).filter(([, number]) => number !== null))
        const wanted = known.map((pairs) =>
          pairs.length === 0 ? undefined : Object.fromEntries(pairs.map(([key, number]) => [key, number! + 0])),
        )
        expect(await exported(there)).toEqual(wanted)
        const nulls = all.flatMap(([one]) => Object.values(one).filter((number) => number === null)).length
        const saysNulls = report.problems.map(({ what }) => what).filter((what) => what.includes('without a number'))
        expect(saysNulls.map((what) => Number.parseInt(what, 10))).toEqual(nulls === 0 ? [] : [nulls])
        const some = known.filter((pairs) => pairs.length > 0).length
        expect(report.notes.filter((note) => note.includes('with measurements'))).toHaveLength(some === 0 ? 0 : 1)
      }),
      { numRuns: 20 },
    )
  })

  it('are of the shape that was measured: left out of the export and told where it is another now, until that is undone', async () => {
    const there = await project()
    await take(there, await written([{ Area: 1 }, { Area: 2 }, { Area: 3 }]))
    const [first, second, third] = labels(there)
    there.commit({ label: 'Move', put: { annotations: [moved(first!)] }, remove: {} })
    there.commit({
      label: 'Note',
      put: {},
      remove: {},
      amend: { annotations: [second!.id], to: { note: 'seen', name: 'n', updatedAt: first!.updatedAt } },
    })
    const copy = { ...moved(third!), id: annotationId.parse(newId()) }
    there.commit({ label: 'Duplicate', put: { annotations: [copy] }, remove: {} })
    expect(measurementsOn(there.db, first!.id)).toEqual({ changed: true, measurements: [{ name: 'Area', value: 1 }] })
    expect(measurementsOn(there.db, second!.id)).toEqual({ changed: false, measurements: [{ name: 'Area', value: 2 }] })
    expect(measurementsOn(there.db, copy.id)).toBeNull()
    expect(await exported(there)).toEqual([undefined, { Area: 2 }, { Area: 3 }, undefined])
    const CHANGED = 'Measurements of 1 object are left out: its outline was changed since.'
    expect((await give(there, path.join(temporaryFolder(), 'b.geojson'), 'geojson')).notes).toContain(CHANGED)
    expect(preview(there, 'geojson')).toContain(CHANGED)
    expect(preview(there, 'coco')).toContain('Measurements of 3 objects are left out.')
    for (let steps = 0; steps < 3; steps++) there.db.undo()
    expect(await exported(there)).toEqual([{ Area: 1 }, { Area: 2 }, { Area: 3 }])
    expect(preview(there, 'geojson')).toEqual([])
    there.db.undo()
    expect(there.db.images()).toEqual([])
    there.db.redo()
    expect(await exported(there)).toEqual([{ Area: 1 }, { Area: 2 }, { Area: 3 }])
  })

  it('are columns of a table, which is read again as before', async () => {
    const there = await project()
    const root = await written([{ 'Area µm^2': 1.5, Label: 7 }, { Mean: -2 }, {}])
    await take(there, root)
    const file = path.join(temporaryFolder(), 'table.csv')
    expect((await give(there, file, 'csv')).notes.filter((note) => note.includes('easurements'))).toEqual([])
    const rows = readFileSync(file, 'utf8').split('\r\n')
    expect(rows[0]).toBe('\ufeffimage,class,x,y,width,height,crowd,difficult,note,Area µm^2,Label (measurement),Mean')
    const cells = rows.slice(1, 4).map((row) => row.split(','))
    expect(cells.sort((a, b) => Number(a[2]) - Number(b[2])).map((row) => row.slice(9))).toEqual([
      ['1.5', '7', ''],
      ['', '', '-2'],
      ['', '', ''],
    ])
    const again = await project('detection')
    await take(again, root, { format: 'images' })
    await take(again, file)
    expect(labels(again)).toHaveLength(3)
    expect(new Set(labels(again).map(({ classId }) => classId)).size).toBe(1)
  })

  it('too many names for columns are told', async () => {
    const there = await project()
    await take(there, await written([Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m ${String(i)}`, i]))]))
    const file = path.join(temporaryFolder(), 'table.csv')
    expect((await give(there, file, 'csv')).notes).toContain('Measurements of 1 object are left out.')
    expect(readFileSync(file, 'utf8').split('\r\n')[0]).not.toContain('m 0')
  })

  it('an import that may replace labels brings them to those that are the same, once', async () => {
    const there = await project()
    const root = await written([{}, {}])
    await take(there, root)
    const before = labels(there).map(({ id }) => id)
    await written([{ Area: 1 }, { Area: 2 }], root)
    await take(there, root)
    expect(labels(there).map(({ id }) => id)).toEqual(before)
    await take(there, root, { replace: true })
    expect(await exported(there)).toEqual([{ Area: 1 }, { Area: 2 }])
    const after = labels(there).map(({ id }) => id)
    await take(there, root, { replace: true })
    expect(labels(there).map(({ id }) => id)).toEqual(after)
    there.db.undo()
    expect(labels(there).map(({ id }) => id)).toEqual(before)
  })

  it('go with a backup of the project', async () => {
    const there = await project()
    await take(there, await written([{ Area: 1 }]))
    const { file } = await there.db.backup()
    expect(readdirSync(path.dirname(file))).toContain(path.basename(file))
    expect(readFileSync(file).includes('["Area"]')).toBe(true)
  })
})
