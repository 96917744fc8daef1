import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { maskArea } from '../../../src/shared/masks/bit-mask.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { parseCvat } from '../../../src/main/interchange/cvat-in.ts'
import { writeCvat } from '../../../src/main/interchange/cvat-out.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, contextOf, put, savePicture } from './context.ts'
import type { AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { box, makeAnnotation, makeClass, makeImage, makePrediction } from './records.ts'
import {
  boxes,
  CLASSES,
  ellipses,
  IMAGE,
  largestError,
  lines,
  masks,
  outlines,
  points,
  polylines,
  rotatedBoxes,
  severalRings,
} from './round-trip.ts'
import { hasSharedData, realFile } from './shared-data.ts'

const there = { out: 'cvat', in: 'cvat', target: 'annotations.xml' } as const

async function withImage(xml: string): Promise<string> {
  const root = temporaryFolder()
  await savePicture(path.join(root, 'images/a.png'), 40, 30)
  put(root, { 'annotations.xml': xml })
  return root
}
const file = (content: string, meta = ''): string =>
  `<?xml version="1.0"?><annotations><version>1.1</version>${meta}<image id="0" name="a.png" width="40" height="30">${content}</image></annotations>`

describe('CVAT for images', () => {
  it('boxes, outlines and points come back within 0.0001 pixels, masks and polygons of several rings with their pixels', async () => {
    const error = await largestError({ ...there, task: 'segmentation', shapes: [boxes, outlines, points] })
    expect(error).toBeLessThan(1e-4)
    expect(await largestError({ ...there, task: 'segmentation', shapes: [masks, severalRings] })).toBe(0)
  })

  it('ellipses, rotated boxes and lines come back as such within 0.0002 pixels, in a detection too', async () => {
    expect(await largestError({ ...there, task: 'segmentation', shapes: [ellipses, rotatedBoxes, polylines] })).toBeLessThan(2e-4)
    expect(await largestError({ ...there, task: 'detection', shapes: [ellipses, rotatedBoxes, polylines] })).toBeLessThan(2e-4)
  })

  it('takes every kind of shape, turns what is turned, and tells what it changes or leaves out', async () => {
    const root = await withImage(
      file(
        `<ellipse label="cell" cx="20" cy="15" rx="8" ry="4" rotation="90" z_order="3"/>
         <mask label="other" rle="1, 2, 2, 3" left="4" top="5" width="4" height="2" z_order="1"/>
         <box label="cell" xtl="10" ytl="10" xbr="20" ybr="14" rotation="90" z_order="2"><attribute name="a">1</attribute></box>
         <box label="cell" xtl="1" ytl="2" xbr="3" ybr="2"/><box label="cell" xtl="x" ytl="2" xbr="3" ybr="9"/>
         <polygon label="" points="1,1;5,1;5,5"/><polygon label="cell" points="1,1;5"/><polygon label="cell" points="1,1;5,5"/>
         <polyline label="cell" points="1,1;2,2"/><tag label="cell"/><mask label="cell" rle="1, 2" left="0" top="0" width="2" height="2"/>`,
        '<meta><task><labels><label><name>cell</name><color>#FF0000</color></label></labels></task></meta>',
      ),
    )
    expect(await detectFormat(root, areas())).toBe('cvat')
    const found = await parseCvat(root, areas())
    expect(found.foundClasses).toEqual([{ name: 'cell', color: '#ff0000' }])
    expect(lines(found).map((line) => line.replace('annotations.xml: a.png: ', ''))).toEqual([
      'box 3: its coordinates are no numbers: left out',
      'polygon 2: its coordinates are no numbers: left out',
      'polygon 3: it has fewer than three corners: left out',
      'mask 2: its run lengths fill 3 of 4 pixels: left out',
      '1 attribute of its objects is left out',
      'box 2: it has no size: left out',
      'polygon 1: it has no class: left out',
      'tag 1: it is a label of the whole image, where objects are labelled: left out',
    ])
    const [line, mask, turned, ellipse] = found.images[0]!.objects
    expect(line).toMatchObject({ className: 'cell', shape: { type: 'polyline', points: [1, 1, 2, 2] } })
    expect(mask).toMatchObject({ className: 'other', shape: { type: 'mask', x: 5, y: 5, width: 3, height: 2 } })
    expect(maskArea(bitMaskOfShape(mask!.shape as AreaShape))).toBe(5)
    expect(turned!.shape).toEqual({ type: 'rotated-box', cx: 15, cy: 12, width: 10, height: 4, angle: 90 })
    expect(ellipse!.shape).toEqual({ type: 'ellipse', cx: 20, cy: 15, width: 16, height: 8, angle: 90 })
    expect(maskArea(bitMaskOfShape(ellipse!.shape as AreaShape)) / (Math.PI * 32)).toBeCloseTo(1, 1)
  })

  it('an image with nothing but what cannot be taken is not one without objects', async () => {
    const found = await parseCvat(await withImage(file('<cuboid label="cell" xtl1="1"/>')), areas())
    expect(found.images[0]).toMatchObject({ labelled: false, objects: [] })
    expect((await parseCvat(await withImage(file('')), areas())).images[0]!.labelled).toBe(true)
  })

  it('in a classification tags are the labels; lines of XML that are no XML, entities and videos end the import', async () => {
    const root = await withImage(file('<tag label="cell"/><box label="cell" xtl="1" ytl="2" xbr="3" ybr="5"/>'))
    const { images, problems } = await parseCvat(root, contextOf({ task: 'classification', classes: ['cell', 'other'] }))
    expect(images[0]!.objects).toEqual([{ className: 'cell', shape: { type: 'image' }, crowd: false, difficult: false }])
    expect(problems.map(({ what }) => what)).toEqual(['1 object within it is no class of images: left out'])
    for (const [xml, code] of [
      ['<annotations><image', 'broken-xml'],
      [`<!DOCTYPE a [<!ENTITY x "y">]>${file('')}`, 'broken-xml'],
      ['<annotations><track id="0"/></annotations>', 'not-cvat'],
    ] as const) {
      put(root, { 'annotations.xml': xml })
      await expect(parseCvat(root, areas())).rejects.toMatchObject({ code })
    }
  })

  it('writes labels with colours, splits as subsets, tags, and says what it cannot hold', async () => {
    const target = path.join(temporaryFolder(), 'out.xml')
    const image = makeImage('a"b.png', 10, 10, 'val')
    const objects = [
      makeAnnotation(image, CLASSES[1]!, { type: 'image' }, { note: 'x', crowd: true }),
      makeAnnotation(image, CLASSES[0]!, box(1, 2, 3, 4)),
    ]
    const { rows, notes } = await writeCvat(target, { images: [image], classes: CLASSES, objects })
    expect([rows, notes]).toEqual([2, ['1 mark of a crowd is left out.', '1 note is left out.']])
    const text = await readFile(target, 'utf8')
    expect(text).toContain('<image id="0" name="a&quot;b.png" subset="Validation" width="10" height="10">')
    expect(text).toContain('<name>white &lt;cell&gt; &amp; &quot;more&quot;</name>\n          <color>#123456</color>')
    expect(text).toContain('<tag label="white &lt;cell&gt; &amp; &quot;more&quot;" source="manual">')
    expect(IMAGE.name).toBe('a.png')
    expect(makeClass('x').color).toBe('#123456')
  })

  it('says who made an object: a person, a model, or a person who went by a model', async () => {
    const out = path.join(temporaryFolder(), 'out.xml')
    const [image, cell] = [makeImage('a.png', 40, 30), makeClass('cell')]
    const label = (origin: AnnotationRecord['origin']) => makeAnnotation(image, cell, box(1, 1, 5, 5), { origin })
    const objects = [
      label('drawn'),
      label('imported'),
      label('accepted'),
      label('corrected'),
      makePrediction(image, cell, 0.7, { type: 'image' }),
    ]
    await writeCvat(out, { images: [image], classes: [cell], objects })
    const sources = [...(await readFile(out, 'utf8')).matchAll(/<(box|tag)[^>]* source="([^"]*)"/g)].map(
      ([, tag, source]) => `${tag} ${source}`,
    )
    expect(sources).toEqual(['box manual', 'box manual', 'box semi-auto', 'box semi-auto', 'tag auto'])
  })
})

