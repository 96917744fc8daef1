import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { shapesToLabelMap, type AreaShape } from '../../../src/shared/masks/draw-shape.ts'
import type { MaskShape, Shape } from '../../../src/shared/records/shape.ts'
import type { ParsedDataset, ParsedImage } from '../../../src/main/interchange/dataset.ts'
import { byPlace } from '../../../src/main/interchange/label-set.ts'
import { writeMasks } from '../../../src/main/interchange/masks-out.ts'
import { parseMasks } from '../../../src/main/interchange/masks.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { type ContextChanges, contextOf, type Rows, savePicture, savePng } from './context.ts'
import { makeAnnotation, makeClass, makeImage } from './records.ts'

type Kind = Parameters<typeof savePng>[2]

/** A folder of one image a mask, and what is read of it. */
async function parsed(masks: readonly Rows[], kind: Kind, changes: ContextChanges = {}): Promise<ParsedDataset> {
  const root = temporaryFolder()
  for (const [i, rows] of masks.entries()) {
    await savePicture(path.join(root, `images/${i}.png`), rows[0]!.length, rows.length, i)
    await savePng(path.join(root, `masks/${i}.png`), rows, kind)
  }
  return parseMasks(root, contextOf(changes))
}

/** Class places by pixel, rows below each other. */
function drawn(image: ParsedImage, classes: readonly string[]): number[][] {
  const { width, height } = image.size!
  const shapes = image.objects.map(({ shape }) => shape as AreaShape)
  const map = [
    ...shapesToLabelMap(
      shapes,
      { x: 0, y: 0, width, height },
      image.objects.map(({ className }) => classes.indexOf(className) + 1),
    ),
  ]
  return Array.from({ length: height }, (_, y) => map.slice(y * width, (y + 1) * width))
}

const names = (image: ParsedImage | undefined): string[] => image!.objects.map(({ className }) => className)

/** Two blobs of many pixels, so that they are no specks. */
const blobs = (a: number, b: number, background = 0): number[][] =>
  Array.from({ length: 8 }, (_, y) => Array.from({ length: 10 }, (_, x) => (y < 4 && x < 4 ? a : y > 4 && x > 5 ? b : background)))

