import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { newId, runId } from '../../../src/shared/records/ids.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'
import { aModel } from './records.ts'

async function project(task: TaskKind, classes: string[]): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task, classes })
  onTestFinished(() => db.close())
  return new OpenProject(db, new WorkbenchEmitter(), 'tester')
}

const pixels = async (file: string): Promise<number[]> => [...(await sharp(file).toColourspace('b-w').raw().toBuffer())]

describe('exports of predictions', () => {
  async function predicted(task: TaskKind, classes: string[]) {
    const to = await project(task, classes)
    const root = temporaryFolder()
    for (let i = 0; i < 3; i++) await savePicture(path.join(root, `${i}.png`), 10, 8, i)
    await importInto(to, importRequest.parse({ paths: [root], format: 'images' }), { pictures })
    const run = runId.parse(newId())
    const records = to.db.classes()
    const model = aModel('m', records, { task })
    to.db.putModel(model)
    const images = to.db.images()
    const table = async (format: 'csv' | 'png' = 'csv', what: 'predictions' | 'counts' | 'masks' = 'predictions') => {
      const file = path.join(temporaryFolder(), 'out')
      const source = { kind: 'predictions' as const, runId: run, score: 0 }
      const report = await exportFrom(to, { file, what, format, runId: run, source }, { pictures })
      return { file, report, text: format === 'csv' ? readFileSync(file, 'utf8').replace('\ufeff', '').split('\r\n').slice(0, -1) : [] }
    }
    const add = (predictions: Parameters<OpenProject['db']['addRun']>[2], results: Parameters<OpenProject['db']['addRun']>[3]) =>
      to.db.addRun(
        { id: run, modelId: model.id, settings: {}, images: 2, objects: 0, seconds: 1, createdAt: new Date().toISOString() },
        images.slice(0, 2).map(({ id }) => id),
        predictions,
        results,
      )
    return { to, images, records, add, table }
  }

  it('classification: the class that was said and a score a class', async () => {
    const { images, records, add, table } = await predicted('classification', ['a', 'b'])
    add(
      [{ imageId: images[1]!.id, classId: records[0]!.id, score: 0.4, shape: { type: 'image' } }],
      [0, 1].map((i) => ({ imageId: images[i]!.id, scores: [0.4, 0.6], anomaly: null, maps: [] })),
    )
    const { text } = await table()
    expect(text[0]).toBe('image,class,score_a,score_b,truth,split,group,model,run')
    expect(text.slice(1).map((row) => row.split(',').slice(0, 6))).toEqual([
      ['0.png', 'b', '0.4', '0.6', '', ''],
      ['1.png', 'a', '0.4', '0.6', '', ''],
    ])
  })

  it('say of which run and model they are, and how many images that run has not looked at', async () => {
    const { to, images, add, table } = await predicted('classification', ['a', 'b'])
    add([], [])
    const run = to.db.runs()[0]!.id
    const missing = '1 image has no predictions of this run: predict the rest, and it joins the run.'
    expect((await table()).report.notes).toEqual([expect.stringMatching(`^Of run ${run} of m \\(m\\), made .* UTC\\.$`), missing])
    expect((await table('csv', 'counts')).report.notes).toContain(missing)
    to.db.commit({
      label: 'Test',
      put: {
        images: [
          { ...images[0]!, split: 'train' },
          { ...images[2]!, split: 'test' },
        ],
      },
      remove: {},
    })
    const notesOf = async (split: 'train' | 'test') => {
      const file = path.join(temporaryFolder(), 'out.xml')
      return (await exportFrom(to, { file, what: 'predictions', format: 'cvat', runId: run, split }, { pictures })).notes
    }
    expect(await notesOf('train')).not.toContain(missing)
    expect(await notesOf('test')).toContain(missing)
  })

  it('anomaly: a score an image', async () => {
    const { images, add, table } = await predicted('anomaly', ['normal'])
    add(
      [],
      [0, 1].map((i) => ({ imageId: images[i]!.id, scores: null, anomaly: 1.5 + i, maps: [] })),
    )
    const { text } = await table()
    expect(text[0]).toBe('image,score,class,threshold,truth,split,group,model,run')
    expect(text.slice(1).map((row) => row.split(',').slice(0, 5))).toEqual([
      ['0.png', '1.5', '', '', ''],
      ['1.png', '2.5', '', '', ''],
    ])
  })

  it('anomaly: masks of the areas, from a score on; images without any are black', async () => {
    const { to, images, records, add, table } = await predicted('anomaly', ['normal', 'abnormal'])
    const [normal, abnormal] = records.map(({ id }) => id)
    const area = (x: number, score: number) => ({
      ...{ imageId: images[0]!.id, classId: abnormal!, score },
      shape: { type: 'polygon' as const, rings: [[x, 0, x + 3, 0, x + 3, 3, x, 3]] },
    })
    const whole = { imageId: images[1]!.id, classId: normal!, score: 0.9, shape: { type: 'image' as const } }
    add([area(0, 0.6), area(5, 0.9), whole], [])
    const { file, report } = await table('png', 'masks')
    expect(report.notes).toContain('Values: 0 = background, 1 = normal, 2 = abnormal.')
    expect((await pixels(path.join(file, '0.png'))).slice(0, 10)).toEqual([2, 2, 2, 0, 0, 2, 2, 2, 0, 0])
    expect(Math.max(...(await pixels(path.join(file, '1.png'))))).toBe(0)
    const source = { kind: 'predictions' as const, runId: to.db.runs()[0]!.id, score: 0 }
    const preview = previewExport(to, { what: 'masks', format: 'png', source })
    expect(preview).toMatchObject({ images: report.rows, objects: 2 })
    expect(preview.notes).toEqual([
      'Values: 0 = background, 1 = normal, 2 = abnormal.',
      'Masks hold areas only: 1 point, line, ruler or label of a whole image left out.',
    ])
    expect(report.notes).toEqual(expect.arrayContaining(preview.notes))
    for (const kind of ['predictions', 'corrected'] as const) {
      const sure = path.join(temporaryFolder(), 'sure')
      const source = { kind, runId: to.db.runs()[0]!.id, score: 0.8 }
      await exportFrom(to, { file: sure, what: 'masks', format: 'png', source }, { pictures })
      expect((await pixels(path.join(sure, '0.png'))).slice(0, 10)).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 0, 0])
    }
  })

  it('masks are no single file: a name that ends as one is refused', async () => {
    const { to } = await predicted('segmentation', ['a'])
    const file = path.join(temporaryFolder(), 'masks.csv')
    await expect(exportFrom(to, { file, what: 'masks', format: 'png' }, { pictures })).rejects.toMatchObject({
      code: 'no-folder-name',
      message: 'Masks are a folder of pictures, one an image, and masks.csv is the name of a file.',
      hint: 'Name a folder instead, such as masks.',
    })
    expect(existsSync(file)).toBe(false)
  })

  it('classification: no masks, and nothing is written', async () => {
    const { to } = await predicted('classification', ['a', 'b'])
    const file = path.join(temporaryFolder(), 'masks')
    for (const format of ['png', 'instances'] as const)
      await expect(exportFrom(to, { file, what: 'masks', format }, { pictures })).rejects.toMatchObject({
        message: 'Labels of whole images have no masks. Nothing was written.',
      })
    expect(existsSync(file)).toBe(false)
  })

  it('segmentation: objects with bounds and area, counts with areas, masks with the surest on top', async () => {
    const { images, records, add, table } = await predicted('segmentation', ['a', 'b'])
    const ring = (x: number): number[] => [x, 0, x + 4, 0, x + 4, 4, x, 4]
    add(
      [
        { imageId: images[0]!.id, classId: records[0]!.id, score: 0.9, shape: { type: 'polygon', rings: [ring(0)] } },
        { imageId: images[0]!.id, classId: records[1]!.id, score: 0.8, shape: { type: 'polygon', rings: [ring(2)] } },
      ],
      [{ imageId: images[0]!.id, scores: null, anomaly: null, maps: [], unparted: 1 }],
    )
    expect((await table()).text).toEqual(['image,class,score,x,y,width,height,area', '0.png,a,0.9,0,0,4,4,16', '0.png,b,0.8,2,0,4,4,16'])
    const { text: counts, report: counted } = await table('csv', 'counts')
    expect(counted.notes.slice(1)).toEqual(['0.png: 1 area is too large to tell touching objects in it apart: it counts as one object.'])
    expect(counts[0]!.split(',').slice(-6)).toEqual(['a', 'b', 'a area px', 'a area um2', 'b area px', 'b area um2'])
    expect(counts.slice(1).map((line) => line.split(',').slice(-6))).toEqual([
      ['1', '1', '16', '', '16', ''],
      ['0', '0', '0', '', '0', ''],
    ])
    const { file, report } = await table('png', 'masks')
    expect(report.rows).toBe(2)
    const row = [1, 1, 1, 1, 2, 2, 0, 0, 0, 0]
    expect((await pixels(path.join(file, '0.png'))).slice(0, 10)).toEqual(row)
    expect(existsSync(path.join(file, '2.png'))).toBe(false)
  })

  it('detection keeps its columns', async () => {
    const { images, records, add, table } = await predicted('detection', ['a'])
    add([{ imageId: images[0]!.id, classId: records[0]!.id, score: 0.5, shape: { type: 'box', x: 1, y: 2, width: 3, height: 4 } }], [])
    expect((await table()).text).toEqual(['image,class,score,x,y,width,height', '0.png,a,0.5,1,2,3,4'])
  })
})
