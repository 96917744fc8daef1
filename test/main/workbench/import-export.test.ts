import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { keptTogether } from '../../../src/shared/origin.ts'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { put, savePicture, savePng } from '../interchange/context.ts'
import { box } from '../project/fixtures.ts'

type Request = z.input<typeof importRequest>

async function project(task: TaskKind, classes: string[]): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task, classes })
  onTestFinished(() => db.close())
  return new OpenProject(db, new WorkbenchEmitter(), 'tester')
}

const take = (to: OpenProject, given: Request) => importInto(to, importRequest.parse(given), { pictures })

const blobs = (a: number, b: number): number[][] =>
  Array.from({ length: 8 }, (_, y) => Array.from({ length: 10 }, (_, x) => (y < 4 && x < 4 ? a : y > 4 && x > 5 ? b : 0)))

async function maskFolder(masks: readonly number[][][]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, rows] of masks.entries()) {
    await savePicture(path.join(root, `images/${i}.png`), 10, 8, i)
    await savePng(path.join(root, `masks/${i}.png`), rows)
  }
  return root
}

const pixels = async (file: string): Promise<number[]> => [...(await sharp(file).toColourspace('b-w').raw().toBuffer())]

describe('imports into a project', () => {
  it('tells which classes are new, and that one patient cannot be divided', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['P1_a', 'P1_b', 'P1_c'].entries())
      await savePicture(path.join(root, i < 2 ? 'a' : 'b', `${name}.png`), 10, 8, i)
    const to = await project('classification', ['a', 'c'])
    const { notes, splits } = await take(to, { paths: [root], format: 'folders', split: 'auto', groupBy: '^[^_]+' })
    expect(notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^New in this project: b\./),
        expect.stringMatching(/^All 3 images count as one .*\(P1\)/),
      ]),
    )
    expect(splits).toMatchObject({ train: 3, val: 0, test: 0 })
    const other = await project('classification', [])
    expect((await take(other, { paths: [root], format: 'folders', split: 'auto' })).notes.join()).not.toMatch(/New in|count as one/)
  })

  it('refuses outlines of objects where each image has a class, and takes nothing', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'x.png'), 10, 8)
    const voc = '<annotation><filename>x.png</filename><size><width>10</width><height>8</height><depth>3</depth></size><object><name>cell</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object></annotation>' // prettier-ignore
    put(root, { 'x.xml': voc })
    const to = await project('classification', ['a', 'b'])
    await expect(take(to, { paths: [root], format: 'voc' })).rejects.toMatchObject({ code: 'wrong-labels' })
    expect([to.db.images().length, to.db.classes().length]).toEqual([0, 2])
    const detection = await project('detection', ['cell'])
    expect(await take(detection, { paths: [root], format: 'voc' })).toMatchObject({ images: 1, annotations: 1 })
  })

  it('masks in, masks out, by every way: the same pixels', async () => {
    const masks = [blobs(1, 2), blobs(2, 2), blobs(0, 0)]
    const root = await maskFolder(masks)
    const first = await project('segmentation', ['a', 'b'])
    expect(await take(first, { paths: [root] })).toMatchObject({
      images: 3,
      annotations: 4,
      problems: [],
      notes: ['Found images with masks.', expect.any(String)],
    })
    const out = path.join(temporaryFolder(), 'masks')
    await exportFrom(first, { file: out, what: 'masks', format: 'png' }, { pictures })
    for (const [i, rows] of masks.entries()) expect(await pixels(path.join(out, `${i}.png`))).toEqual(rows.flat())
    for (const format of ['coco', 'geojson'] as const) {
      const again = temporaryFolder()
      for (const i of masks.keys()) symlinkSync(path.join(root, `images/${i}.png`), path.join(again, `${i}.png`))
      await exportFrom(
        first,
        { file: path.join(again, format === 'coco' ? 'labels.json' : 'geo'), what: 'annotations', format },
        { pictures },
      )
      const second = await project('segmentation', ['a', 'b'])
      expect(await take(second, { paths: [again] })).toMatchObject({ images: 3, annotations: 4, problems: [] })
      const back = path.join(temporaryFolder(), 'masks')
      await exportFrom(second, { file: back, what: 'masks', format: 'png' }, { pictures })
      for (const i of masks.keys())
        expect(readFileSync(path.join(back, `${i}.png`)).equals(readFileSync(path.join(out, `${i}.png`)))).toBe(true)
    }
  })

  it('what a format cannot hold is told before an export, in the words that the export has after it', async () => {
    const root = await maskFolder([blobs(1, 2)])
    const from = await project('segmentation', ['a', 'b'])
    await take(from, { paths: [root] })
    for (const [format, notes] of [
      ['yolo', ['2 masks become the boxes round them.']],
      ['asap', ['2 masks become outlines.']],
      ['cvat', []],
    ] as const) {
      const asked = { what: 'annotations', format } as const
      expect(previewExport(from, asked)).toEqual({ images: 1, objects: 2, notes })
      const file = path.join(temporaryFolder(), 'out.xml')
      const report = await exportFrom(from, { ...asked, file }, { pictures })
      expect(report.notes.slice(0, notes.length)).toEqual(notes)
    }
    expect(() => previewExport(from, { what: 'annotations', format: 'png' })).toThrow('annotations cannot be written as png.')
    expect(() => previewExport(from, { what: 'predictions', format: 'coco' })).toThrow('No run of predictions was named.')
  })

  it('an import that cannot be understood changes nothing', async () => {
    const to = await project('segmentation', ['a'])
    const root = await maskFolder([blobs(100, 200)])
    await expect(take(to, { paths: [root] })).rejects.toMatchObject({ code: 'mask-kind-unclear' })
    expect([to.db.images(), to.db.classes().length, to.db.historyState().undo]).toEqual([[], 1, null])
  })

  it('a picture that lies there twice is taken once, with the labels of the first', async () => {
    const to = await project('classification', ['a', 'b'])
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a/x.png'), 4, 4)
    await savePicture(path.join(root, 'b/x.png'), 4, 4)
    await savePicture(path.join(root, 'b/y.png'), 4, 4, 9)
    const report = await take(to, { paths: [root] })
    expect(report).toMatchObject({ images: 2, annotations: 2, duplicates: 1 })
    expect(report.problems.map(({ what }) => what)).toEqual(['holds the same picture as x.png; it is taken once'])
    expect(report.notes.join()).toContain('Left out: labels of images that are copies of others, 1 in all (x.png)')
    expect(await take(to, { paths: [root] })).toMatchObject({ images: 0, annotations: 0, duplicates: 3 })
  })

  it('says where images were found that were not given', async () => {
    const to = await project('detection', ['RBC'])
    const root = temporaryFolder()
    await savePicture(path.join(root, 'images/x.png'), 40, 40)
    const coco = { images: [{ id: 1, file_name: 'images/x.png', width: 40, height: 40 }], categories: [{ id: 1, name: 'RBC' }], annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 9, 9] }] } // prettier-ignore
    writeFileSync(path.join(root, 'labels.json'), JSON.stringify(coco))
    const report = await take(to, { paths: [path.join(root, 'labels.json')] })
    expect(report).toMatchObject({ images: 1, annotations: 1 })
    expect(report.notes).toContain(`Images were found in ${path.join(root, 'images')}, where the labels look for them.`)
    const whole = await take(await project('detection', ['RBC']), { paths: [root] })
    expect(whole.notes.join()).not.toContain('Images were found')
  })

  it('says in one line which images keep their labels, and of how many the split was left', async () => {
    const to = await project('classification', ['a', 'b'])
    const root = temporaryFolder()
    for (let i = 0; i < 5; i++) await savePicture(path.join(root, i < 2 ? 'a' : 'b', `${i}.png`), 4, 4, i)
    expect(await take(to, { paths: [root], split: 'train' })).toMatchObject({ images: 5, splitsKept: 0 })
    const again = await take(to, { paths: [root], split: 'test' })
    expect(again).toMatchObject({ images: 0, duplicates: 5, splitsKept: 5, problems: [] })
    expect(again.notes).toContain('5 images (0.png, 1.png, 2.png, …) had labels already: they were left as they are.')
    expect(await take(to, { paths: [root], split: 'train' })).toMatchObject({ splitsKept: 0 })
    expect(to.db.images().map(({ split }) => split)).toEqual(Array<string>(5).fill('train'))
  })

  it('changes nothing where all images are broken', async () => {
    const to = await project('classification', ['a', 'b'])
    const root = temporaryFolder()
    put(root, { 'new/x.png': 'no image', 'a/y.jpg': 'none either' })
    const { problems } = await take(to, { paths: [root], format: 'folders' })
    expect(problems.length).toBe(2)
    expect([to.db.images().length, to.db.classes().length, to.db.historyState().undo]).toEqual([0, 2, null])
  })

  it.each(['coco', 'voc', 'geojson'] as const)('classes of whole images are not written as %s, which holds objects', async (format) => {
    const to = await project('classification', ['a', 'b'])
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a/x.png'), 4, 4)
    await take(to, { paths: [root] })
    const file = path.join(temporaryFolder(), 'out')
    await expect(exportFrom(to, { file, what: 'annotations', format }, { pictures })).rejects.toMatchObject({ code: 'wrong-format' })
    expect(() => previewExport(to, { what: 'annotations', format })).toThrow('are classes of whole images')
    expect(existsSync(file)).toBe(false)
    expect(await exportFrom(to, { file, what: 'annotations', format: 'csv' }, { pictures })).toMatchObject({ rows: 1 })
  })

  it('groups of a pattern, splits by group, one undo for all', async () => {
    const to = await project('classification', ['a', 'b'])
    const root = temporaryFolder()
    for (let i = 0; i < 12; i++) await savePicture(path.join(root, `${i % 2 === 0 ? 'A' : 'B'}/P${i % 4}_${i}.png`), 4, 4, i)
    await take(to, { paths: [root], split: 'auto', groupBy: '^(P\\d)_' })
    const groups = new Map<string, Set<string | null>>()
    for (const { group, split } of to.db.images()) groups.set(group!, (groups.get(group!) ?? new Set()).add(split))
    expect([...groups.values()].map((splits) => splits.size)).toEqual([1, 1, 1, 1])
    to.db.undo()
    to.db.undo()
    expect([to.db.images().length, to.db.annotations().length]).toEqual([0, 0])
  })

  it('boxes in a segmentation are said to be none of its areas, and their images are not learned as background', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['a.png', 'b.png'].entries()) await savePicture(path.join(root, name), 40 + i, 30)
    const image = (id: number) => ({ id, file_name: id === 1 ? 'a.png' : 'b.png', width: 39 + id, height: 30 })
    const box = (id: number, image_id: number) => ({ id, image_id, category_id: 1, bbox: [2 * id, 3, 5, 6] })
    const coco = { images: [image(1), image(2)], categories: [{ id: 1, name: 'cell' }], annotations: [box(1, 1), box(2, 1), { ...box(3, 2), segmentation: [[2, 2, 12, 2, 12, 12]] }] } // prettier-ignore
    const file = path.join(root, 'boxes.json')
    writeFileSync(file, JSON.stringify(coco))
    const to = await project('segmentation', ['cell'])
    const report = await take(to, { paths: [file] })
    expect(report).toMatchObject({ images: 2, annotations: 3 })
    expect(report.notes).toEqual(
      expect.arrayContaining([
        '2 boxes were taken as boxes: a segmentation learns from outlined areas, and neither learns from them nor counts them.',
        '1 image with boxes stays in work until its objects are outlined; to learn from boxes themselves, make a detection project.',
      ]),
    )
    expect(Object.fromEntries(to.db.images().map(({ name, state }) => [name, state]))).toEqual({ 'a.png': 'in-work', 'b.png': 'done' })
    const boxes = await take(await project('detection', ['cell']), { paths: [file] })
    expect(boxes.notes.filter((note) => note.includes('boxes'))).toEqual([])
  })

  it('TFRecords are written below the project, their masks are not kept, doubles neither', async () => {
    const to = await project('segmentation', ['cell'])
    const golden = path.resolve('test/golden/records')
    const report = await take(to, { paths: [path.join(golden, 'sized.tfrec')] })
    expect(report).toMatchObject({ images: 3, annotations: 6, problems: [] })
    const folder = path.join(to.folder, 'images/sized')
    expect(readdirSync(folder)).toEqual(['sized-00001.png', 'sized-00002.png', 'sized-00003.png'])
    expect(to.db.images().map(({ group, relativePath }) => [group, relativePath])).toContainEqual(['sized', 'images/sized/sized-00001.png'])
    const out = path.join(temporaryFolder(), 'masks')
    await exportFrom(to, { file: out, what: 'masks', format: 'png' }, { pictures })
    const { pictures: wanted } = JSON.parse(readFileSync(path.join(golden, 'expected.json'), 'utf8')) as { pictures: { mask: number[] }[] }
    for (const [i, { mask }] of wanted.entries()) expect(await pixels(path.join(out, `sized-0000${i + 1}.png`))).toEqual(mask)
    expect(await take(to, { paths: [path.join(golden, 'gzip.tfrec')] })).toMatchObject({ images: 0, duplicates: 3 })
    expect(readdirSync(path.join(to.folder, 'images'))).toEqual(['sized'])
  })

  it('broken TFRecords leave nothing behind', async () => {
    const to = await project('segmentation', ['cell'])
    const file = path.join(temporaryFolder(), 'a.tfrec')
    writeFileSync(file, 'not a record at all')
    const report = await take(to, { paths: [file] })
    expect(report).toMatchObject({
      images: 0,
      problems: [{ file: 'a.tfrec', what: 'record 1: the checksum of its length is wrong: nothing behind it can be read' }],
    })
    expect(readdirSync(path.join(to.folder, 'images'))).toEqual([])
  })

  it('crops of another project: one image an object, its class, the split and group of its image', async () => {
    const from = await project('detection', ['RBC', 'WBC'])
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 40, 30)
    put(root, { 'labels.csv': 'image,class,x,y,width,height\na.png,RBC,10,10,6,6\na.png,WBC,0,0,,\na.png,RBC,0,0,30,30\n' })
    await take(from, { paths: [path.join(root, 'labels.csv')], format: 'csv', split: 'test' })
    const to = await project('classification', ['rbc', 'other'])
    const report = await take(to, { paths: [from.folder], crop: { size: 12, border: 'reflect' } })
    expect(report).toMatchObject({ images: 3, annotations: 3, classes: 1, splits: { test: 3 } })
    expect(report.notes).toEqual([
      'Found a Slidewright project: its objects are cut out.',
      'Crops of 12 x 12 pixels, cut out of p.',
      '1 crop shows a part only: what is labelled there is larger than 12 pixels.',
      'New in this project: WBC. Classes that the labels name and the project did not have were added.',
    ])
    expect(to.db.images().map(({ name, width, height, group }) => [name, width, height, group])).toEqual(
      [1, 2, 3].map((n) => [`a_${n}.png`, 12, 12, 'a.png']),
    )
    const whole = await sharp(path.join(root, 'a.png')).raw().toBuffer()
    const at = (x: number, y: number): number[] => [...whole.subarray((y * 40 + x) * 3, (y * 40 + x) * 3 + 3)]
    const crop = async (n: number) => {
      const data = await sharp(path.join(to.folder, `images/crops-p/a_${n}.png`))
        .raw()
        .toBuffer()
      return (x: number, y: number): number[] => [...data.subarray((y * 12 + x) * 3, (y * 12 + x) * 3 + 3)]
    }
    const [inside, corner] = [await crop(3), await crop(1)]
    expect([inside(0, 0), inside(11, 11)]).toEqual([at(7, 7), at(18, 18)])
    expect([corner(6, 6), corner(0, 6), corner(5, 4), corner(11, 11)]).toEqual([at(0, 0), at(6, 0), at(1, 2), at(5, 5)])
    await expect(take(to, { paths: [to.folder], format: 'crops' })).rejects.toMatchObject({ code: 'same-project' })
  })

  it('crops of slides that a group holds together are held together by it, too', async () => {
    const from = await project('detection', ['A'])
    const root = temporaryFolder()
    for (const i of [0, 1, 2]) await savePicture(path.join(root, `${i}.png`), 60, 70, i)
    await take(from, { paths: [root] })
    const images = from.db.images().map((image, i) => ({ ...image, name: `s${i}.svs`, group: i < 2 ? 'P7' : null }))
    const annotations = images.map(({ id }, i) => box(`a${i}`, { imageId: id, classId: from.db.classes()[0]!.id }))
    from.commit({ label: 'Test', put: { images, annotations }, remove: {} })
    const to = await project('classification', ['A'])
    await take(to, { paths: [from.folder], crop: { size: 12, border: 'reflect' } })
    expect(to.db.images().map(keptTogether)).toEqual(['P7', 'P7', 's2.svs'])
  })
})
