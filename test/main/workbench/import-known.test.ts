import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { importRequest, type LabelFormatName } from '../../../src/shared/contracts/project.ts'
import { annotationId, newId } from '../../../src/shared/records/ids.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { ImportDesk } from '../../../src/main/workbench/import-desk.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { put, savePicture } from '../interchange/context.ts'
import { makeAnnotation } from '../interchange/records.ts'

type Request = z.input<typeof importRequest>
const CLASSES = ['RBC', 'WBC']

async function project(task: TaskKind, classes: readonly string[] = CLASSES): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task, classes })
  onTestFinished(() => db.close())
  return new OpenProject(db, new WorkbenchEmitter(), 'tester')
}

const take = (to: OpenProject, given: Request) => importInto(to, importRequest.parse(given), { pictures })

async function imagesIn(...names: string[]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, name] of names.entries()) await savePicture(path.join(root, name), 40 + i, 30, 7 * i)
  return root
}

const box = (x: number, y: number): Shape => ({ type: 'box', x, y, width: 8, height: 6 })
const outline = (x: number, y: number): Shape => ({ type: 'polygon', rings: [[x, y, x + 8, y, x + 8, y + 6, x + 1, y + 5]] })

/** A project with two images of several objects each, and another with the same images and none. */
async function twins(task: 'detection' | 'segmentation') {
  const root = await imagesIn('one.png', 'two.png')
  const [from, to] = [await project(task), await project(task)]
  for (const one of [from, to]) await take(one, { paths: [root], format: 'images' })
  const classes = from.db.classes()
  const shape = task === 'detection' ? box : outline
  const annotations = from.db.images().flatMap((image, i) =>
    [0, 1, 2].slice(i).map((n) => ({
      ...makeAnnotation(image, classes[n % 2]!, shape(2 + 11 * n, 3 + 5 * i)),
      id: annotationId.parse(newId()),
    })),
  )
  from.commit({ label: 'draw', put: { annotations }, remove: {} })
  return { root, from, to }
}

/** Image, class and bounds of each object, in an order of their own. */
function objectsOf({ db }: OpenProject): string[] {
  const images = new Map(db.images().map(({ id, name }) => [id, name]))
  const classes = new Map(db.classes().map(({ id, name }) => [id, name]))
  return db
    .annotations()
    .map(({ imageId, classId, shape }) => {
      const values = shape.type === 'box' ? [shape.x, shape.y] : shape.type === 'polygon' ? shape.rings[0]!.slice(0, 2) : [shape.type]
      return [images.get(imageId), classes.get(classId), ...values.map((value) => (typeof value === 'number' ? Math.round(value) : value))].join(' ') // prettier-ignore
    })
    .sort()
}

const FOUND = '2 images that the project has already (one.png, two.png) were found by their names: no image files lie with these labels.'

/** What is written, as a file's name or that of a folder. */
const TARGETS: Readonly<Record<LabelFormatName, string>> = {
  csv: 'labels.csv',
  coco: 'labels.json',
  voc: 'voc',
  geojson: 'geo',
  yolo: 'yolo',
  'yolo-seg': 'yolo',
  cvat: 'labels.xml',
  labelstudio: 'tasks.json',
  labelme: 'labelme',
  w3c: 'pages.json',
  asap: 'asap',
  aperio: 'aperio',
}

const TRIPS = [
  ...(['csv', 'coco', 'voc', 'geojson', 'yolo', 'cvat', 'labelstudio', 'labelme', 'w3c', 'asap'] as const).map(
    (format) => ['detection', format] as const,
  ),
  ...(['coco', 'geojson', 'yolo-seg', 'cvat', 'labelstudio', 'labelme', 'w3c', 'asap', 'aperio'] as const).map(
    (format) => ['segmentation', format] as const,
  ),
]

