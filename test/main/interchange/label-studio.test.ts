import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { maskArea } from '../../../src/shared/masks/bit-mask.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { parseLabelStudio } from '../../../src/main/interchange/label-studio-in.ts'
import { writeLabelStudio } from '../../../src/main/interchange/label-studio-out.ts'
import { brushOf, maskOfBrush } from '../../../src/main/interchange/label-studio-rle.ts'
import { parseLabelMe, writeLabelMe } from '../../../src/main/interchange/labelme.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation, makePrediction } from './records.ts'
import {
  boxes,
  circles,
  CLASSES,
  ellipses,
  IMAGE,
  largestError,
  lines,
  masks,
  noted,
  outlines,
  points,
  polylines,
  rotatedBoxes,
  severalRings,
} from './round-trip.ts'
import { hasSharedData, realFile } from './shared-data.ts'

describe('Label Studio', () => {
  const there = { out: 'labelstudio', in: 'labelstudio', target: 'tasks.json', task: 'segmentation', changes: noted } as const

  it('boxes, outlines and points come back within a billionth of a pixel with their notes, brushes with their pixels', async () => {
    expect(await largestError({ ...there, shapes: [boxes, outlines, points] })).toBeLessThan(1e-9)
    expect(await largestError({ ...there, shapes: [masks, severalRings] })).toBe(0)
  })

  it('ellipses and rotated boxes come back as such, their angle to a ten-thousandth of a degree', async () => {
    expect(await largestError({ ...there, shapes: [ellipses, rotatedBoxes] })).toBeLessThan(5e-5)
  })

  it("a brush is read as Label Studio's own encoder wrote it", () => {
    // label_studio_converter.brush.encode_rle of a 4 x 2 RGBA picture whose pixels 1, 2 and 5 are opaque: 8-bit words, lengths of 3, 4, 8, 16 bits.
    const runs = { frame: { x: 0, y: 0, width: 4, height: 2 }, runs: [1, 2, 2, 1, 2] }
    const bytes = brushOf(runs)
    expect(bytes.slice(0, 4)).toEqual([0, 0, 0, 32])
    const shape = maskOfBrush(bytes, { width: 4, height: 2 })!
    expect([shape.x, shape.y, shape.width, shape.height, maskArea(bitMaskOfShape(shape))]).toEqual([1, 0, 2, 2, 3])
    // Words one by one, as it writes where nothing repeats: 32 bytes of which the 8th is 255.
    const bits = [32, 5, 4, 4, 4, 4].map((n, i) => [32, 7, 2, 3, 7, 15][i]!.toString(2).padStart(n, '0')).join('')
    const words =
      `001${(7).toString(2).padStart(4, '0')}${'00000000'.repeat(7)}11111111` + `110${(23).toString(2).padStart(8, '0')}00000000`
    const all = (bits + words).padEnd(Math.ceil((bits + words).length / 8) * 8, '0')
    const packed = Array.from({ length: all.length / 8 }, (_, i) => Number.parseInt(all.slice(8 * i, 8 * i + 8), 2))
    expect(maskOfBrush(packed, { width: 4, height: 2 })).toMatchObject({ x: 1, y: 0, width: 1, height: 1 })
    expect(() => maskOfBrush(bytes.slice(0, 9), { width: 4, height: 2 })).toThrow('its run lengths end too early')
    expect(() => maskOfBrush(bytes, { width: 5, height: 2 })).toThrow('its run lengths are of 8 pixels, the image has 10')
  })

  const region = (type: string, value: object, more: object = {}): object => ({
    type,
    value: { ...value, [type]: ['cell'] },
    original_width: 40,
    original_height: 30,
    image_rotation: 0,
    ...more,
  })
  const task = (result: readonly object[], more: object = {}): object => ({
    id: 1,
    data: { image: '/data/upload/29/1a2b3c4d-a.png' },
    annotations: [{ was_cancelled: true, result: [] }, { result }],
    ...more,
  })

  it('takes each kind of region, finds uploads by their name, and tells what it changes or leaves out', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 40, 30)
    const turned = region('rectanglelabels', { x: 25, y: 0, width: 25, height: 50, rotation: 90 })
    const regions = [
      region('rectanglelabels', { x: 10, y: 10, width: 50, height: 50 }, { meta: { text: ['a', 'b'] } }),
      turned,
      region('ellipselabels', { x: 50, y: 50, radiusX: 10, radiusY: 20 }),
      region('keypointlabels', { x: 50, y: 50, width: 1 }),
      region('polygonlabels', {
        points: [
          [0, 0],
          [50, 0],
          [50, 'x'],
        ],
      }),
      region('brushlabels', { format: 'rle', rle: [1, 2] }),
      region('taxonomy', {}),
      region('rectanglelabels', { x: 1, y: 1, width: 1, height: 1 }, { image_rotation: 90 }),
      region('choices', {}),
    ]
    const other = { id: 2, data: { image: 'https://host/b.png?x=1' }, annotations: [{ result: [turned] }] }
    put(root, { 'tasks.json': JSON.stringify([task(regions), other, { id: 3, data: { image: 'c.png' }, annotations: [] }]) })
    expect(await detectFormat(root, areas())).toBe('labelstudio')
    const found = await parseLabelStudio(root, areas())
    const [plain, quarter, ellipse, point] = found.images[0]!.objects
    expect(plain).toEqual({ className: 'cell', shape: box(4, 3, 20, 15), note: 'a\nb', crowd: false, difficult: false })
    // Turned about its top-left corner: what went right goes down, what went down goes left.
    expect(quarter!.shape).toEqual({ type: 'rotated-box', cx: 2.5, cy: 5, width: 10, height: 15, angle: 90 })
    expect(ellipse!.shape.type).toBe('ellipse')
    expect(Math.abs(maskArea(bitMaskOfShape(ellipse!.shape as AreaShape)) - Math.PI * 24)).toBeLessThan(6)
    expect(point!.shape).toEqual({ type: 'point', x: 20, y: 15 })
    expect(lines(found).map((line) => line.replace('tasks.json: ', ''))).toEqual([
      'c.png: nobody annotated it: left out',
      'b.png: there is no image b.png: its 1 object is left out',
      ...[
        '5: its coordinates are no numbers: left out',
        '6: its run lengths end too early: left out',
        '7: a taxonomy is neither an area nor a point: left out',
        '8: it was drawn while the image was turned by 90 degrees: left out',
        '9: it is a label of the whole image, where objects are labelled: left out',
      ].map((line) => `1a2b3c4d-a.png: region ${line}`),
    ])
    const classes = await parseLabelStudio(root, contextOf({ task: 'classification', classes: ['cell', 'x'] }))
    expect(classes.images[0]!.objects.map(({ shape }) => shape)).toEqual([{ type: 'image' }])
  })

  it('writes predictions with their scores; JSON of something else is refused', async () => {
    const target = path.join(temporaryFolder(), 'out.json')
    const set = { images: [IMAGE], classes: CLASSES, objects: [makePrediction(IMAGE, CLASSES[0]!, 0.5, box(0, 0, 37, 29))] }
    expect(await writeLabelStudio(target, set)).toEqual({ rows: 1, notes: [] })
    expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject([
      {
        data: { image: 'a.png' },
        predictions: [{ result: [{ type: 'rectanglelabels', score: 0.5, value: { x: 0, width: 100, rectanglelabels: ['red cell'] } }] }],
      },
    ])
    put(path.dirname(target), { 'out.json': '[{"image": "a.png", "label": []}]' })
    await expect(parseLabelStudio(target, areas())).rejects.toMatchObject({ code: 'not-labelstudio' })
  })
})

