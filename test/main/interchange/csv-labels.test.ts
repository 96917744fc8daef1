import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeAnnotationsCsv } from '../../../src/main/interchange/csv.ts'
import { looksLikeLabelTable, parseCsvLabels } from '../../../src/main/interchange/csv-labels.ts'
import type { ParsedDataset } from '../../../src/main/interchange/dataset.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { type ContextChanges, contextOf, put, savePicture } from './context.ts'
import { box, makeAnnotation, makeClass, makeImage } from './records.ts'

const CELLS: ContextChanges = { task: 'classification', classes: ['Good', 'Bad'] }

function folder(table: string, ...images: string[]): string {
  const root = temporaryFolder()
  put(root, { 'labels.csv': table, ...Object.fromEntries(images.map((name) => [name, ''])) })
  return root
}

const shown = (root: string, { images }: ParsedDataset): string[] =>
  images.map(({ path: file, split, objects }) =>
    [
      path.relative(root, file).replaceAll('\\', '/'),
      split ?? '-',
      ...objects.map(({ className, shape }) => `${className}:${shape.type}`),
    ].join(' '),
  )

describe('tables of labels', () => {
  it('images by path, name, stem and number; classes whatever the case; splits', async () => {
    const root = folder(
      'Image ID,class label,split\na/1.png,good,train\nb.jpg,BAD,val\nc,new,test\n12,Good,\nghost,Good,\n,Good,\nb.jpg\n',
      'a/1.png',
      'x/b.jpg',
      'x/c.png',
      'y/012.bmp',
    )
    const dataset = await parseCsvLabels(root, contextOf(CELLS))
    expect(shown(root, dataset)).toEqual([
      'a/1.png train Good:image',
      'x/b.jpg val Bad:image',
      'x/c.png test new:image',
      'y/012.bmp - Good:image',
    ])
    expect(dataset.classNames).toEqual(['Good', 'Bad', 'new'])
    expect(dataset.problems.map(({ file, what }) => `${file} ${what}`)).toEqual([
      'labels.csv line 6: there is no image ghost: left out',
      'labels.csv line 7: it names no image',
      'labels.csv line 8: it has no label: left out',
    ])
  })

  it('semicolons, tabs, a byte order mark, quotes', async () => {
    for (const [d, name] of [
      [';', 'x;y.png'],
      ['\t', 'x\ty.png'],
    ] as const) {
      const root = folder(`\ufefffilename${d}label\r\n"${name}"${d}"a ""b"""\r\n`)
      put(root, { [name]: '' })
      expect(shown(root, await parseCsvLabels(path.join(root, 'labels.csv'), contextOf(CELLS)))).toEqual([`${name} - a "b":image`])
    }
  })

  it('numbers are the places of classes where there are as many', async () => {
    const places = async (classes: string[], labels: string[]): Promise<string[]> => {
      const root = folder(`image,label\n${labels.map((label, i) => `${i}.png,${label}`).join('\n')}\n`, ...labels.map((_, i) => `${i}.png`))
      const { images } = await parseCsvLabels(root, contextOf({ task: 'classification', classes }))
      return images.map(({ objects }) => objects[0]!.className)
    }
    expect(await places(['a', 'b', 'c'], ['1', '3', '1'])).toEqual(['a', 'c', 'a'])
    expect(await places(['a', 'b'], ['0', '1'])).toEqual(['a', 'b'])
    expect(await places(['a', 'b'], ['0', '5'])).toEqual(['0', '5'])
    expect(await places(['1', 'b', 'c'], ['1', '3'])).toEqual(['1', '3'])
  })

  it('a name that is several images, and two labels of one image, are told', async () => {
    const root = folder('image,label\nx,Good\nz.png,Good\nz.png,Bad\n', 'a/x.png', 'b/x.png', 'z.png', 'masks/z.png')
    const { images, problems } = await parseCsvLabels(root, contextOf(CELLS))
    expect(images.map(({ objects }) => objects.map(({ className }) => className))).toEqual([['Good']])
    expect(problems.map(({ what }) => what)).toEqual([
      'line 2: x could be 2 images: left out',
      'line 4: z.png has several labels: the first is taken',
    ])
  })

  it('boxes by size or edges: clipped, outside and empty ones are told', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 20, 10)
    const rows = ['1,2,3,4', '18,8,5,5', '50,50,2,2', '3,3,0,2', 'x,1,1,1', '4,5,,', ',,,']
    put(root, { 'labels.csv': `image,class,x,y,width,height\n${rows.map((row) => `a.png,c,${row}`).join('\n')}\n` })
    const { images, problems } = await parseCsvLabels(root, contextOf({ task: 'detection' }))
    expect(images[0]!.objects.map(({ shape }) => shape)).toEqual([
      box(1, 2, 3, 4),
      box(18, 8, 2, 2),
      { type: 'point', x: 4, y: 5 },
      { type: 'image' },
    ])
    expect(problems.map(({ what }) => what)).toEqual([
      'line 3: its box reaches over the edge of the image: clipped',
      'line 4: its box lies outside the image: left out',
      'line 5: its box has no size (3, 3, 0, 2): left out',
      'line 6: its box is no box (x, 1, 1, 1): left out',
    ])
    put(root, { 'labels.csv': 'image,class,xmin,ymin,xmax,ymax\na.png,c,1,2,4,6\n' })
    expect((await parseCsvLabels(root, contextOf({ task: 'detection' }))).images[0]!.objects[0]!.shape).toEqual(box(1, 2, 3, 4))
  })

  it('what the app wrote comes back the same, formula signs and flags too', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 100, 100)
    const image = makeImage('a.png', 100, 100)
    const coordinate = fc.integer({ min: 0, max: 40_000 }).map((n) => n / 1000)
    const size = fc.integer({ min: 1, max: 50_000 }).map((n) => n / 1000)
    const text = fc.constantFrom('plain', '=1+1', '-x', '@a', '+b', 'with, comma', 'with "quotes"', '')
    const objects = fc.array(
      fc.record({
        x: coordinate,
        y: coordinate,
        width: size,
        height: size,
        name: text.filter((t) => t !== ''),
        note: text,
        crowd: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(objects, async (list) => {
        const classes = [...new Set(list.map(({ name }) => name))].map((name, i) => makeClass(name, i))
        const given = list.map(({ x, y, width, height, name, note, crowd }) =>
          makeAnnotation(
            image,
            classes.find((one) => one.name === name)!,
            box(x, y, width, height),
            { note, crowd },
          ),
        )
        await writeAnnotationsCsv(path.join(root, 'labels.csv'), { images: [image], classes, objects: given })
        const { images, problems } = await parseCsvLabels(root, contextOf({ task: 'detection', classes: [] }))
        expect(problems).toEqual([])
        expect(images[0]!.objects).toEqual(
          list.map(({ x, y, width, height, name, note, crowd }) => ({
            className: name,
            shape: box(x, y, width, height),
            difficult: false,
            crowd,
            ...(note === '' ? {} : { note }),
          })),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('tables of something else are not taken for one', async () => {
    const root = folder('a,b\n1,2\n')
    expect(await looksLikeLabelTable(path.join(root, 'labels.csv'))).toBe(false)
    expect(await looksLikeLabelTable(path.join(root, 'none.csv'))).toBe(false)
    await expect(parseCsvLabels(root, contextOf(CELLS))).rejects.toMatchObject({
      code: 'no-labels',
      message: 'labels.csv has no columns for image and label: a, b.',
    })
    put(root, { 'labels.csv': 'image,label\n"open,x\n' })
    await expect(parseCsvLabels(root, contextOf(CELLS))).rejects.toMatchObject({ code: 'broken-csv' })
  })
})
