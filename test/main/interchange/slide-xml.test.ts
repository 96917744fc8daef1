import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { maskArea } from '../../../src/shared/masks/bit-mask.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { parseAperio } from '../../../src/main/interchange/aperio-in.ts'
import { writeAperio } from '../../../src/main/interchange/aperio-out.ts'
import { parseAsap, writeAsap } from '../../../src/main/interchange/asap.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation } from './records.ts'
import { boxes, CLASSES, IMAGE, largestError, lines, masks, outlines, points, rulers, severalRings, uprightEllipses } from './round-trip.ts'
import { hasSharedData, realFile } from './shared-data.ts'

const areaOf = (shape: Shape): number => maskArea(bitMaskOfShape(shape as AreaShape))
const noted = (i: number) => ({ note: i === 1 ? 'seen "twice" & <thrice>' : '' })

async function withImage(xml: string): Promise<string> {
  const root = temporaryFolder()
  await savePicture(path.join(root, 'a.png'), 40, 30)
  put(root, { 'a.xml': xml })
  return root
}

describe('ASAP', () => {
  const there = { out: 'asap', in: 'asap', target: 'a.xml', task: 'segmentation', changes: noted } as const

  it('boxes, outlines and points come back within 0.0001 pixels with their notes, masks with their pixels', async () => {
    expect(await largestError({ ...there, shapes: [boxes, outlines, points] })).toBeLessThan(1e-4)
    expect(await largestError({ ...there, shapes: [severalRings, masks] })).toBe(0)
  })

  it('takes every type, corners in their order, groups with colours, and tells the rest', async () => {
    const one = (type: string, corners: readonly (readonly [number, number])[], group = 'cell', name = 'Annotation 0'): string =>
      `<Annotation Name="${name}" Type="${type}" PartOfGroup="${group}" Color="#F4FA58"><Coordinates>${corners
        .map(([x, y], i) => `<Coordinate Order="${i}" X="${x}" Y="${y}" />`)
        .reverse()
        .join('')}</Coordinates></Annotation>`
    const root = await withImage(
      `<?xml version="1.0"?><ASAP_Annotations><Annotations>${[
        one(
          'Spline',
          [
            [1, 1],
            [9, 1],
            [9, 9],
          ],
          'cell',
          'odd one',
        ),
        one('Rectangle', [
          [2, 2],
          [6, 2],
          [6, 8],
          [2, 8],
        ]),
        one('Dot', [[3, 4]], 'other'),
        one(
          'PointSet',
          [
            [5, 5],
            [6, 6],
          ],
          'new',
        ),
        one('Measurement', [
          [1, 1],
          [2, 2],
        ]),
        one('Polygon', [
          [1, 1],
          [2, 2],
        ]),
        one(
          'Polygon',
          [
            [1, 1],
            [5, 1],
            [5, 5],
          ],
          'None',
        ),
      ].join(
        '',
      )}</Annotations><AnnotationGroups><Group Name="new" PartOfGroup="None" Color="#64FE2E"><Attributes /></Group></AnnotationGroups></ASAP_Annotations>`,
    )
    expect(await detectFormat(root, areas())).toBe('asap')
    const found = await parseAsap(root, areas())
    expect(found.images[0]!.objects).toEqual([
      { className: 'cell', shape: { type: 'polygon', rings: [[1, 1, 9, 1, 9, 9]] }, note: 'odd one', crowd: false, difficult: false },
      { className: 'cell', shape: box(2, 2, 4, 6), crowd: false, difficult: false },
      { className: 'other', shape: { type: 'point', x: 3, y: 4 }, crowd: false, difficult: false },
      { className: 'new', shape: { type: 'point', x: 5, y: 5 }, crowd: false, difficult: false },
      { className: 'new', shape: { type: 'point', x: 6, y: 6 }, crowd: false, difficult: false },
    ])
    expect(found.foundClasses).toEqual([{ name: 'new', color: '#64fe2e' }])
    expect(lines(found)).toEqual([
      'a.xml: annotation 5: a Measurement is neither an area nor a point: left out',
      'a.xml: annotation 6: it has fewer than three corners: left out',
      'a.xml: annotation 7: it has no class: left out',
    ])
    const detection = await parseAsap(root, contextOf({ task: 'detection', classes: ['cell'] }))
    expect(detection.images[0]!.objects[0]!.shape).toEqual(box(1, 1, 8, 8))
  })

  it('a broken file among sound ones is told, and nothing of it is taken', async () => {
    const root = await withImage('<ASAP_Annotations><Annotations>')
    await expect(parseAsap(root, areas())).rejects.toMatchObject({ code: 'broken-xml' })
    await savePicture(path.join(root, 'b.png'), 40, 30, 9)
    put(root, { 'b.xml': '<ASAP_Annotations><Annotations></Annotations></ASAP_Annotations>' })
    const found = await parseAsap(root, areas())
    expect(found.images.map(({ path: image, labelled }) => [path.basename(image), labelled])).toEqual([
      ['b.png', true],
      ['a.png', false],
    ])
    expect(lines(found)).toEqual([expect.stringMatching(/^a\.xml: The XML is broken: line 1.*: left out$/)])
  })
})

