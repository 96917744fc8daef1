import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ParsedDataset } from '../../../src/main/interchange/dataset.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { KnownImages } from '../../../src/main/interchange/known-images.ts'
import { parseImages } from '../../../src/main/interchange/images.ts'
import { writeVoc } from '../../../src/main/interchange/voc-out.ts'
import { readHeader } from '../../../src/imaging/read.ts'
import { parseVoc } from '../../../src/main/interchange/voc.ts'
import { box, makeAnnotation, makeClass, makeImage } from './records.ts'

const DETECTION = { task: 'detection' as const, classes: [], known: new KnownImages([]) }
const BCCD = path.resolve('../shared/data/bccd')
const OTHERS = path.resolve('../shared/data/interchange/datumaro/tests/assets')

const probe = (): Promise<{ width: number; height: number }> => Promise.resolve({ width: 64, height: 48 })

const xml = (objects: string, filename = 'whatever.jpg'): string =>
  `<annotation><folder>x</folder><filename>${filename}</filename><path>C:\\elsewhere\\${filename}</path><size><width>64</width><height>48</height><depth>3</depth></size>${objects}</annotation>`
const rbc = (xmin: number, ymin: number, xmax: number, ymax: number, name = 'RBC'): string =>
  `<object><name>${name}</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`