describe('masks told apart', () => {
  it('one value: each connected area an object of the first class, whatever the value', async () => {
    for (const value of [1, 255]) {
      const dataset = await parsed([blobs(value, value)], 8, { classes: ['nucleus', 'other'] })
      expect(names(dataset.images[0])).toEqual(['nucleus', 'nucleus'])
      expect(drawn(dataset.images[0]!, ['nucleus'])).toEqual(blobs(1, 1))
      expect(dataset.notes).toEqual([`Masks of one value, ${value}: each connected area is one nucleus.`])
    }
  })

  it('values up to the number of classes are their places; 255 beside them is nobody’s, and counted', async () => {
    const rows = blobs(2, 1)
    rows[7]![0] = 255
    const dataset = await parsed([rows], 8, { classes: ['a', 'b', 'c'] })
    expect(names(dataset.images[0]).sort()).toEqual(['a', 'b'])
    expect(dataset.notes).toEqual(['Masks whose values are classes: 1 = a, 2 = b; 255 belongs to none. Each connected area is one object.'])
    expect(dataset.problems).toEqual([
      { file: path.join('masks', '0.png'), what: '1.25 % of its pixels (255) belong to no class: background' },
    ])
  })

  it('one number an object: 16 bits, and 8 where there are more numbers than classes', async () => {
    for (const kind of [8, 16] as const) {
      const dataset = await parsed([blobs(1, 2), blobs(3, 2)], kind, { classes: ['nucleus'] })
      expect(dataset.notes).toEqual(['Masks with one number an object: each is one nucleus.'])
      expect(dataset.images.map(({ objects }) => objects.length)).toEqual([2, 2])
    }
    const touching = [Array.from({ length: 20 }, (_, x) => (x < 10 ? 5 : 9))]
    const one = await parsed([touching], 16)
    expect(one.images[0]!.objects.map(({ shape }) => (shape as MaskShape).width)).toEqual([10, 10])
  })

  it('grey levels, as many as classes: in ascending order', async () => {
    const dataset = await parsed([blobs(128, 255), blobs(255, 128)], 8, { classes: ['cytoplasm', 'nucleus'] })
    expect(dataset.notes).toEqual(['Masks with grey levels: 128 = cytoplasm, 255 = nucleus. Each connected area is one object.'])
    expect(drawn(dataset.images[0]!, ['cytoplasm', 'nucleus'])).toEqual(blobs(1, 2))
  })

  it('grey levels with soft edges go to the nearer one', async () => {
    const soft = Array.from({ length: 30 }, () =>
      Array.from({ length: 60 }, (_, x) => (x < 28 ? 0 : x < 32 ? [50, 110, 160, 220][x - 28]! : 255)),
    )
    const noisy = soft.map((row, y) => row.map((value, x) => Math.min(255, Math.max(0, value + (((x * 7 + y * 13) % 9) - 4)))))
    const dataset = await parsed([noisy], 8, { classes: ['cell'] })
    expect(drawn(dataset.images[0]!, ['cell'])).toEqual(soft.map((row) => row.map((_, x) => (x < 30 ? 0 : 1))))
    expect(dataset.notes!.join()).toMatch(/255 = cell.*Soft edges \(6\.67 % of the pixels\)/)
  })

  it('a single colour is the first class; several must be those of classes', async () => {
    const red = await parsed([blobs(0xff0000, 0xff0000)], 'colour', { classes: ['glomerulus'] })
    expect(red.notes).toEqual(['Masks coded by colour: #ff0000 = glomerulus, background #000000. Each connected area is one object.'])
    expect(names(red.images[0])).toEqual(['glomerulus', 'glomerulus'])
    // Classes of the tests have the colour #123456.
    const own = await parsed([blobs(0x123456, 0x123456, 0xffffff)], 'colour', { classes: ['a'] })
    expect(drawn(own.images[0]!, ['a'])).toEqual(blobs(1, 1))
    await expect(parsed([blobs(0xff0000, 0x0000ff)], 'colour', { classes: ['a', 'b'] })).rejects.toMatchObject({
      code: 'mask-kind-unclear',
      message: 'The masks hold 2 colours that no class has: #000000, #ff0000, #0000ff.',
    })
  })

  it('colours and values as the person says; an empty name is background, a new name a new class', async () => {
    const request = {
      colors: [
        { value: '#FF0000', name: 'TUMOUR' },
        { value: '0000ff', name: 'stroma' },
        { value: '00ff00', name: '' },
      ],
    }
    const rows = blobs(0xff0000, 0x0000ff)
    rows[0]![9] = 0x00ff00
    const dataset = await parsed([rows], 'colour', { classes: ['tumour'], request })
    expect(dataset.classNames).toEqual(['tumour', 'stroma'])
    expect(drawn(dataset.images[0]!, dataset.classNames as string[])).toEqual(blobs(1, 2))
    const levels = await parsed([blobs(10, 20)], 8, { request: { colors: [{ value: '20', name: 'x' }] } })
    expect(names(levels.images[0])).toEqual(['x'])
    expect(levels.problems[0]!.what).toBe('20.00 % of its pixels (10) belong to no class: background')
    await expect(
      parsed([rows], 'colour', {
        request: {
          colors: [
            { value: '1', name: 'a' },
            { value: 'ff0000', name: 'b' },
          ],
        },
      }),
    ).rejects.toThrow('side by side')
  })

  it('the kind that the person names wins', async () => {
    const index = await parsed([blobs(1, 3)], 8, { request: { maskKind: 'index' } })
    expect(index.classNames).toEqual(['cell', 'class 3'])
    const instances = await parsed([blobs(1, 1)], 8, { request: { maskKind: 'instances' } })
    expect(instances.images[0]!.objects).toHaveLength(1)
    const labelmaps = await parsed([blobs(1, 1)], 8, { request: { format: 'labelmaps' } })
    expect(labelmaps.images[0]!.objects).toHaveLength(1)
  })

  it('levels that cannot be told from anything are not guessed at', async () => {
    await expect(parsed([blobs(128, 255)], 8, { classes: ['nucleus'] })).rejects.toMatchObject({
      code: 'mask-kind-unclear',
      message: 'The masks hold 2 grey levels for 1 classes: 128, 255.',
    })
  })
})