describe('Aperio ImageScope', () => {
  const there = { out: 'aperio', in: 'aperio', target: 'a.xml', task: 'segmentation', byClass: true, changes: noted } as const

  it('boxes, outlines and points come back within 0.0001 pixels, holes and masks with their pixels', async () => {
    expect(await largestError({ ...there, shapes: [boxes, outlines, points] })).toBeLessThan(1e-4)
    expect(await largestError({ ...there, shapes: [severalRings, masks] })).toBe(0)
  })

  const region = (id: number, corners: string, more = ''): string =>
    `<Region Id="${id}" ${more}><Vertices>${corners
      .split(' ')
      .map((pair) => `<Vertex X="${pair.split(',')[0]!}" Y="${pair.split(',')[1]!}" Z="0"/>`)
      .join('')}</Vertices></Region>`

  it('upright ellipses and rulers come back as such within 0.0001 pixels', async () => {
    expect(await largestError({ ...there, shapes: [uprightEllipses, rulers] })).toBeLessThan(1e-4)
  })

  it('layers are classes with their colour, negative regions holes of the smallest region round them', async () => {
    const root = await withImage(
      `<Annotations MicronsPerPixel="0.499"><Annotation Id="1" Name="cell" LineColor="255"><Regions>${[
        region(1, '0,0 30,0 30,28 0,28', 'Type="0" NegativeROA="0"'),
        region(2, '2,2 12,2 12,12 2,12', 'Type="1" Text="note"'),
        region(3, '4,4 8,4 8,8 4,8', 'Type="0" NegativeROA="1" InputRegionId="0"'),
        region(4, '35,1 36,1 36,2', 'Type="0" NegativeROA="1"'),
        region(5, '1,1 2,2', 'Type="3"'),
        region(6, '10,14 20,20', 'Type="2"'),
        region(7, 'x,1 2,2 3,9', 'Type="0"'),
      ].join(
        '',
      )}</Regions></Annotation><Annotation Id="2" Name="" LineColor="65280"><Regions>${region(1, '3,4', 'Type="5"')}</Regions></Annotation></Annotations>`,
    )
    expect(await detectFormat(root, areas())).toBe('aperio')
    const found = await parseAperio(root, areas())
    expect(found.foundClasses).toEqual([
      { name: 'cell', color: '#ff0000' },
      { name: 'Layer 2', color: '#00ff00' },
    ])
    const [outer, holed, ellipse, point] = found.images[0]!.objects
    expect([areaOf(outer!.shape), areaOf(holed!.shape), holed!.note]).toEqual([840, 84, 'note'])
    expect(ellipse!.shape).toEqual({ type: 'ellipse', cx: 15, cy: 17, width: 10, height: 6, angle: 0 })
    expect(areaOf(ellipse!.shape) / (Math.PI * 15)).toBeCloseTo(1, 1)
    expect(point).toMatchObject({ className: 'Layer 2', shape: { type: 'point', x: 3, y: 4 } })
    expect(lines(found)).toEqual([
      'a.xml: cell, region 5: arrow is neither an area nor a point: left out',
      'a.xml: cell, region 7: its coordinates are no numbers: left out',
      'a.xml: cell, region 4: it is a hole, but lies in no region: left out',
    ])
  })

  it('writes blue-green-red colours and holes as negative regions; both formats say what they cannot hold', async () => {
    const target = path.join(temporaryFolder(), 'a.xml')
    const polygon = {
      type: 'polygon' as const,
      rings: [
        [0, 0, 9, 0, 9, 9, 0, 9],
        [2, 2, 2, 4, 4, 4],
      ],
    }
    const objects = [
      makeAnnotation(IMAGE, CLASSES[0]!, polygon),
      makeAnnotation(IMAGE, CLASSES[0]!, { type: 'image' }, { difficult: true }),
    ]
    const set = { images: [IMAGE], classes: CLASSES, objects }
    expect(await writeAperio(target, set)).toEqual({ rows: 1, notes: ['1 label of a whole image is left out.'] })
    const text = await readFile(target, 'utf8')
    expect(text).toContain(`LineColor="${0x563412}"`)
    expect(text.match(/NegativeROA="1" InputRegionId="1"/g)).toHaveLength(1)
    expect((await writeAsap(target, set)).notes).toEqual([
      '1 label of a whole image is left out.',
      '1 area with holes or of several pieces becomes one line, joined by passages of no width.',
    ])
  })
})

describe.runIf(hasSharedData)('ASAP as it was written', () => {
  it.each([
    ['classification', 'Spline'],
    ['detection', 'Rectangle'],
    ['segmentation', 'Spline'],
  ])('wsiprocess, %s', async (name, type) => {
    const text = await readFile(realFile(`interchange/wsiprocess/examples/CMU-1_${name}.xml`), 'utf8')
    const root = await withImage(text)
    const [{ objects }, said] = [(await parseAsap(root, areas())).images[0]!, lines(await parseAsap(root, areas()))]
    // The slide is far larger than the picture that stands in for it: places are checked by what is told.
    const count = text.match(/<Annotation Name/g)!.length
    expect(text).toContain(`Type="${type}"`)
    expect(objects.length + said.filter((line) => line.endsWith('it lies outside the image: left out')).length).toBe(count)
  })
})
