import { readFile } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { measurementsOf } from '../../../src/shared/records/measurement.ts'
import { maskArea } from '../../../src/shared/masks/bit-mask.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { parseGeoJson } from '../../../src/main/interchange/geojson-in.ts'
import { newClasses } from '../../../src/main/project/new-classes.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, contextOf, put, savePicture } from './context.ts'
import { boxes, largestError, lines, masks, outlines, points, polylines, severalRings } from './round-trip.ts'
import { hasSharedData, realFile } from './shared-data.ts'

const square = (from: number, to: number): number[][] => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
  [from, from],
]
const feature = (coordinates: unknown, properties: object, type = 'Polygon'): object => ({
  type: 'Feature',
  geometry: { type, coordinates },
  properties: { objectType: 'annotation', ...properties },
})

async function withImage(text: string | Uint8Array, name = 'a.geojson', width = 40, height = 30): Promise<string> {
  const root = temporaryFolder()
  await savePicture(path.join(root, 'a.png'), width, height)
  writeFileSync(path.join(root, name), text)
  return root
}

describe("QuPath's GeoJSON", () => {
  it('finds its image by the name that ours holds, where the file is called otherwise, and only by a name that is there', async () => {
    const text = (image: string): string => JSON.stringify({ type: 'FeatureCollection', image, features: [feature([square(1, 5)], {})] })
    const there = await parseGeoJson(await withImage(text('a.png'), 'otherwise.geojson'), contextOf())
    expect([there.images.map(({ path: file, objects }) => [path.basename(file), objects.length]), there.problems]).toEqual([
      [['a.png', 1]],
      [],
    ])
    const gone = await parseGeoJson(await withImage(text('../b.png'), 'otherwise.geojson'), contextOf())
    expect(gone.problems.map(({ what }) => what)).toEqual([expect.stringContaining('there is no image of its name (otherwise)')])
  })

  it('outlines and points come back exactly, boxes as outlines and masks with their pixels', async () => {
    const there = {
      out: 'geojson',
      in: 'geojson',
      target: 'a.geojson',
      task: 'segmentation',
      changes: (i: number) => ({ note: i === 0 ? 'n' : '' }),
    } as const
    expect(await largestError({ ...there, shapes: [points] })).toBeLessThan(1e-4)
    expect(await largestError({ ...there, shapes: [polylines] })).toBeLessThan(1e-4)
    expect(await largestError({ ...there, shapes: [masks, severalRings] })).toBe(0)
    // The first corner and the direction may be others: by their pixels.
    expect(await largestError({ ...there, task: 'detection', shapes: [boxes, outlines].slice(0, 1) })).toBeLessThan(1e-4)
  })

  const classed = (name: string, more: object = {}): object => ({ classification: { name, color: [255, 0, 128] }, ...more })
  const features = [
    feature(
      [square(1, 20), square(5, 8)],
      classed('cell', { name: 'first', metadata: { ANNOTATION_DESCRIPTION: 'seen twice' }, isLocked: true, measurements: { Area: 3 } }),
    ),
    feature(
      [[square(21, 23)], [square(24, 28), square(25, 26)]],
      { classification: { name: 'new', colorRGB: -16711936 }, measurements: [{ name: 'x', value: 1 }] },
      'MultiPolygon',
    ),
    feature([square(1, 3)], { name: 'Unnamed class' }),
  ]

  it.each([
    ['a collection', { type: 'FeatureCollection', features }],
    ['an array', features],
  ])('%s: holes, pieces, colours, names, locks and descriptions; what is not kept is told', async (_, json) => {
    const root = await withImage(JSON.stringify(json))
    const found = await parseGeoJson(root, areas())
    expect(
      found.images[0]!.objects.map(({ className, name, note, locked, shape }) => [
        className,
        name,
        note,
        locked,
        maskArea(bitMaskOfShape(shape as AreaShape)),
      ]),
    ).toEqual([
      ['cell', 'first', 'seen twice', true, 361 - 9],
      ['new', undefined, undefined, undefined, 4 + 16 - 1],
    ])
    expect(found.foundClasses).toEqual([
      { name: 'cell', color: '#ff0080' },
      { name: 'new', color: '#00ff00' },
    ])
    expect(lines(found)).toEqual([])
    expect(found.images[0]!.objects.map(({ measured }) => measured && measurementsOf(measured))).toEqual([
      [{ name: 'Area', value: 3 }],
      [{ name: 'x', value: 1 }],
    ])
    // An annotation without a class marks a region.
    expect(found.images[0]!.regions).toMatchObject([{ name: 'Unnamed class', fullyLabelled: false, shape: { type: 'polygon' } }])
  })

  it('measurements: NaN as QuPath writes it, what is no number, of pieces, of what is cut at the edge and of regions', async () => {
    const of = (coordinates: unknown, measurements: unknown, type?: string): object =>
      feature(coordinates, classed('cell', { measurements }), type)
    const list = [
      of([square(1, 20)], { Area: 3, none: null, text: '4', far: 1e300 * 1e10, ['n'.repeat(201)]: 5, __proto: 6, '': 7 }),
      of([square(1, 9)], { none: null }),
      of([[1, 2], [3, 4]], { Area: 8 }, 'MultiPoint'), // prettier-ignore
      of([square(25, 90)], { Area: 9 }),
      feature([square(2, 9)], { classification: { name: 'Region*' }, measurements: { Area: 10 } }),
      of([square(2, 8)], Object.fromEntries(Array.from({ length: 4001 }, (_, i) => [`m${String(i)}`, i]))),
    ]
    // Beside numbers, NaN in texts stays what it is.
    const text = JSON.stringify(list).replace('"none":null', '"none":NaN,"-":-Infinity,"a: NaN":1')
    const found = await parseGeoJson(await withImage(text), areas())
    const told = found.images[0]!.objects.map(({ measured }) => measured && measurementsOf(measured))
    expect(told.slice(0, -1)).toEqual([
      [{ name: 'Area', value: 3 }, { name: 'a: NaN', value: 1 }, { name: '__proto', value: 6 }, { name: '', value: 7 }], // prettier-ignore
      ...[undefined, undefined, undefined, undefined],
    ])
    expect(told.at(-1)).toHaveLength(4000)
    expect(lines(found)).toEqual([
      'a.geojson: object 4: it reaches over the edge of the image: clipped',
      'a.geojson: 5 measurements without a number are left out',
      'a.geojson: 2 measurements are left out: a name is longer than 200 characters, or an object has more than 4,000',
      'a.geojson: measurements of 3 objects are left out: they are of more than what was taken',
      'a.geojson: measurements of 1 region of interest are left out',
    ])
  })

  it('areas of the class Region* are regions, whatever the project has; what is no area, and detections, are not', async () => {
    const marked = { classification: { name: 'Region*' }, name: 'Hot spot', metadata: { fully_labelled: 'true' } }
    const list = [feature([square(1, 20)], marked), feature([1, 2], marked, 'Point'), feature([square(3, 9)], { objectType: 'detection' })]
    const root = await withImage(JSON.stringify(list))
    const one = await parseGeoJson(root, areas(['cell']))
    expect(one.images[0]!.regions).toMatchObject([{ name: 'Hot spot', fullyLabelled: true }])
    const boxes = await parseGeoJson(root, { ...areas(), task: 'detection' })
    expect(boxes.images[0]!.regions).toMatchObject([{ shape: { type: 'polygon' } }])
    expect(lines(boxes)).toContain('a.geojson: object 3: it has no class: left out')
    // Where a project has a class of that name, its objects are objects; where whole images are labelled, regions mean nothing.
    expect((await parseGeoJson(root, areas(['cell', 'Region*']))).images[0]).not.toHaveProperty('regions')
    expect((await parseGeoJson(root, { ...areas(), task: 'classification' })).images[0]).not.toHaveProperty('regions')
  })

  it('a single feature, and a packed file', async () => {
    const single = await withImage(JSON.stringify(features[0]))
    expect((await parseGeoJson(single, areas())).images[0]!.objects).toHaveLength(1)
    const packed = await withImage(gzipSync(JSON.stringify({ type: 'FeatureCollection', features })), 'a.geojson.gz')
    expect(await detectFormat(packed, areas())).toBe('geojson')
    expect((await parseGeoJson(packed, areas())).images[0]!.objects).toHaveLength(2)
    put(packed, { 'a.geojson.gz': 'no' })
    expect(lines(await parseGeoJson(packed, areas()))).toEqual([
      'a.geojson.gz: a.geojson.gz cannot be unpacked, or is larger than 480 MiB: left out',
    ])
  })

  it('new classes take the colour of the file unless a class has it already', () => {
    const known = newClasses(['a'], [])
    const brought = new Map([
      ['b', '#FF0080'],
      ['c', known[0]!.color],
      ['d', '#ff0080'],
    ])
    const colors = newClasses(['b', 'c', 'd', 'e'], known, brought).map(({ color }) => color)
    expect(colors[0]).toBe('#ff0080')
    expect(new Set([known[0]!.color, ...colors]).size).toBe(5)
  })
})

describe.runIf(hasSharedData)('GeoJSON as other programs wrote it', () => {
  it('QuPath 0.5 by dlup, and large_image, whose objects have no class: those of a project with one, in others regions', async () => {
    for (const [file, count] of [
      ['dlup/tests/files/qupath05.geojson', 3],
      ['large_image/test/test_files/sample.geojson', null],
    ] as const) {
      const text = await readFile(realFile(`interchange/${file}`), 'utf8')
      const total = (JSON.parse(text) as { features: unknown[] }).features.length
      if (count !== null) expect(total).toBe(count)
      const root = await withImage(text)
      expect(await detectFormat(root, areas())).toBe('geojson')
      const one = await parseGeoJson(root, areas(['cell']))
      const outside = lines(one).filter((line) => line.endsWith('it lies outside the image: left out'))
      // The slides are not here: what is read of them lies outside of the picture that stands in.
      expect(one.images[0]!.objects.length + outside.length).toBe(total)
      const several = await parseGeoJson(root, areas())
      const said = lines(several).filter((line) => /it has no class|it lies outside the image: left out$/.test(line))
      expect(several.images[0]!.objects).toEqual([])
      expect(said.length + (several.images[0]!.regions ?? []).length).toBe(total)
    }
  })
})
