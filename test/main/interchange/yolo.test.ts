import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { lossNotes } from '../../../src/main/interchange/format-limits.ts'
import { parseYolo } from '../../../src/main/interchange/yolo-in.ts'
import { writeYolo } from '../../../src/main/interchange/yolo-out.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation, makeClass, makeImage, makePrediction } from './records.ts'
import { boxes, largestError, lines, masks, outlines, severalRings } from './round-trip.ts'
import { hasSharedData, realFile } from './shared-data.ts'

const detection = () => contextOf({ task: 'detection', classes: ['cell'] })

async function dataset(files: Readonly<Record<string, string>>, images: readonly string[]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, image] of images.entries()) await savePicture(path.join(root, image), 100, 50, i)
  put(root, files)
  return root
}

describe('YOLO', () => {
  it('boxes come back within a millionth of a pixel, outlines and masks too', async () => {
    const there = { in: 'yolo' as const, target: 'out' }
    const boxError = await largestError({ ...there, out: 'yolo', task: 'detection', shapes: [boxes] })
    expect(boxError).toBeLessThan(1e-6)
    // Outlines by their corners; of several rings, and of masks, the same pixels.
    const error = await largestError({ ...there, out: 'yolo-seg', task: 'segmentation', shapes: [outlines] })
    expect(error).toBeLessThan(1e-6)
    expect(await largestError({ ...there, out: 'yolo-seg', task: 'segmentation', shapes: [severalRings, masks] })).toBe(0)
  })

  it('reads boxes, segments and names from data.yaml; folders give splits, an empty text says nothing is there', async () => {
    const root = await dataset(
      {
        'data.yaml': 'path: .\ntrain: images/train\nval: images/val\nnames:\n  0: red cell\n  1: platelet\n',
        'labels/train/a.txt': '0 0.5 0.5 0.2 0.4\n\n1 0.1 0.2 0.3 0.2 0.3 0.6\r\n',
        'labels/val/b.txt': '',
      },
      ['images/train/a.png', 'images/val/b.png', 'images/val/c.png'],
    )
    expect(await detectFormat(root, detection())).toBe('yolo')
    const { images, problems, classNames } = await parseYolo(root, contextOf({ task: 'segmentation', classes: ['Red Cell', 'x'] }))
    expect([problems, classNames]).toEqual([[], ['Red Cell', 'platelet']])
    expect(images.map(({ path: file, split, labelled, objects }) => [path.basename(file), split, labelled, objects.length])).toEqual([
      ['a.png', 'train', true, 2],
      ['b.png', 'val', true, 0],
      ['c.png', 'val', false, 0],
    ])
    expect(images[0]!.objects.map(({ shape }) => shape)).toEqual([
      { type: 'box', x: 40, y: 15, width: 20, height: 20 },
      { type: 'polygon', rings: [[10, 10, 30, 10, 30, 30]] },
    ])
    // A folder of texts, one text, or the data.yaml stand for the same.
    for (const [given, count] of [
      ['labels', 2],
      ['labels/val', 1],
      ['labels/train/a.txt', 1],
      ['data.yaml', 3],
    ] as const)
      expect((await parseYolo(path.join(root, given), detection())).images).toHaveLength(count)
  })

  it('an image of whose objects none was taken is not one without objects', async () => {
    const root = await dataset({ 'classes.txt': 'cell\n', 'a.txt': '3 .5 .5 .2 .2\n', 'b.txt': '\n' }, ['a.png', 'b.png'])
    const found = await parseYolo(root, detection())
    expect(found.images.map(({ labelled }) => labelled)).toEqual([false, true])
    expect(lines(found)).toEqual([
      'a.txt: line 1: there is no name for class 3: left out',
      'a.txt: none of its objects was taken, so the image stays unlabelled',
    ])
  })

  it('tells line by line what it cannot take, and takes the rest', async () => {
    const root = await dataset(
      {
        'classes.txt': 'cell\n',
        'a.txt': [
          '0 .5 .5 .2',
          '7 .5 .5 .2 .2',
          '0 .5 .5 0 .2',
          'x .5 .5 .2 .2',
          '0 .5 .5 1.2 .2 0.9',
          '0 3 3 .1 .1',
          '0 nan .5 .2 .2',
          '0.5 .5 .5 .1 .1',
          '0 1e30 .5 .1 .1',
          '0 .5 .5 .1 .1',
        ].join('\n'),
        'd.txt': '0 .5 .5 .2 .2',
      },
      ['a.png', 'b.png'],
    )
    const found = await parseYolo(root, detection())
    expect(lines(found)).toEqual([
      'a.txt: line 1: it has 3 numbers, neither a box nor an outline: left out',
      'a.txt: line 2: there is no name for class 7: left out',
      'a.txt: line 3: it has no size: left out',
      'a.txt: line 4: "x .5 .5 .2 .2" is no class and numbers: left out',
      'a.txt: line 7: "0 nan .5 .2 .2" is no class and numbers: left out',
      'a.txt: line 8: 0.5 is no number of a class: left out',
      "a.txt: 1 of its objects carries a score: a model's guess, taken as a label",
      'a.txt: line 5: it reaches over the edge of the image: clipped',
      'a.txt: line 6: it lies outside the image: left out',
      'a.txt: line 9: its coordinates are beyond those of any image: left out',
      'd.txt: there is no image of its name (d) for it: its 1 object is left out',
    ])
    expect(found.images[0]!.objects.map(({ shape }) => shape)).toEqual([box(0, 20, 100, 10), expect.objectContaining({ type: 'box' })])
  })

  it('a broken data.yaml, or no labels at all, end the import with a sentence', async () => {
    const root = await dataset({ 'data.yaml': 'names: [a, b\n', 'a.txt': '0 .5 .5 .2 .2' }, ['a.png'])
    await expect(parseYolo(root, detection())).rejects.toMatchObject({
      code: 'broken-yaml',
      message: expect.stringMatching(/^data\.yaml is no sound YAML/) as string,
    })
    const bomb = `a: &a [x, x]\n${'bcdefghi'
      .split('')
      .map((key, i) => `${key}: &${key} [${Array<string>(9).fill(`*${'abcdefgh'[i]!}`).join(', ')}]`)
      .join('\n')}\nnames: *i\n`
    put(root, { 'data.yaml': bomb })
    await expect(parseYolo(root, detection())).rejects.toMatchObject({ code: 'broken-yaml' })
    const empty = await dataset({ 'readme.txt': 'x' }, ['a.png'])
    await expect(parseYolo(empty, detection())).rejects.toMatchObject({ code: 'no-label-files' })
    expect(await detectFormat(empty, detection())).toBe('images')
  })

  it('lists say the splits; keypoints behind boxes are left out and told', async () => {
    const root = await dataset(
      {
        'data.yaml': 'names: [cell]\nkpt_shape: [2, 3]\n',
        'train.txt': './images/a.png\n/home/other/data/images/b.png\n',
        'test.txt': 'images/b.png\n',
        'labels/a.txt': '0 .5 .5 .2 .2 .1 .1 2 .2 .2 2',
        'labels/b.txt': '0 .5 .5 .2 .2',
      },
      ['images/a.png', 'images/b.png'],
    )
    const { images, problems } = await parseYolo(root, detection())
    expect(images.map(({ split, objects }) => [split, objects[0]!.shape.type])).toEqual([
      ['train', 'box'],
      ['test', 'box'],
    ])
    expect(problems.map(({ what }) => what)).toEqual(['its keypoints are left out, the 1 box taken'])
  })

  it('writes a folder to train on, scores behind predictions, and says what it cannot hold', async () => {
    const images = [makeImage('x/a.png', 10, 10, 'val'), makeImage('b.png', 10, 10)]
    const classes = [makeClass('two', 1), makeClass('one: "1"', 0)]
    const point = makeAnnotation(images[0]!, classes[0]!, { type: 'point', x: 1, y: 1 }, { note: 'n' })
    const set = { images, classes, objects: [makePrediction(images[0]!, classes[0]!, 0.75, box(1, 2, 4, 4)), point] }
    const folder = path.join(temporaryFolder(), 'out')
    const { rows, notes } = await writeYolo(folder, set, 'boxes')
    expect([rows, notes.slice(0, 2)]).toEqual([1, ['1 point is left out.', '1 note is left out.']])
    expect(lossNotes('yolo', set)).toEqual(notes.slice(0, 2))
    expect((await readdir(path.join(folder, 'labels'))).sort()).toEqual(['train', 'val'])
    expect(await readFile(path.join(folder, 'labels/val/a.txt'), 'utf8')).toBe('1 0.3 0.4 0.4 0.4 0.75\n')
    expect(await readFile(path.join(folder, 'labels/train/b.txt'), 'utf8')).toBe('')
    expect(await readFile(path.join(folder, 'data.yaml'), 'utf8')).toBe(
      'path: .\ntrain: images/train\nval: images/val\nnc: 2\nnames:\n  "0": \'one: "1"\'\n  "1": two\n',
    )
  })
})

