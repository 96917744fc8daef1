import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitMaskOf, maskOf } from '../../../src/shared/masks/mask-shape.ts'
import { bitMaskOfMap } from '../../../src/shared/masks/dense.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { maskArea, maskSpans, masksEqual } from '../../../src/shared/masks/bit-mask.ts'
import { outlines } from '../../../src/shared/masks/outlines.ts'
import type { MaskShape, Shape } from '../../../src/shared/records/shape.ts'
import { parseCoco } from '../../../src/main/interchange/coco-in.ts'
import { writeCoco } from '../../../src/main/interchange/coco.ts'
import type { ParsedDataset } from '../../../src/main/interchange/dataset.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { parseGeoJson } from '../../../src/main/interchange/geojson-in.ts'
import { lossNotes } from '../../../src/main/interchange/format-limits.ts'
import { writeGeoJson } from '../../../src/main/interchange/geojson-out.ts'
import { polygonsOfRings } from '../../../src/main/interchange/geojson-rings.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation, makeClass, makeImage, makePrediction } from './records.ts'

const SIDE = 12
const IMAGE = makeImage('a.png', SIDE, SIDE)
const CLASSES = [makeClass('one', 0), makeClass('two', 1)]
const CLASS_NAMES = CLASSES.map(({ name }) => name)

async function folderWithImage(): Promise<string> {
  const root = temporaryFolder()
  await savePicture(path.join(root, 'a.png'), SIDE, SIDE)
  return root
}

/** Masks of any pixels of the image, holes and touching corners among them. */
const masks = fc
  .array(fc.boolean(), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE })
  .map((pixels) => maskOf(bitMaskOfMap(pixels.map(Number), { x: 0, y: 0, width: SIDE, height: SIDE })))
  .filter((shape): shape is MaskShape => shape !== null)

const samePixels = (a: Shape, b: Shape): boolean => masksEqual(bitMaskOfShape(a as AreaShape), bitMaskOfShape(b as AreaShape))

const annotationsOf = (shapes: readonly Shape[]) =>
  shapes.map((shape, i) => makeAnnotation(IMAGE, CLASSES[i % 2]!, shape, { id: `a${i}` as never }))
/** By the shoelace formula: positive for rings that run counter-clockwise where y points up. */
const ringArea = (ring: readonly (readonly [number, number])[]): number =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0) / 2

const whats = ({ problems }: ParsedDataset): string[] => problems.map(({ file, what }) => `${file}: ${what}`)