describe('images with masks', () => {
  it('an empty mask says that there is nothing; images without one come unlabelled; splits come from folders', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['train/images/a', 'val/images/b', 'val/images/c'].entries())
      await savePicture(path.join(root, `${name}.png`), 10, 8, i)
    await savePng(path.join(root, 'train/masks/a.png'), blobs(1, 0))
    await savePng(path.join(root, 'val/masks/b.png'), blobs(0, 0))
    const { images, problems } = await parseMasks(root, contextOf())
    expect(images.map(({ split, labelled, objects }) => [split, labelled, objects.length])).toEqual([
      ['train', true, 1],
      ['val', true, 0],
      ['val', false, 0],
    ])
    expect(problems).toEqual([])
  })

  it('masks of another size and broken ones are told, their images taken unlabelled', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['a', 'b', 'c'].entries()) await savePicture(path.join(root, `images/${name}.png`), 10, 8, i)
    await savePng(path.join(root, 'masks/a.png'), blobs(1, 1))
    await savePng(path.join(root, 'masks/b.png'), [[0, 1]])
    writeFileSync(path.join(root, 'masks/c.png'), 'no picture')
    const { images, problems } = await parseMasks(root, contextOf())
    expect(images.map(({ labelled, objects }) => [labelled, objects.length])).toEqual([
      [true, 2],
      [false, 0],
      [false, 0],
    ])
    expect(problems).toEqual([
      { file: path.join('masks', 'c.png'), what: 'c.png is not an image that can be read: left out' },
      { file: path.join('masks', 'b.png'), what: 'has 2 x 1 pixels, its image 10 x 8: left out' },
    ])
  })

  it('an image with an empty mask and one that cannot be read stays unlabelled', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['one', 'two'].entries()) {
      await savePicture(path.join(root, `${name}/images/${name}.png`), 10, 8, i)
      await savePng(path.join(root, `${name}/masks/a.png`), blobs(i, i))
    }
    writeFileSync(path.join(root, 'one/masks/b.png'), 'no picture')
    const { images, problems } = await parseMasks(root, contextOf())
    expect(images.map(({ labelled, objects }) => [labelled, objects.length])).toEqual([
      [false, 0],
      [true, 2],
    ])
    expect(problems.map(({ what }) => what)).toEqual([
      'b.png is not an image that can be read: left out',
      'none of its objects was taken, so the image stays unlabelled',
    ])
  })

  it('a folder of masks for each object of an image', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'one/images/one.png'), 10, 8)
    await savePng(path.join(root, 'one/masks/x.png'), blobs(255, 0))
    await savePng(path.join(root, 'one/masks/y.png'), blobs(0, 255))
    const { images, notes } = await parseMasks(root, contextOf())
    expect(images[0]!.objects).toHaveLength(2)
    expect(notes).toEqual(['Masks of one value, 255: each connected area is one cell. Images have a mask for each object.'])
  })

  it('a folder without a pair is told', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 4, 4)
    await expect(parseMasks(root, contextOf())).rejects.toMatchObject({ code: 'no-masks' })
  })
})