describe.runIf(hasSharedData)('CVAT as it was written', () => {
  const root = realFile('interchange/datumaro/tests/assets/cvat_dataset')
  it('a task and a project with subsets', async () => {
    const task = path.join(root, 'for_images/export_task')
    expect(await detectFormat(task, areas())).toBe('cvat')
    const found = await parseCvat(task, areas())
    expect(found.images.map(({ objects }) => objects.map(({ className, shape }) => [className, shape.type]))).toEqual([
      [['label1', 'box']],
      [
        ['label2', 'point'],
        ['label2', 'point'],
        ['label2', 'point'],
      ],
    ])
    expect(found.images[0]!.objects[0]!.shape).toEqual(box(0, 2, 4, 2))
    const whole = await parseCvat(path.join(root, 'for_images/export_project'), areas())
    expect(whole.images.map(({ path: image, split, objects }) => [path.basename(path.dirname(image)), split, objects.length])).toEqual([
      ['Test', 'test', 2],
      ['Test', 'test', 4],
      ['Train', 'train', 2],
      ['Train', 'train', 4],
      ['Validation', 'val', 2],
      ['Validation', 'val', 4],
    ])
  })

  it('a video is refused with a sentence', async () => {
    await expect(parseCvat(path.join(root, 'for_video'), areas())).rejects.toMatchObject({
      code: 'not-cvat',
      message: expect.stringMatching(/^annotations\.xml: It holds \d+ tracks of a video and no images\.$/) as string,
    })
  })
})