describe('LabelMe', () => {
  const there = { out: 'labelme', in: 'labelme', target: 'a.json', task: 'segmentation' } as const
  const changes = (i: number) => ({ ...noted(i), crowd: i === 0, difficult: i === 1 })

  it('boxes, outlines and points come back within a millionth of a pixel with notes and flags, masks with their pixels', async () => {
    expect(await largestError({ ...there, changes, shapes: [boxes, outlines, points] })).toBeLessThan(2e-6)
    expect(await largestError({ ...there, changes, shapes: [severalRings, masks] })).toBe(0)
  })

  it('circles and lines come back as such, other ellipses and rotated boxes with their pixels', async () => {
    expect(await largestError({ ...there, changes, shapes: [circles, polylines] })).toBeLessThan(2e-6)
  })

  it('finds the image by imagePath or its own name, takes circles, and tells the rest; imageData is not looked at', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'pictures/a.png'), 40, 30)
    const shape = (shape_type: string, corners: unknown, label = 'cell'): object => ({
      label,
      points: corners,
      group_id: null,
      shape_type,
      flags: {},
    })
    const shapes = [
      shape('circle', [
        [10, 10],
        [14, 10],
      ]),
      shape('rectangle', [
        [9, 8],
        [1, 2],
      ]),
      shape('rectangle', [
        [1, 1],
        [5, 1],
        [5, 4],
        [1, 4],
      ]),
      shape('point', [[3, 4]], 'other'),
      shape('line', [
        [1, 1],
        [2, 2],
      ]),
      shape('polygon', [
        [1, 1],
        [2, 2],
      ]),
      shape('polygon', [['a', 1]]),
      shape('circle', [[1, 1]]),
    ]
    put(root, {
      'b.json': JSON.stringify({
        version: '5.0.1',
        flags: { good: true, bad: false },
        shapes,
        imagePath: '..\\pictures\\a.png',
        imageData: '%'.repeat(200_000),
        imageHeight: 30,
        imageWidth: 41,
      }),
    })
    expect(await detectFormat(root, areas())).toBe('labelme')
    const found = await parseLabelMe(root, areas())
    const [circle, ...rest] = found.images[0]!.objects
    expect(maskArea(bitMaskOfShape(circle!.shape as AreaShape)) / (Math.PI * 16)).toBeCloseTo(1, 1)
    expect(rest.map(({ className, shape: one }) => [className, one])).toEqual([
      ['cell', box(1, 2, 8, 6)],
      ['cell', box(1, 1, 4, 3)],
      ['other', { type: 'point', x: 3, y: 4 }],
      ['cell', { type: 'polyline', points: [1, 1, 2, 2] }],
    ])
    expect(lines(found).map((line) => line.replace('b.json: ', ''))).toEqual([
      'said to have 41 x 30 pixels, has 40 x 30',
      'shape 6: it has fewer than three corners: left out',
      'shape 7: its coordinates are no numbers: left out',
      'shape 8: it has no radius: left out',
      'flag good: it is a label of the whole image, where objects are labelled: left out',
    ])
    const whole = await parseLabelMe(root, contextOf({ task: 'classification', classes: ['good', 'x'] }))
    expect(whole.images[0]!.objects.map(({ className, shape: one }) => [className, one.type])).toEqual([['good', 'image']])
  })

  it('labels of images are flags; scores are left out and told', async () => {
    const target = path.join(temporaryFolder(), 'a.json')
    const objects = [makeAnnotation(IMAGE, CLASSES[0]!, { type: 'image' }), makePrediction(IMAGE, CLASSES[1]!, 0.5, box(1, 1, 2, 2))]
    expect((await writeLabelMe(target, { images: [IMAGE], classes: CLASSES, objects })).notes).toEqual(['1 score is left out.'])
    expect(JSON.parse(await readFile(target, 'utf8'))).toMatchObject({
      flags: { 'red cell': true },
      imagePath: 'a.png',
      imageData: null,
      imageHeight: 29,
      shapes: [
        {
          shape_type: 'rectangle',
          points: [
            [1, 1],
            [3, 3],
          ],
        },
      ],
    })
  })
})

describe.runIf(hasSharedData)('Label Studio as it was written', () => {
  it.each([
    ['data', ['box', 'box'], 2800, 2800],
    ['data_obb', ['rotated-box'], 597, 768],
    ['data_polygons', ['polygon'], 640, 426],
  ] as const)('its converter, %s', async (name, kinds, width, height) => {
    const text = await readFile(realFile(`interchange/label-studio-converter/tests/data/test_export_yolo/${name}.json`), 'utf8')
    const root = temporaryFolder()
    put(root, { 'tasks.json': text })
    const tasks = JSON.parse(text) as { data: { image: string } }[]
    await savePicture(path.join(root, `${path.posix.basename(tasks[0]!.data.image)}.png`.replace(/(\.\w+)\.png$/, '$1')), width, height)
    expect(await detectFormat(path.join(root, 'tasks.json'), areas())).toBe('labelstudio')
    const { images } = await parseLabelStudio(root, areas())
    expect(images[0]!.size).toEqual({ width, height })
    expect(images[0]!.objects.slice(0, kinds.length).map(({ shape }) => shape.type)).toEqual(kinds)
    for (const { shape } of images[0]!.objects) expect(maskArea(bitMaskOfShape(shape as AreaShape))).toBeGreaterThan(100)
  })
})