describe.runIf(hasSharedData)('YOLO as other programs wrote it', () => {
  const assets = 'interchange/datumaro/tests/assets'
  it.each(['labels', 'annotations', 'strict'])('Darknet, laid out as %s', async (layout) => {
    const root = realFile(`${assets}/yolo_dataset/${layout}`)
    expect(await detectFormat(root, detection())).toBe('yolo')
    const { images, problems } = await parseYolo(root, detection())
    expect(problems).toEqual([])
    expect(images).toHaveLength(layout === 'labels' ? 2 : 1)
    for (const { objects, size, split } of images) {
      expect(size).toEqual({ width: 15, height: 10 })
      expect(objects.map(({ className }) => className)).toEqual(['label_2', 'label_4'])
      const [first] = objects
      expect(first!.shape).toMatchObject({ type: 'box', width: expect.closeTo(4, 4) as number, height: expect.closeTo(2, 4) as number })
      expect(split).toBe(layout === 'annotations' ? null : layout === 'strict' ? 'train' : split)
    }
  })

  it('Roboflow', async () => {
    const root = realFile(`${assets}/roboflow_dataset/yolo`)
    expect(await detectFormat(root, detection())).toBe('yolo')
    const { images, classNames } = await parseYolo(root, detection())
    expect([...classNames].sort()).toEqual(['label_0', 'label_1'])
    expect(images.map(({ split }) => split).sort()).toEqual(['train', 'train', 'val'])
  })

  it("Label Studio's converter, without its images: each text is told", async () => {
    const root = realFile('interchange/label-studio-converter/tests/data/test_import_yolo_data')
    const { images, problems } = await parseYolo(root, detection())
    expect(images).toEqual([])
    expect(problems).toHaveLength(7)
    expect(problems[0]).toEqual({
      file: 'labels/img_1.txt',
      what: expect.stringMatching(/^there is no image of its name \(img_1\) for it: its \d objects are left out$/) as string,
    })
  })
})
