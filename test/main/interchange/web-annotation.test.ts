import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { parseWebAnnotations, writeWebAnnotations } from '../../../src/main/interchange/web-annotation.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation } from './records.ts'
import {
  boxes,
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

describe('W3C Web Annotation', () => {
  const there = { out: 'w3c', in: 'w3c', target: 'page.json', task: 'segmentation', changes: noted } as const

  it('gives shapes back as they were, with their notes: boxes, outlines, points, lines, holes, and masks pixel for pixel', async () => {
    expect(await largestError({ ...there, shapes: [boxes, outlines, points, polylines] })).toBe(0)
    expect(await largestError({ ...there, shapes: [masks, severalRings] })).toBe(0)
  })

  it('gives ellipses and rotated boxes back as such, their angle to a ten-thousandth of a degree', async () => {
    expect(await largestError({ ...there, shapes: [ellipses, rotatedBoxes] })).toBeLessThan(5e-5)
  })

  it('writes what the model says: a page of annotations with a tag, a source and a selector', async () => {
    const target = path.join(temporaryFolder(), 'page.json')
    const object = makeAnnotation(IMAGE, CLASSES[0]!, box(1, 2, 3.5, 4), { note: 'why' })
    expect((await writeWebAnnotations(target, { images: [IMAGE], classes: CLASSES, objects: [object] })).rows).toBe(1)
    const page = JSON.parse(await readFile(target, 'utf8')) as { type: string; items: Record<string, unknown>[] }
    expect(page.type).toBe('AnnotationPage')
    expect(page.items[0]).toMatchObject({
      type: 'Annotation',
      body: [
        { type: 'TextualBody', purpose: 'tagging', value: CLASSES[0]!.name },
        { type: 'TextualBody', purpose: 'commenting', value: 'why' },
      ],
      target: { source: IMAGE.name, selector: { type: 'FragmentSelector', value: 'xywh=pixel:1,2,3.5,4' } },
    })
  })

  const svg = (inner: string): object => ({ type: 'SvgSelector', value: `<svg>${inner}</svg>` })
  const of = (selector: object | undefined, source = 'https://host/iiif/a%20b.png?size=full'): object => ({
    ...{ '@context': 'http://www.w3.org/ns/anno.jsonld', type: 'Annotation', id: '#1' },
    body: [{ type: 'TextualBody', purpose: 'tagging', value: 'cell' }],
    target: { source, ...(selector ? { selector } : {}) },
  })

  it.each(['segmentation', 'detection'] as const)('keeps an upright polygon of four corners as what a %s learns from', async (task) => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 40, 30)
    put(root, { 'a.json': JSON.stringify([of(svg('<polygon points="1,1 11,1 11,9 1,9"/>'), 'a.png')]) })
    const { images } = await parseWebAnnotations(root, contextOf({ task }))
    expect(images[0]!.objects[0]!.shape.type).toBe(task === 'segmentation' ? 'polygon' : 'box')
  })

  it('takes what Annotorious writes, finds images by the last part of their address, and tells what it leaves out', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a b.png'), 40, 30)
    const list = [
      of({ type: 'FragmentSelector', value: 'xywh=percent:10,10,50,50' }),
      of(svg('<polygon points="1,1 11,1 6,9"></polygon>')),
      of(svg('<path d="M1 1 L11 1 L11 9 Z M3 3 L5 3 L5 5 z" />')),
      of(svg('<circle cx="10" cy="10" r="4" />')),
      { ...of(undefined, ''), target: 'a%20b.png#xywh=2,3,4,5' },
      of(svg('<path d="M1 1 C2 2 3 3 4 4 Z" />')),
      of(svg('<text>cell</text>')),
      of({ type: 'TextQuoteSelector', exact: 'cell' }),
      of(svg('<rect x="1" y="1" width="4" height="4" transform="scale(2)"/>')),
      of({ type: 'FragmentSelector', value: 'xywh=pixel:NaN' }),
      of(undefined),
      of(undefined, 'gone.png'),
    ]
    put(root, { 'annotations.json': JSON.stringify(list) })
    expect(await detectFormat(root, areas())).toBe('w3c')
    const found = await parseWebAnnotations(root, areas())
    expect(found.images[0]!.objects.map(({ shape }) => shape)).toEqual([
      box(4, 3, 20, 15),
      { type: 'polygon', rings: [[1, 1, 11, 1, 6, 9]] },
      {
        type: 'polygon',
        rings: [
          [1, 1, 11, 1, 11, 9],
          [3, 3, 5, 3, 5, 5],
        ],
      },
      { type: 'ellipse', cx: 10, cy: 10, width: 8, height: 8, angle: 0 },
      box(2, 3, 4, 5),
    ])
    expect(lines(found).map((line) => line.replace('annotations.json: ', ''))).toEqual([
      'gone.png: there is no image gone.png: its 1 object is left out',
      ...[
        '6: a path of curves is not read: left out',
        '7: its SVG holds no shape that is read: left out',
        '8: a TextQuoteSelector is not read: left out',
        '9: it is transformed by more than a rotation: left out',
        '10: its coordinates are no numbers: left out',
        '11: it is a label of the whole image, where objects are labelled: left out',
      ].map((line) => `a b.png: annotation ${line}`),
    ])
  })

  it('says what is none', async () => {
    const root = temporaryFolder()
    put(root, { 'x.json': '{"items": []}' })
    await expect(parseWebAnnotations(path.join(root, 'x.json'), areas())).rejects.toMatchObject({ code: 'not-web-annotation' })
  })
})