describe('parseVoc', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'voc-'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true })
  })

  async function put(files: Record<string, string>): Promise<void> {
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true })
      await writeFile(path.join(root, name), contents)
    }
  }
  const seen = (dataset: ParsedDataset): [string, number, string | null][] =>
    dataset.images.map(({ path: file, objects, split }) => [path.relative(root, file).replaceAll('\\', '/'), objects.length, split])

  it('reads a devkit folder, with splits from its lists, test before val before train, the rest of trainval as train', async () => {
    await put({
      ...Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e', 'f 1'].flatMap((name) => [
          [`VOC2007/Annotations/${name}.xml`, xml(rbc(1, 2, 11, 22), `${name}.jpg`)],
          [`VOC2007/JPEGImages/${name}.jpg`, ''],
        ]),
      ),
      'VOC2007/SegmentationClass/a.png': '',
      'VOC2007/ImageSets/Main/train.txt': '# who trains\r\na\r\nb\r\nghost\r\n\r\n',
      'VOC2007/ImageSets/Main/val.txt': '\ufeffc\nf 1\n',
      'VOC2007/ImageSets/Main/test.txt': 'b\n',
      'VOC2007/ImageSets/Main/trainval.txt': 'a\nc 1\nd -1\n',
      'VOC2007/ImageSets/Main/RBC_train.txt': 'e 1\n',
      'VOC2007/ImageSets/Segmentation/train.txt': 'e\n',
    })
    const dataset = await parseVoc(root, { probe })
    expect(seen(dataset)).toEqual([
      ['VOC2007/JPEGImages/a.jpg', 1, 'train'],
      ['VOC2007/JPEGImages/b.jpg', 1, 'test'],
      ['VOC2007/JPEGImages/c.jpg', 1, 'val'],
      ['VOC2007/JPEGImages/d.jpg', 1, 'train'],
      ['VOC2007/JPEGImages/e.jpg', 1, null],
      ['VOC2007/JPEGImages/f 1.jpg', 1, 'val'],
    ])
    expect(dataset.images[0]).toEqual({
      path: path.join(root, 'VOC2007/JPEGImages/a.jpg'),
      size: { width: 64, height: 48 },
      split: 'train',
      labelled: true,
      objects: [{ className: 'RBC', shape: box(1, 2, 10, 20), difficult: false, crowd: false }],
    })
    const train = path.join('VOC2007', 'ImageSets', 'Main', 'train.txt')
    expect(dataset.problems).toEqual([
      { file: train, what: 'b is also in test: kept there, not in train' },
      { file: train, what: 'ghost is listed, but there is no such image' },
    ])
  })

  it('an image of whose objects none was taken is not one without objects', async () => {
    const files = { 'a.xml': xml(rbc(1, 2, 1, 22), 'a.jpg'), 'b.xml': xml(rbc(70, 2, 80, 22), 'b.jpg'), 'c.xml': xml('', 'c.jpg') }
    await put({ ...files, 'a.jpg': '', 'b.jpg': '', 'c.jpg': '' })
    const dataset = await parseVoc(root, { probe })
    expect(dataset.images.map(({ labelled }) => labelled)).toEqual([false, false, true])
    expect(dataset.problems.map(({ file, what }) => [file, what.includes('stays unlabelled')])).toEqual([
      ['a.xml', false],
      ['a.xml', true],
      ['b.xml', false],
      ['b.xml', true],
    ])
  })

  it('reads XML beside images, splits from folders, and takes images without XML as unlabelled', async () => {
    await put({
      'train/a.xml': xml(rbc(1, 1, 5, 5, 'WBC')),
      'train/a.png': '',
      'valid/b.xml': xml(''),
      'valid/b.tif': '',
      'test/c.jpg': '',
      'd.jpg': '',
      '.hidden/e.jpg': '',
      'Old.slidewright/cache/f.png': '',
    })
    const dataset = await parseVoc(root, { probe })
    expect(seen(dataset)).toEqual([
      ['d.jpg', 0, null],
      ['test/c.jpg', 0, 'test'],
      ['train/a.png', 1, 'train'],
      ['valid/b.tif', 0, 'val'],
    ])
    expect(dataset.images.map(({ labelled }) => labelled)).toEqual([false, false, true, true])
    expect(dataset.classNames).toEqual(['WBC'])
    expect(dataset.problems).toEqual([])
  })

  it('reads a single file and the Annotations folder alone', async () => {
    await put({
      'Annotations/a.xml': xml(rbc(1, 1, 5, 5)),
      'Annotations/b.xml': xml(rbc(1, 1, 5, 5)),
      'JPEGImages/a.jpg': '',
      'JPEGImages/b.jpg': '',
    })
    expect(seen(await parseVoc(path.join(root, 'Annotations', 'b.xml'), { probe }))).toEqual([['JPEGImages/b.jpg', 1, null]])
    expect(seen(await parseVoc(path.join(root, 'Annotations'), { probe }))).toHaveLength(2)
  })

  it('reports boxes outside and over the edge, sizes that differ, guesses, and clips to the real image', async () => {
    const guess = rbc(1, 1, 5, 5).replace('<bndbox>', '<confidence>0.9</confidence><bndbox>')
    await put({
      'a.xml': xml(rbc(-4, 40, 10, 60) + rbc(64, 0, 80, 10) + rbc(0, 0, 64, 48) + guess).replace('<width>64', '<width>640'),
      'a.jpg': '',
    })
    const { images, problems } = await parseVoc(root, { probe })
    expect(images[0]?.objects.map(({ shape }) => shape)).toEqual([box(0, 40, 10, 8), box(0, 0, 64, 48), box(1, 1, 4, 4)])
    expect(problems).toEqual([
      { file: 'a.xml', what: 'says the image has 640 x 48 pixels, it has 64 x 48: boxes taken as they stand' },
      { file: 'a.xml', what: "1 of its objects carries a confidence: a model's guess, taken as a label" },
      { file: 'a.xml', what: 'object 1 (RBC): reaches over the edge of the 64 x 48 image (-4, 40, 10, 60), clipped' },
      { file: 'a.xml', what: 'object 2 (RBC): lies outside of the 64 x 48 image (64, 0, 80, 10), left out' },
    ])
  })

  it('reports files that are broken or without image, and takes the rest', async () => {
    await put({
      'a.xml': '<annotation><object>',
      'a.jpg': '',
      'b.xml': xml(rbc(1, 1, 5, 5)),
      'b.jpg': '',
      'c.xml': xml(rbc(1, 1, 5, 5), 'c.jpg'),
      'd.xml': xml(rbc(1, 1, 5, 5), 'b.jpg'),
      'e.xml': xml(rbc(1, 1, 5, 5)),
      'e.jpg': '',
    })
    const failing = (file: string): Promise<{ width: number; height: number }> =>
      path.basename(file) === 'e.jpg' ? Promise.reject(new Error('e.jpg is cut off')) : probe()
    const { images, problems } = await parseVoc(root, { probe: failing })
    expect(images.map(({ path: file, objects }) => [path.basename(file), objects.length])).toEqual([
      ['a.jpg', 0],
      ['b.jpg', 1],
    ])
    expect(problems.map(({ file, what }) => `${file}: ${what}`)).toEqual([
      expect.stringMatching(/^a\.xml: The XML is broken: line 1: .*left out$/),
      'c.xml: there is no image c.jpg for it: its 1 object is left out',
      'e.xml: its image cannot be read (e.jpg is cut off): left out',
      'd.xml: is about b.jpg, like b.xml: left out',
    ])
  })

  it('finds an image by the name that the XML gives, but never outside the folder', async () => {
    await put({
      'in/labels/1.xml': xml(rbc(1, 1, 5, 5), 'x.png'),
      'in/pictures/x.png': '',
      'in/labels/2.xml': xml(rbc(1, 1, 5, 5), '../../out.png'),
      'out.png': '',
    })
    const dataset = await parseVoc(path.join(root, 'in'), { probe })
    expect(seen(dataset)).toEqual([['in/pictures/x.png', 1, null]])
    expect(dataset.problems).toHaveLength(1)
  })

  it('says that there is nothing, or nothing of VOC', async () => {
    await put({ 'a.jpg': '', 'annotations.xml': '<annotations/>' })
    await expect(parseVoc(root, { probe })).rejects.toMatchObject({ code: 'no-annotations' })
    await expect(parseVoc(path.join(root, 'none'), { probe })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('can be stopped', async () => {
    await put({ 'a.xml': xml(''), 'a.jpg': '' })
    await expect(parseVoc(root, { probe, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped')
  })

  it('tells VOC from plain images', async () => {
    await put({
      'voc/Annotations/a.xml': xml(''),
      'voc/a.jpg': '',
      'plain/b.jpg': '',
      'plain/notes.txt': '',
      'cvat/annotations.xml': '<annotations/>',
      'cvat/c.png': '',
    })
    expect(await detectFormat(path.join(root, 'voc'), DETECTION)).toBe('voc')
    expect(await detectFormat(path.join(root, 'voc', 'Annotations', 'a.xml'), DETECTION)).toBe('voc')
    expect(await detectFormat(path.join(root, 'plain'), DETECTION)).toBe('images')
    expect(await detectFormat(path.join(root, 'cvat'), DETECTION)).toBe('images')
    expect(await detectFormat(path.join(root, 'plain', 'b.jpg'), DETECTION)).toBe('images')
    expect((await parseImages(path.join(root, 'plain'))).images.map(({ path: file }) => path.basename(file))).toEqual(['b.jpg'])
    expect((await parseImages(path.join(root, 'plain', 'notes.txt'))).images).toHaveLength(1)
  })

  it('reads back what writeVoc wrote: names that clash, splits, images', async () => {
    const [cell, other] = [makeClass('Zelle "ä" <&>', 0), makeClass('b', 1)]
    const images = [
      makeImage('x.png', 64, 48, 'train'),
      makeImage('X.jpg', 64, 48, 'val'),
      makeImage('a:b?.png', 64, 48, 'test'),
      makeImage('con.png', 64, 48),
    ]
    const objects = [
      makeAnnotation(images[0]!, cell, box(0, 0, 64, 48), { difficult: true }),
      makeAnnotation(images[1]!, other, box(1.25, 2.0625, 3.5, 4)),
      makeAnnotation(images[1]!, other, { type: 'point', x: 1, y: 2 }),
      makeAnnotation(images[2]!, other, box(1, 2, 3, 4), { crowd: true, note: 'clump' }),
    ]
    await put({ 'src.png': 'pixels' })
    const set = { images, classes: [cell, other], objects }
    const written = await writeVoc(path.join(root, 'out'), set, (image) => (image.name === 'con.png' ? null : path.join(root, 'src.png')))
    expect(written.rows).toBe(3)
    expect(written.notes).toHaveLength(5)
    expect((await readdir(path.join(root, 'out', 'JPEGImages'))).sort()).toEqual(['X_2.jpg', 'a_b_.png', 'x.png'])
    await put({ 'out/JPEGImages/_con.png': '' })
    const back = await parseVoc(path.join(root, 'out'), { probe })
    expect(back.problems).toEqual([])
    expect(back.images.map(({ path: file, split }) => [path.basename(file), split])).toEqual([
      ['_con.png', null],
      ['a_b_.png', 'test'],
      ['X_2.jpg', 'val'],
      ['x.png', 'train'],
    ])
    expect(back.images.flatMap((image) => image.objects)).toEqual([
      { className: 'b', shape: box(1, 2, 3, 4), difficult: true, crowd: false },
      { className: 'b', shape: box(1.25, 2.0625, 3.5, 4), difficult: false, crowd: false },
      { className: 'Zelle "ä" <&>', shape: box(0, 0, 64, 48), difficult: true, crowd: false },
    ])
  })
})

describe.skipIf(!existsSync(BCCD))(existsSync(BCCD) ? 'VOC of BCCD' : 'VOC of BCCD (skipped: no ../shared/data)', () => {
  it('is read: 292 images in their splits, two boxes without width reported', async () => {
    const dataset = await parseVoc(BCCD, { probe: readHeader })
    expect(dataset.problems).toEqual([
      {
        file: path.join('Annotations', 'BloodImage_00338.xml'),
        what: expect.stringMatching(/^object \d+ \(RBC\): (width|height) 0/) as string,
      },
      {
        file: path.join('Annotations', 'BloodImage_00343.xml'),
        what: expect.stringMatching(/^object \d+ \(RBC\): (width|height) 0/) as string,
      },
    ])
    const splits = dataset.images.map(({ split }) => split)
    expect([splits.filter((s) => s === 'train').length, splits.filter((s) => s === 'val').length, splits.length]).toEqual([205, 87, 292])
    const count = (name: string): number =>
      dataset.images.flatMap(({ objects }) => objects).filter(({ className }) => className === name).length
    expect([count('RBC'), count('WBC'), count('Platelets')]).toEqual([3348, 301, 292])
    expect(await detectFormat(BCCD, DETECTION)).toBe('voc')
  })

  it('comes back from a round trip edge for edge, flags included', async () => {
    const dataset = await parseVoc(BCCD, { probe: readHeader })
    const classes = dataset.classNames.map(makeClass)
    const images = dataset.images.map(({ path: file, size, split }) => makeImage(path.basename(file), size!.width, size!.height, split))
    const objects = dataset.images.flatMap((image, i) =>
      image.objects.map(({ className, shape, difficult }) =>
        makeAnnotation(
          images[i]!,
          classes.find(({ name }) => name === className)!,
          shape,
          { difficult },
        ),
      ),
    )
    const root = await mkdtemp(path.join(tmpdir(), 'voc-bccd-'))
    try {
      const out = path.join(root, 'out')
      await writeVoc(out, { images, classes, objects })
      const edges = (text: string): string[] =>
        [...text.matchAll(/<object>[\s\S]*?<\/object>/g)]
          .map(([whole]) => whole.replaceAll(/\s/g, ''))
          .filter((whole) => !/<(x|y)min>(\d+)<\/\1min>.*<\1max>\2<\/\1max>/.test(whole))
      for (const image of images) {
        const name = image.name.replace('.jpg', '.xml')
        const before = await readFile(path.join(BCCD, 'Annotations', name), 'utf8')
        expect(edges(await readFile(path.join(out, 'Annotations', name), 'utf8')), name).toEqual(edges(before))
      }
      for (const list of ['train.txt', 'val.txt'])
        expect((await readFile(path.join(out, 'ImageSets', 'Main', list), 'utf8')).split('\n').sort()).toEqual(
          (await readFile(path.join(BCCD, 'ImageSets', 'Main', list), 'utf8')).split('\n').sort(),
        )
    } finally {
      await rm(root, { recursive: true })
    }
  })
})

describe.skipIf(!existsSync(OTHERS))(existsSync(OTHERS) ? "other tools' VOC" : "other tools' VOC (skipped: no ../shared/data)", () => {
  it('is read: Datumaro and Roboflow', async () => {
    const datumaro = await parseVoc(path.join(OTHERS, 'voc_dataset', 'voc_dataset1'), { probe: readHeader })
    expect(datumaro.images.map(({ split, objects }) => [split, objects.map(({ className }) => className)])).toEqual([
      ['train', ['cat', 'person']],
      ['test', []],
    ])
    const roboflow = await parseVoc(path.join(OTHERS, 'roboflow_dataset', 'voc'), { probe: readHeader })
    expect(roboflow.images.map(({ split }) => split)).toEqual(['train', 'train', 'val'])
    expect(roboflow.images.every(({ objects }) => objects.length > 0)).toBe(true)
  })
})