describe('labels that come back alone, of images that the project has', () => {
  it.each(TRIPS)('%s, %s: as many objects as went out, on their images, and no image more', async (task, format) => {
    const { from, to } = await twins(task)
    const file = path.join(temporaryFolder(), 'elsewhere', TARGETS[format])
    mkdirSync(path.dirname(file))
    await exportFrom(from, { file, what: 'annotations', format }, { pictures })
    const report = await take(to, { paths: [file] })
    expect(report).toMatchObject({ images: 0, annotations: 5, duplicates: 2, problems: [] })
    expect(report.notes).toContain(FOUND)
    expect(objectsOf(to)).toEqual(objectsOf(from))
    expect(to.db.images().map(({ name, state }) => [name, state])).toEqual([
      ['one.png', 'done'],
      ['two.png', 'done'],
    ])
    const again = await take(to, { paths: [file] })
    expect(again).toMatchObject({ images: 0, annotations: 0, duplicates: 2 })
    expect(again.notes).toContain('2 images (one.png, two.png) had labels already: they were left as they are.')
    expect(objectsOf(to)).toEqual(objectsOf(from))
  })

  it.each(['auto', 'masks'] as const)('masks, %s: the images of their names', async (format) => {
    const { from, to } = await twins('segmentation')
    const file = path.join(temporaryFolder(), format === 'auto' ? 'masks' : 'drawn')
    await exportFrom(from, { file, what: 'masks', format: 'png' }, { pictures })
    const report = await take(to, { paths: [file], format })
    expect(report).toMatchObject({ images: 0, annotations: 5, duplicates: 2, problems: [] })
    expect(report.notes).toContain(FOUND)
    const back = path.join(temporaryFolder(), 'back')
    await exportFrom(to, { file: back, what: 'masks', format: 'png' }, { pictures })
    for (const name of ['one.png', 'two.png'])
      expect(readFileSync(path.join(back, name)).equals(readFileSync(path.join(file, name)))).toBe(true)
  })

  it('a folder of pictures with names that the project has is one of images, unless it is called masks', async () => {
    const { to } = await twins('segmentation')
    const others = await imagesIn('x/one.png', 'x/two.png', 'x/three.png', 'x/four.png')
    expect(await take(to, { paths: [path.join(others, 'x')] })).toMatchObject({ images: 2, annotations: 0, duplicates: 2 })
  })

  it('masks of which the project has no image are told, line by line', async () => {
    const { from, to } = await twins('segmentation')
    const file = path.join(temporaryFolder(), 'masks')
    await exportFrom(from, { file, what: 'masks', format: 'png' }, { pictures })
    renameSync(path.join(file, 'two.png'), path.join(file, 'other.png'))
    const report = await take(to, { paths: [file] })
    expect(report).toMatchObject({
      images: 0,
      annotations: 3,
      problems: [{ file: 'other.png', what: 'there is no image for it: left out' }],
    })
  })

  it('an image that lies with the labels comes first', async () => {
    const { from, to } = await twins('detection')
    const folder = temporaryFolder()
    await savePicture(path.join(folder, 'one.png'), 40, 30, 99)
    await exportFrom(from, { file: path.join(folder, 'labels.json'), what: 'annotations', format: 'coco' }, { pictures })
    const report = await take(to, { paths: [path.join(folder, 'labels.json')] })
    expect(report).toMatchObject({ images: 1, annotations: 5, duplicates: 1 })
    expect(report.notes).toContain(
      '1 image that the project has already (two.png) was found by its name: no image file lies with these labels.',
    )
    const counts = to.db.images().map(({ id, name }) => [name, to.db.annotationsOf(id).length])
    expect(counts).toEqual(expect.arrayContaining([['two.png', 2]]))
    expect(counts.map(([, count]) => count).sort()).toEqual([0, 2, 3])
  })

  it('labels go to an image whose file is gone too, which is said; its size is known', async () => {
    const { root, from, to } = await twins('detection')
    const file = path.join(temporaryFolder(), 'labels.json')
    await exportFrom(from, { file, what: 'annotations', format: 'coco' }, { pictures })
    renameSync(path.join(root, 'two.png'), path.join(root, 'away.png'))
    const report = await take(to, { paths: [file] })
    expect(report).toMatchObject({ images: 0, annotations: 5, problems: [] })
    expect(report.notes).toContain(
      'The file of 1 of these images (two.png) is not where it was: labels are taken all the same, and show on the image once it is found again.',
    )
  })

  it('take the place of those that images have where that is asked for, but never of locked ones; undo brings them back', async () => {
    const { from, to } = await twins('detection')
    const file = path.join(temporaryFolder(), 'labels.csv')
    await exportFrom(from, { file, what: 'annotations', format: 'csv' }, { pictures })
    await take(to, { paths: [file] })
    const [one, two] = to.db.images().map(({ id }) => to.db.annotationsOf(id))
    to.commit({ label: 'lock', put: { annotations: [{ ...two![0]!, locked: true }] }, remove: {} })
    const [first] = from.db.images()
    const moved = from.db.annotationsOf(first!.id).map((label) => ({ ...label, shape: box(1, 20) }))
    from.commit({ label: 'move', put: { annotations: moved.slice(0, 1) }, remove: { annotations: moved.slice(1).map(({ id }) => id) } })
    const changed = path.join(temporaryFolder(), 'labels.csv')
    await exportFrom(from, { file: changed, what: 'annotations', format: 'csv' }, { pictures })

    const kept = await take(to, { paths: [changed] })
    expect(kept.annotations).toBe(0)
    const report = await take(to, { paths: [changed], replace: true })
    expect(report.annotations).toBe(1)
    expect(report.notes).toContain('The labels of 1 image (one.png) were replaced; undo brings them back.')
    expect(report.notes).toContain('1 image (two.png) had labels already: they were left as they are.')
    const ofFirst = to.db.images()[0]!.id
    expect(to.db.annotationsOf(ofFirst)).toMatchObject([{ shape: { x: 1, y: 20 } }])
    // The same labels once more: who made them stays.
    expect((await take(to, { paths: [changed], replace: true })).annotations).toBe(0)
    to.db.undo()
    expect(to.db.annotationsOf(ofFirst).map(({ id }) => id).sort()).toEqual(one!.map(({ id }) => id).sort()) // prettier-ignore
  })

  it('of images with the same name a path tells which; a bare name is told, and nothing is guessed', async () => {
    const root = await imagesIn('a/x.png', 'b/x.png')
    const to = await project('detection')
    await take(to, { paths: [root], format: 'images' })
    const folder = temporaryFolder()
    put(folder, { 'labels.csv': 'image,class,x,y,width,height\nb/x.png,RBC,1,1,5,5\nx.png,RBC,9,9,5,5\nnone.png,RBC,9,9,5,5\n' })
    const report = await take(to, { paths: [path.join(folder, 'labels.csv')] })
    expect(report).toMatchObject({ images: 0, annotations: 1 })
    expect(report.problems.map(({ what }) => what)).toEqual([
      'line 3: x.png could be 2 images of the project: left out',
      'line 4: there is no image none.png: left out',
    ])
    const [labelled] = to.db.annotations()
    expect(to.db.image(labelled!.imageId)!.absolutePath).toBe(path.join(root, 'b/x.png'))
  })

  it('numbers of a table mean images with zeros before them, as beside it', async () => {
    const root = await imagesIn('007.png', '008.png')
    const to = await project('classification', ['a', 'b'])
    await take(to, { paths: [root], format: 'images' })
    const folder = temporaryFolder()
    put(folder, { 'labels.csv': 'image,label\n7,a\n8,b\n' })
    expect(await take(to, { paths: [path.join(folder, 'labels.csv')] })).toMatchObject({ images: 0, annotations: 2, problems: [] })
  })

  it('keeps the split that an image has, whatever the folders round it are called', async () => {
    const root = await imagesIn('test/one.png')
    const to = await project('detection')
    await take(to, { paths: [path.join(root, 'test/one.png')], format: 'images', split: 'train' })
    const folder = temporaryFolder()
    put(folder, { 'labels.csv': 'image,class,x,y,width,height\none.png,RBC,1,1,5,5\n' })
    await take(to, { paths: [path.join(folder, 'labels.csv')] })
    expect(to.db.images().map(({ split, state }) => [split, state])).toEqual([['train', 'done']])
  })

  it('regions of an image that has these already are not taken twice', async () => {
    const root = await imagesIn('one.png')
    const to = await project('detection')
    await take(to, { paths: [root], format: 'images' })
    const ring = [[2, 2], [20, 2], [20, 20], [2, 2]] // prettier-ignore
    const region = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: { classification: { name: 'Region*' } } } // prettier-ignore
    const file = path.join(temporaryFolder(), 'one.geojson')
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [region] }))
    await take(to, { paths: [file] })
    await take(to, { paths: [file] })
    expect(to.db.regions()).toHaveLength(1)
  })

  it('a second look tells it before anything is taken', async () => {
    const { from, to } = await twins('detection')
    const file = path.join(temporaryFolder(), 'labels.json')
    await exportFrom(from, { file, what: 'annotations', format: 'coco' }, { pictures })
    const desk = new ImportDesk(to, { pictures })
    const shown = await desk.preview(importRequest.parse({ paths: [file] }))
    expect(shown).toMatchObject({ formats: ['coco'], images: 0, labels: 5, duplicates: 2, problems: [], fault: null })
    expect(shown.notes).toContain(FOUND)
    expect(to.db.annotations()).toEqual([])
    expect(await desk.take(importRequest.parse({ paths: [file] }), { pictures })).toMatchObject({ images: 0, annotations: 5 })
  })
})