describe('masks written and read', () => {
  const classes = ['a', 'b', 'c']
  const records = classes.map((name, i) => makeClass(name, i))

  it.each([
    ['classes', 'png'],
    ['classes', 'tiff'],
    ['instances', 'png'],
    ['instances', 'tiff'],
  ] as const)('%s as %s: the same pixels', async (values, format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 0, 1, 2, 3), { minLength: 60, maxLength: 60 }), async (pixels) => {
        const root = temporaryFolder()
        const rows = Array.from({ length: 6 }, (_, y) => pixels.slice(y * 10, (y + 1) * 10))
        await savePicture(path.join(root, 'images/one.png'), 10, 6)
        await savePng(path.join(root, 'masks/one.png'), rows)
        const read = await parseMasks(root, contextOf({ classes, request: { maskKind: 'index' } }))
        const image = makeImage('one.png', 10, 6)
        const objects = read.images[0]!.objects.map(({ className, shape }) =>
          makeAnnotation(image, records[classes.indexOf(className)]!, shape),
        )
        objects.sort(byPlace)
        const set = { images: [image], classes: records, objectsOf: () => objects }
        const target = path.join(root, 'out')
        await writeMasks(target, set, { values, format, pictures })
        const file = path.join(target, `one.${format === 'png' ? 'png' : 'tif'}`)
        const wanted = values === 'classes' ? pixels : numbered(objects)
        const raw = await sharp(file)
          .raw({ depth: values === 'classes' ? 'uchar' : 'ushort' })
          .toColourspace(values === 'classes' ? 'b-w' : 'grey16')
          .toBuffer()
        const back = values === 'classes' ? [...raw] : [...new Uint16Array(Uint8Array.from(raw).buffer)]
        expect(back).toEqual(wanted)
      }),
      { numRuns: 8 },
    )
  })

  const numbered = (objects: readonly { shape: Shape }[]): number[] => [
    ...shapesToLabelMap(
      objects.map(({ shape }) => shape as AreaShape),
      { x: 0, y: 0, width: 10, height: 6 },
    ),
  ]

  it('says what values mean and what it could not hold, and leaves nothing half written', async () => {
    const folder = temporaryFolder()
    const images = [makeImage('a.png', 8, 8), makeImage('A.jpg', 8, 8)]
    const objects = [
      makeAnnotation(images[0]!, records[1]!, { type: 'box', x: 1, y: 1, width: 3, height: 2 }),
      makeAnnotation(images[0]!, records[1]!, { type: 'point', x: 1, y: 1 }),
    ]
    const set = { images, classes: records, objectsOf: (image: { id: string }) => objects.filter(({ imageId }) => imageId === image.id) }
    const written = await writeMasks(path.join(folder, 'out'), set, { values: 'classes', format: 'png', pictures })
    expect(written.notes).toEqual([
      'Values: 0 = background, 1 = a, 2 = b, 3 = c.',
      'Masks hold areas only: 1 point, line, ruler or label of a whole image left out.',
      '1 image got another name, since names must differ and be plain.',
    ])
    expect(existsSync(path.join(folder, 'out/A_2.png'))).toBe(true)
    const broken = {
      ...set,
      objectsOf: () => {
        throw new Error('gone')
      },
    }
    await expect(writeMasks(path.join(folder, 'half'), broken, { values: 'classes', format: 'png', pictures })).rejects.toThrow('gone')
    expect(existsSync(path.join(folder, 'half'))).toBe(false)
  })
})

const DATA = path.resolve('../shared/data')
describe.skipIf(!existsSync(DATA))(existsSync(DATA) ? 'real masks' : 'real masks: skipped: no ../shared/data', () => {
  it.each([
    ['glomeruli', ['glomerulus'], 21],
    ['wbc', ['cytoplasm', 'nucleus'], 547],
    ['dsb2018', ['nucleus'], 5585],
  ] as const)(
    '%s comes without a problem',
    async (folder, classes, objects) => {
      const { images, problems } = await parseMasks(path.join(DATA, folder), contextOf({ classes }))
      expect(problems).toEqual([])
      expect(images.every(({ labelled }) => labelled)).toBe(true)
      expect(images.reduce((sum, image) => sum + image.objects.length, 0)).toBe(objects)
    },
    300_000,
  )
})