describe('COCO', () => {
  it('masks come back with the same pixels, classes and crowds', async () => {
    const root = await folderWithImage()
    await fc.assert(
      fc.asyncProperty(fc.array(masks, { minLength: 1, maxLength: 3 }), async (shapes) => {
        const objects = annotationsOf(shapes).map((object, i) => ({ ...object, crowd: i === 1 }))
        await writeCoco(path.join(root, 'out.json'), { images: [IMAGE], classes: CLASSES, objects })
        const { images, problems } = await parseCoco(root, contextOf({ classes: CLASS_NAMES }))
        expect(problems).toEqual([])
        const back = images[0]!.objects
        expect(back.map(({ className, crowd }) => [className, crowd])).toEqual(objects.map(({ crowd }, i) => [CLASSES[i % 2]!.name, crowd]))
        expect(back.every(({ shape }, i) => samePixels(shape, shapes[i]!))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('a polygon of one ring stays a polygon, one with a hole becomes pixels; area and box are told', async () => {
    const root = await folderWithImage()
    const ring = [1, 1, 9, 1, 9, 9, 1, 9]
    const hole = [3, 3, 5, 3, 5, 5, 3, 5]
    const objects = annotationsOf([{ type: 'polygon', rings: [ring] }, { type: 'polygon', rings: [ring, hole] }, { type: 'image' }])
    const { rows, notes } = await writeCoco(path.join(root, 'out.json'), { images: [IMAGE], classes: CLASSES, objects })
    expect([rows, notes]).toEqual([
      2,
      ['1 label of a whole image is left out.', '1 area with holes or of several pieces becomes a mask of its pixels.'],
    ])
    const json = JSON.parse(await readFile(path.join(root, 'out.json'), 'utf8')) as {
      annotations: { area: number; bbox: number[]; segmentation: unknown }[]
    }
    expect(json.annotations.map(({ area, bbox }) => [area, bbox])).toEqual([
      [64, [1, 1, 8, 8]],
      [60, [1, 1, 8, 8]],
    ])
    expect(json.annotations[0]!.segmentation).toEqual([ring])
    expect(json.annotations[1]!.segmentation).toMatchObject({ size: [SIDE, SIDE] })
    const { images } = await parseCoco(root, contextOf({ classes: CLASS_NAMES }))
    expect(images[0]!.objects[0]!.shape).toEqual({ type: 'polygon', rings: [ring] })
    expect(samePixels(images[0]!.objects[1]!.shape, objects[1]!.shape)).toBe(true)
  })

  const coco = (annotations: unknown[], image: Record<string, unknown> = {}): string =>
    JSON.stringify({
      images: [{ id: 7, file_name: 'sub\\a.png', width: SIDE, height: SIDE, ...image }],
      categories: [
        { id: 3, name: 'ONE' },
        { id: 4, name: 'three' },
      ],
      annotations: annotations.map((one, id) => ({ id, image_id: 7, category_id: 3, ...(one as object) })),
    })

  it('takes boxes in a detection, areas in a segmentation, labels in a classification', async () => {
    const root = await folderWithImage()
    const both = { bbox: [1, 2, 3, 4], segmentation: [[1, 2, 4, 2, 4, 6]] }
    put(root, { 'annotations/instances_val2017.json': coco([both, { bbox: [0, 0, 2, 2], segmentation: [], category_id: 4 }]) })
    const shapes = async (task: 'detection' | 'segmentation' | 'classification') => {
      const { images, classNames } = await parseCoco(root, contextOf({ task, classes: CLASS_NAMES }))
      expect(classNames).toEqual(task === 'classification' ? ['one'] : ['one', 'three'])
      expect(images[0]).toMatchObject({ path: path.join(root, 'a.png'), split: 'val', labelled: true })
      return images[0]!.objects.map(({ shape }) => shape)
    }
    expect(await shapes('detection')).toEqual([box(1, 2, 3, 4), box(0, 0, 2, 2)])
    expect(await shapes('segmentation')).toEqual([{ type: 'polygon', rings: [[1, 2, 4, 2, 4, 6]] }, box(0, 0, 2, 2)])
    expect(await shapes('classification')).toEqual([{ type: 'image' }])
    for (const task of ['detection', 'segmentation', 'classification'] as const)
      expect(await detectFormat(root, contextOf({ task }))).toBe('coco')
  })

  it('what is wrong is told one by one, and the rest is taken', async () => {
    const root = await folderWithImage()
    put(root, {
      'a.json': coco(
        [
          { bbox: [1, 1, 2, 2] },
          { category_id: 99, bbox: [1, 1, 2, 2] },
          { bbox: [1, 1, 0, 2] },
          { bbox: [10, 10, 5, 5] },
          { bbox: [20, 20, 5, 5] },
          { segmentation: { size: [SIDE, SIDE], counts: [3, 4] } },
          { segmentation: { size: [SIDE, SIDE], counts: 'nonsense\n' } },
          { segmentation: [[1, 2, 3]] },
          { segmentation: { size: [SIDE, SIDE], counts: [SIDE * SIDE] } },
          {},
        ],
        { width: 99 },
      ),
    })
    const dataset = await parseCoco(root, contextOf({ classes: CLASS_NAMES }))
    expect(dataset.images[0]!.objects.map(({ shape }) => shape)).toEqual([box(1, 1, 2, 2), box(10, 10, 2, 2)])
    expect(whats(dataset)).toEqual([
      'a.json: sub\\a.png: said to have 99 x 12 pixels, has 12 x 12',
      'a.json: sub\\a.png: annotation 1 has no category with a name: left out',
      'a.json: sub\\a.png: annotation 2: its bbox has no size: left out',
      'a.json: sub\\a.png: annotation 3: it reaches over the edge of the image: clipped',
      'a.json: sub\\a.png: annotation 4: it lies outside the image: left out',
      'a.json: sub\\a.png: annotation 5: These COCO run lengths cannot be read: its runs fill 7 of 144 pixels: left out',
      'a.json: sub\\a.png: annotation 6: These COCO run lengths cannot be read: it has characters of no number: left out',
      'a.json: sub\\a.png: annotation 7: its segmentation is no list of polygons: left out',
      'a.json: sub\\a.png: annotation 8: its run lengths hold no pixel: left out',
      'a.json: sub\\a.png: annotation 9: it has no bbox: left out',
    ])
  })

  it('finds the objects whichever of several files about the same images holds them', async () => {
    const root = await folderWithImage()
    const about = { images: [{ id: 1, file_name: 'a.png' }], categories: [{ id: 1, name: 'one' }] }
    const instances = { ...about, annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4] }] }
    put(root, {
      'captions_val.json': JSON.stringify({ images: about.images, annotations: [{ id: 1, image_id: 1, caption: 'a cell' }] }),
      'image_info_val.json': JSON.stringify(about),
      'instances_val.json': JSON.stringify(instances),
      'keypoints_val.json': JSON.stringify(instances),
      'other_val.json': JSON.stringify({ ...about, annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [5, 5, 3, 4] }] }),
      'panoptic_val.json': JSON.stringify({ ...about, annotations: [{ image_id: 1, file_name: 'a.png', segments_info: [{ id: 1 }] }] }),
    })
    const dataset = await parseCoco(root, contextOf())
    expect(dataset.images.map(({ objects, split }) => [objects.map(({ shape }) => shape), split])).toEqual([[[box(1, 2, 3, 4)], 'val']])
    expect(whats(dataset)).toEqual([
      'captions_val.json: it names no classes, so its captions are left out',
      'other_val.json: a.png: another file is about it too: left out',
      'panoptic_val.json: its areas lie in pictures beside it (panoptic), which are not read',
    ])
  })

  it('images of which a file holds no objects, but sentences or areas beside it, are not said to be labelled', async () => {
    const root = await folderWithImage()
    const images = [{ id: 1, file_name: 'a.png' }]
    const captions = JSON.stringify({ images, annotations: [{ id: 1, image_id: 1, caption: 'a cell' }] })
    const panoptic = { images, categories: [{ id: 1, name: 'one' }], annotations: [{ image_id: 1, segments_info: [{ id: 1 }] }] }
    put(root, { 'captions.json': captions, 'panoptic.json': JSON.stringify(panoptic) })
    const labelled = async (): Promise<boolean[]> => (await parseCoco(root, contextOf())).images.map((image) => image.labelled)
    expect(await labelled()).toEqual([false])
    // As instances tell of an image without any.
    put(root, { 'z.json': JSON.stringify({ images, categories: panoptic.categories, annotations: [] }) })
    expect(await labelled()).toEqual([true])
  })

  it('an image of whose objects none was taken is not one without objects, whichever file comes first', async () => {
    const image = { images: [{ id: 1, file_name: 'a.png' }], categories: [{ id: 1, name: 'one' }] }
    const given = { ...image, annotations: [{ id: 7, image_id: 1, category_id: 2, bbox: [1, 2, 3, 4] }] }
    const none = { ...image, annotations: [] }
    for (const files of [[given], [given, none], [none, given]]) {
      const root = await folderWithImage()
      put(root, Object.fromEntries(files.map((one, i) => [`${i}.json`, JSON.stringify(one)])))
      const dataset = await parseCoco(root, contextOf())
      expect(dataset.images).toMatchObject([{ labelled: false, objects: [] }])
      expect(whats(dataset)).toEqual([
        `${files.indexOf(given)}.json: a.png: annotation 7 has no category with a name: left out`,
        `${files.indexOf(given)}.json: a.png: none of its objects was taken, so the image stays unlabelled`,
      ])
    }
  })

  it('broken JSON and files of something else end the import with a clear line', async () => {
    const root = await folderWithImage()
    put(root, { 'a.json': '{"images": [' })
    await expect(parseCoco(root, contextOf())).rejects.toMatchObject({
      code: 'broken-json',
      message: expect.stringContaining('a.json is no sound JSON') as string,
    })
    put(root, { 'a.json': '[]' })
    await expect(parseCoco(root, contextOf())).rejects.toMatchObject({ code: 'not-coco' })
  })
})

describe('GeoJSON', () => {
  it('an image of whose objects none was taken is not one without objects; one with regions alone is', async () => {
    const outside = { type: 'Polygon', coordinates: [[[90, 90], [99, 90], [99, 99], [90, 90]]] } // prettier-ignore
    const inside = { type: 'Polygon', coordinates: [[[1, 1], [9, 1], [9, 9], [1, 1]]] } // prettier-ignore
    const feature = (geometry: unknown, name: string) => ({ type: 'Feature', geometry, properties: { classification: { name } } })
    const labelled = async (features: unknown[]) => {
      const root = await folderWithImage()
      put(root, { 'a.geojson': JSON.stringify({ type: 'FeatureCollection', features }) })
      const dataset = await parseGeoJson(root, contextOf({ classes: CLASS_NAMES }))
      return [dataset.images[0]!.labelled, whats(dataset).at(-1)]
    }
    expect(await labelled([feature(outside, 'one'), feature(inside, 'Region*')])).toEqual([
      false,
      'a.geojson: none of its objects was taken, so the image stays unlabelled',
    ])
    expect(await labelled([feature(inside, 'Region*')])).toEqual([true, undefined])
    expect(await labelled([])).toEqual([true, undefined])
  })

  it('masks come back with the same pixels', async () => {
    const root = await folderWithImage()
    await fc.assert(
      fc.asyncProperty(fc.array(masks, { minLength: 1, maxLength: 3 }), async (shapes) => {
        await writeGeoJson(path.join(root, 'a.geojson'), { images: [IMAGE], classes: CLASSES, objects: annotationsOf(shapes) })
        const { images, problems } = await parseGeoJson(root, contextOf({ classes: CLASS_NAMES }))
        expect(problems).toEqual([])
        expect(images[0]!.objects.map(({ className }) => className)).toEqual(shapes.map((_, i) => CLASSES[i % 2]!.name))
        expect(images[0]!.objects.every(({ shape }, i) => samePixels(shape, shapes[i]!))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('rings nest: holes in their outer ring, islands in holes on their own, outer counter-clockwise by the RFC', () => {
    const square = (from: number, to: number): number[] => [from, from, to, from, to, to, from, to]
    const polygons = polygonsOfRings([square(2, 8), square(4, 6), square(0, 10)])
    expect(polygons.map((rings) => rings.map(ringArea))).toEqual([[4], [100, -36]])
  })

  it('every mask gives polygons whose areas sum up to its pixels, holes taken off', () => {
    fc.assert(
      fc.property(masks, (shape) => {
        const mask = bitMaskOf(shape)
        const polygons = polygonsOfRings(outlines(maskSpans(mask)))
        expect(polygons.flat().reduce((sum, ring) => sum + ringArea(ring), 0)).toBe(maskArea(mask))
        expect(polygons.every(([outer, ...holes]) => ringArea(outer!) > 0 && holes.every((hole) => ringArea(hole) < 0))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('has what QuPath reads: type of object, class and colour, score, one file an image', async () => {
    const folder = path.join(temporaryFolder(), 'out')
    const other = makeImage('A.jpg', SIDE, SIDE)
    const objects = [
      makeAnnotation(IMAGE, CLASSES[0]!, box(1, 2, 3, 4), {
        id: '0f5c2f2e-2f43-4d8e-9df2-0c6a3a8f7a01' as never,
        note: 'n',
        name: 'Kupffer 3',
        locked: true,
        level: 2,
      }),
      makePrediction(other, CLASSES[1]!, 0.25, { type: 'point', x: 1, y: 2 }),
      makeAnnotation(IMAGE, CLASSES[0]!, { type: 'image' }),
    ]
    const { rows, notes } = await writeGeoJson(folder, { images: [IMAGE, other], classes: CLASSES, objects })
    expect([rows, notes]).toEqual([
      2,
      ['1 box becomes an outline.', '1 label of a whole image is left out.', 'What 1 object lies above or below is left out.'],
    ])
    expect(JSON.parse(await readFile(path.join(folder, 'a.geojson'), 'utf8'))).toEqual({
      type: 'FeatureCollection',
      image: 'a.png',
      features: [
        {
          type: 'Feature',
          id: '0f5c2f2e-2f43-4d8e-9df2-0c6a3a8f7a01',
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [1, 2],
                [4, 2],
                [4, 6],
                [1, 6],
                [1, 2],
              ],
            ],
          },
          properties: {
            objectType: 'annotation',
            classification: { name: 'one', color: [0x12, 0x34, 0x56] },
            name: 'Kupffer 3',
            isLocked: true,
            metadata: { ANNOTATION_DESCRIPTION: 'n' },
          },
        },
      ],
    })
    expect(JSON.parse(await readFile(path.join(folder, 'A_2.geojson'), 'utf8'))).toMatchObject({
      features: [
        { geometry: { type: 'Point', coordinates: [1, 2] }, properties: { objectType: 'detection', measurements: { Score: 0.25 } } },
      ],
    })
  })

  it('tells that other formats keep neither names nor locks', () => {
    const objects = [makeAnnotation(IMAGE, CLASSES[0]!, box(1, 2, 3, 4), { name: 'Kupffer 3', locked: true })]
    const set = { images: [IMAGE], classes: CLASSES, objects }
    expect(lossNotes('coco', set)).toEqual(['1 name of an object is left out.', '1 lock is left out.'])
    expect(lossNotes('geojson', set)).toEqual(['1 box becomes an outline.'])
  })

  it('reads QuPath’s spellings, and tells what it leaves out', async () => {
    const root = await folderWithImage()
    const feature = (geometry: unknown, classification: unknown) => ({
      type: 'Feature',
      geometry,
      properties: { classification, name: 'x' },
    })
    const ring = [
      [1, 1],
      [5, 1],
      [5, 5],
      [1, 5],
      [1, 1],
    ]
    mkdirSync(path.join(root, 'geo'))
    put(root, {
      'geo/a.png.geojson': JSON.stringify({
        type: 'FeatureCollection',
        features: [
          feature({ type: 'Polygon', coordinates: [ring] }, { name: 'ONE', colorRGB: -3 }),
          feature(
            {
              type: 'MultiPoint',
              coordinates: [
                [1, 2],
                [3, 4],
              ],
            },
            { names: ['two', 'sub'], color: [1, 2, 3] },
          ),
          feature(
            {
              type: 'LineString',
              coordinates: [
                [1, 2],
                [3, 4],
              ],
            },
            { name: 'one' },
          ),
          feature({ type: 'Polygon', coordinates: [ring] }, undefined),
          feature({ type: 'Polygon', coordinates: [[['x', 1]]] }, { name: 'one' }),
          feature({ type: 'Point', coordinates: [50, 2] }, { name: 'one' }),
        ],
      }),
      'geo/b.geojson': JSON.stringify({ type: 'FeatureCollection', features: [] }),
    })
    const dataset = await parseGeoJson(root, contextOf({ classes: CLASS_NAMES }))
    expect(dataset.images[0]!.objects.map(({ className, shape, name }) => [className, shape, name])).toEqual([
      ['one', { type: 'polygon', rings: [[1, 1, 5, 1, 5, 5, 1, 5]] }, 'x'],
      ['two: sub', { type: 'point', x: 1, y: 2 }, 'x'],
      ['two: sub', { type: 'point', x: 3, y: 4 }, 'x'],
      ['one', { type: 'polyline', points: [1, 2, 3, 4] }, 'x'],
    ])
    expect(
      whats(dataset)
        .map((line) => line.replace('geo\\', 'geo/'))
        .sort(),
    ).toEqual([
      'geo/a.png.geojson: object 4: it has no class, only the name x: left out',
      'geo/a.png.geojson: object 5: its coordinates are no numbers: left out',
      'geo/a.png.geojson: object 6: it lies outside the image: left out',
      'geo/b.geojson: there is no image of its name (b) for it: left out',
    ])
    const boxes = await parseGeoJson(root, contextOf({ task: 'detection', classes: ['one'] }))
    expect(boxes.images[0]!.objects[0]!.shape).toEqual(box(1, 1, 4, 4))
    expect(await detectFormat(root, contextOf({ task: 'detection' }))).toBe('geojson')
  })
})
