import { cpSync, readdirSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { ImportDesk } from '../../../src/main/workbench/import-desk.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture, savePng } from '../interchange/context.ts'

type Request = z.input<typeof importRequest>

async function deskOf(task: TaskKind, classes: string[]) {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task, classes })
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  const desk = new ImportDesk(project, { pictures })
  return {
    ...{ db, project, desk },
    look: (given: Request) => desk.preview(importRequest.parse(given)),
    take: (given: Request) => desk.take(importRequest.parse(given), { pictures }),
  }
}

/** A detection project with one box on one image: crops can be cut out of it. */
async function withOneBox(): Promise<string> {
  const from = await deskOf('detection', ['RBC'])
  const root = temporaryFolder()
  await savePicture(path.join(root, 'JPEGImages/a.png'), 64, 48)
  writeFileSync(
    path.join(root, 'JPEGImages/a.xml'),
    '<annotation><filename>a.png</filename><size><width>64</width><height>48</height></size><object><name>RBC</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>25</xmax><ymax>25</ymax></bndbox></object></annotation>',
  )
  expect((await from.take({ paths: [root] })).annotations).toBe(1)
  return from.db.folder
}

async function imagesOf(names: readonly string[]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, name] of names.entries()) await savePicture(path.join(root, name), 12, 10, i)
  return root
}

