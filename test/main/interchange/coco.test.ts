import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCoco, writeCocoResults } from '../../../src/main/interchange/coco.ts'
import { box, makeAnnotation, makeClass, makeImage, makePrediction } from './records.ts'

interface CocoFile {
  images: { id: number; file_name: string; width: number; height: number; split?: string }[]
  categories: { id: number; name: string }[]
  annotations: {
    id: number
    image_id: number
    category_id: number
    bbox: number[]
    area: number
    iscrowd: number
    score?: number
    difficult?: number
  }[]
}

describe('COCO', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'coco-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  const [rbc, wbc] = [makeClass('RBC', 1), makeClass('WBC "x"', 0)]
  const [a, b] = [makeImage('a.png', 640, 480, 'train'), makeImage('b.png', 64, 48)]
  const file = (): string => path.join(folder, 'out.json')
  const read = async <T>(): Promise<T> => JSON.parse(await readFile(file(), 'utf8')) as T

  it('holds images, categories in their order, and annotations', async () => {
    const objects = [
      makeAnnotation(b, rbc, box(1.123_456, 2, 3, 4.5), { crowd: true, note: 'clump' }),
      makeAnnotation(a, wbc, { type: 'point', x: 3, y: 4 }),
      makeAnnotation(a, wbc, box(0, 0, 10, 10), { difficult: true }),
    ]
    const written = await writeCoco(file(), { images: [a, b], classes: [rbc, wbc], objects })
    expect(await read<CocoFile>()).toMatchObject({
      images: [
        { id: 1, file_name: 'a.png', width: 640, height: 480, split: 'train' },
        { id: 2, file_name: 'b.png', width: 64, height: 48 },
      ],
      categories: [
        { id: 1, name: 'WBC "x"', supercategory: '' },
        { id: 2, name: 'RBC', supercategory: '' },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 10, 10], area: 100, iscrowd: 0, segmentation: [], difficult: 1 },
        { id: 2, image_id: 2, category_id: 2, bbox: [1.1235, 2, 3, 4.5], area: 13.5, iscrowd: 1, segmentation: [] },
      ],
    })
    expect(written).toEqual({
      rows: 2,
      notes: ['1 point is left out.', '1 note is left out.', '1 object marked difficult: other programs score them like the rest.'],
    })
  })

  it('is whole JSON without any object', async () => {
    await writeCoco(file(), { images: [], classes: [], objects: [] })
    expect(await read<CocoFile>()).toMatchObject({ images: [], categories: [], annotations: [] })
    await writeCocoResults(file(), { images: [a], classes: [rbc], objects: [] })
    expect(await read<unknown[]>()).toEqual([])
  })

  it('comes back as it was: boxes, classes, images, scores', async () => {
    const place = fc.integer({ min: -50_000, max: 50_000 }).map((n) => n / 8)
    const extent = fc.integer({ min: 1, max: 50_000 }).map((n) => n / 8)
    const one = fc.record({
      onA: fc.boolean(),
      isRbc: fc.boolean(),
      x: place,
      y: place,
      width: extent,
      height: extent,
      score: fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 30 }), async (list) => {
        const objects = list.map((o, id) =>
          makePrediction(
            o.onA ? a : b,
            o.isRbc ? rbc : wbc,
            o.score,
            { type: 'box', x: o.x, y: o.y, width: o.width, height: o.height },
            id,
          ),
        )
        const set = { images: [a, b], classes: [rbc, wbc], objects }
        const sorted = [...list.filter(({ onA }) => onA), ...list.filter(({ onA }) => !onA)]
        const expected = sorted.map((o) => [o.onA ? 'a.png' : 'b.png', o.isRbc ? 'RBC' : 'WBC "x"', [o.x, o.y, o.width, o.height], o.score])
        await writeCoco(file(), set)
        const coco = await read<CocoFile>()
        const named = (image: number, category: number): [string | undefined, string | undefined] => [
          coco.images.find(({ id }) => id === image)?.file_name,
          coco.categories.find(({ id }) => id === category)?.name,
        ]
        expect(coco.annotations.map((o) => [...named(o.image_id, o.category_id), o.bbox, o.score])).toEqual(expected)
        expect(new Set(coco.annotations.map(({ id }) => id)).size).toBe(list.length)
        await writeCocoResults(file(), set)
        const results = await read<{ image_id: number; category_id: number; bbox: number[]; score: number }[]>()
        expect(results.map((o) => [...named(o.image_id, o.category_id), o.bbox, o.score])).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  it('writes many thousands piece by piece', async () => {
    const objects = Array.from({ length: 10_001 }, (_, i) =>
      makePrediction(a, rbc, 0.5, { type: 'box', x: i, y: 0, width: 1, height: 1 }, i),
    )
    const { rows } = await writeCoco(file(), { images: [a], classes: [rbc], objects })
    const coco = await read<CocoFile>()
    expect(rows).toBe(10_001)
    expect(coco.annotations.map(({ bbox }) => bbox[0])).toEqual(objects.map((_, i) => i))
  })
})