describe('an import that is looked at first', () => {
  it('writes nothing until it is taken, and then exactly what was shown, as one edit', async () => {
    const { db, look, take, project } = await deskOf('classification', ['ill'])
    const root = await imagesOf(['ill/P1_a.png', 'ill/P1_b.png', 'well/P2_a.png', 'well/P3_a.png'])
    writeFileSync(path.join(root, 'well', 'broken.png'), 'no picture')
    const asked = { paths: [root], split: 'auto' as const, groupBy: '^([^_]+)_' }
    const shown = await look(asked)
    expect(shown).toMatchObject({ formats: ['folders'], images: 4, labels: 4, groups: 3, ungrouped: 0, fault: null, groupFault: '' })
    expect(shown.classes).toMatchObject([
      { name: 'ill', labels: 2, isNew: false },
      { name: 'well', labels: 2, isNew: true },
    ])
    expect(shown.problems.map(({ file }) => path.basename(file))).toEqual(['broken.png'])
    expect(shown.some[0]).toEqual({ name: 'P1_a.png', group: 'P1' })
    expect([db.images(), db.classes()].map(({ length }) => length)).toEqual([0, 1])
    const before = db.historyState().sequence
    const report = await take(asked)
    expect(db.historyState().sequence).toBe(before + 1)
    expect(report).toMatchObject({ images: shown.images, annotations: shown.labels, classes: 1, splits: shown.splits })
    expect(db.classes().map(({ color }) => color)).toEqual(shown.classes.map(({ color }) => color))
    project.tell(db.undo()!)
    expect([db.images(), db.classes()].map(({ length }) => length)).toEqual([0, 1])
  })

  it('takes the planes that were asked for, not those that were looked at before', async () => {
    const { look, take, db } = await deskOf('detection', ['RBC'])
    const stack = path.join(temporaryFolder(), 'stack.ome.zarr')
    cpSync(path.resolve(import.meta.dirname, '../../golden/zarr/sharded-end.ome.zarr'), stack, { recursive: true })
    expect((await look({ paths: [stack] })).images).toBe(1)
    expect((await look({ paths: [stack], planes: 'all' })).images).toBe(6)
    await take({ paths: [stack], planes: 'z2' })
    expect(db.images().map(({ name }) => name)).toEqual(['stack#z2.ome.zarr'])
  })

  it('reads files once for all that is said of splits and groups', async () => {
    const { look, take, db } = await deskOf('detection', ['RBC'])
    const root = await imagesOf(['a_1.png', 'b_1.png'])
    await look({ paths: [root] })
    await savePicture(path.join(root, 'later.png'), 12, 10, 77)
    expect((await look({ paths: [root], groupBy: '^(.)_' })).groups).toBe(2)
    expect((await take({ paths: [root], split: 'val' })).images).toBe(2)
    expect(db.images().map(({ split }) => split)).toEqual(['val', 'val'])
    expect((await look({ paths: [root] })).duplicates).toBe(2)
  })

  it('says what is wrong with a pattern and shows the rest', async () => {
    const { look } = await deskOf('detection', ['RBC'])
    const root = await imagesOf(['a_1.png', `${'a'.repeat(40)}!.png`])
    expect(await look({ paths: [root], groupBy: '(' })).toMatchObject({
      images: 2,
      groups: 0,
      groupFault: expect.stringMatching(/regular expression/) as string,
    })
    expect((await look({ paths: [root], groupBy: '^(a+)+$' })).groupFault).toMatch(/too long/)
  })

  it('says after an import that no name fits a pattern, before it beside the pattern alone', async () => {
    const { look, take } = await deskOf('detection', ['RBC'])
    const asked = { paths: [await imagesOf(['a_1.png', 'b_1.png'])], groupBy: '^(P\\d+)_' }
    const said = 'No file name fits the pattern ^(P\\d+)_: no image has a group (slide or patient) by it, so each stands for itself.'
    const shown = await look(asked)
    expect([shown.groups, shown.notes]).toEqual([0, expect.not.arrayContaining([said])])
    expect((await take(asked)).notes).toContain(said)
  })

  it('tells what masks hold that it does not understand, so that it can be said', async () => {
    const { look } = await deskOf('segmentation', ['tumour'])
    const root = await imagesOf(['images/0.png'])
    const red = Array.from({ length: 10 }, (_, y) => Array.from({ length: 12 }, () => (y < 5 ? 0xff0000 : y < 8 ? 0x00ff00 : 0)))
    await savePng(path.join(root, 'masks/0.png'), red, 'colour')
    const shown = await look({ paths: [root] })
    expect(shown.fault?.code).toBe('mask-kind-unclear')
    expect(shown.masks?.kind).toBeNull()
    expect(shown.masks?.values.map(({ value }) => value)).toEqual(['#ff0000', '#00ff00', '#000000'])
    expect(shown.masks?.values[0]?.share).toBeCloseTo(0.5)
    const colors = [
      { value: '#ff0000', name: 'tumour' },
      { value: '#00ff00', name: 'stroma' },
      { value: '#000000', name: '' },
    ]
    const said = await look({ paths: [root], colors })
    expect(said).toMatchObject({ fault: null, images: 1, labels: 2 })
    expect(said.masks?.values.map(({ name }) => name)).toEqual(['tumour', 'stroma', ''])
  })

  it('removes what was cut out for a look that is given up', async () => {
    const from = await withOneBox()
    const to = await deskOf('classification', ['RBC'])
    const folder = path.join(to.db.folder, 'images')
    expect(await to.look({ paths: [from], format: 'crops' })).toMatchObject({ images: 1, labels: 1 })
    expect(readdirSync(folder, { recursive: true }).length).toBeGreaterThan(0)
    await to.desk.drop()
    expect(existsSync(folder) ? readdirSync(folder, { recursive: true }) : []).toEqual([])
    expect(to.db.images()).toEqual([])
  })

  it('leaves nothing of a look during which the program was killed, and all of what was taken', async () => {
    const from = await withOneBox()
    const to = await deskOf('classification', ['RBC'])
    const asked = { paths: [from], format: 'crops' as const }
    await to.take(asked)
    const [taken] = to.db.images()
    // Another crop is looked at and never taken: from here on nobody holds it any more.
    expect(await to.look({ ...asked, crop: { size: 20, border: 'reflect' } })).toMatchObject({ images: 1 })
    const folder = path.join(to.db.folder, 'images')
    expect(readdirSync(folder)).toHaveLength(2)
    await to.db.close()
    const bench = await Workbench.open(to.db.folder)
    expect(readdirSync(folder)).toHaveLength(1)
    expect(existsSync(taken!.absolutePath)).toBe(true)
    // Nor what an undo took back: a redo brings it again.
    bench.undo()
    await bench.close()
    const again = await Workbench.open(to.db.folder)
    expect([again.images().length, existsSync(taken!.absolutePath)]).toEqual([0, true])
    await again.close()
  })

  it('gives up one look for another', async () => {
    const { look } = await deskOf('detection', ['RBC'])
    const [one, two] = [await imagesOf(['a.png', 'b.png', 'c.png']), await imagesOf(['d.png'])]
    const first = look({ paths: [one] })
    const second = look({ paths: [two] })
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect((await second).images).toBe(1)
  })

  it('who says which mask belongs to which image is heard, though the names alone show no masks', async () => {
    const { look, take, db } = await deskOf('segmentation', ['cell'])
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a_orig.png'), 12, 10)
    await savePng(
      path.join(root, 'a_drawn.png'),
      Array.from({ length: 10 }, () => Array.from({ length: 12 }, (_, x) => (x < 5 ? 255 : 0))),
    )
    expect(await look({ paths: [root] })).toMatchObject({ formats: ['images'], images: 2, labels: 0 })
    const pair = '*_orig.png=*_drawn.png'
    expect(await look({ paths: [root], pair })).toMatchObject({ formats: ['masks'], images: 1, labels: 1 })
    expect((await take({ paths: [root], pair })).annotations).toBe(1)
    expect(db.images().map(({ name }) => name)).toEqual(['a_orig.png'])
  })

  it('who says how masks are read is told where there are none, instead of getting images without labels', async () => {
    const { look } = await deskOf('segmentation', ['cell'])
    const root = await imagesOf(['a.png', 'b.png'])
    for (const said of [{ pair: '*.png=*_m.png' }, { maskKind: 'index' as const }, { colors: [{ value: '#ff0000', name: 'cell' }] }])
      expect((await look({ paths: [root], ...said })).fault?.code).toBe('no-masks')
  })
})
