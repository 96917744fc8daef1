import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseClassFolders } from '../../../src/main/interchange/class-folders.ts'
import type { ParsedDataset } from '../../../src/main/interchange/dataset.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { parseMasks } from '../../../src/main/interchange/masks.ts'
import { type ContextChanges, contextOf, put, savePicture, savePng } from './context.ts'

const CELLS: ContextChanges = { task: 'classification', classes: ['Uninfected', 'Parasitized'] }
const ANOMALY: ContextChanges = { task: 'anomaly', classes: ['fine'] }

function folder(...names: string[]): string {
  const root = temporaryFolder()
  put(root, Object.fromEntries(names.map((name) => [name, ''])))
  return root
}

const shown = (root: string, { images }: ParsedDataset): Record<string, string> =>
  Object.fromEntries(
    images.map(({ path: file, split, objects }) => [
      path.relative(root, file).replaceAll('\\', '/'),
      [objects[0]?.className ?? '-', split ?? '-', objects[0]?.shape.type ?? '-'].join(' '),
    ]),
  )

describe('class folders', () => {
  it('names are classes whatever the case, splits stand above or below, new names are new classes', async () => {
    const root = folder('train/uninfected/a.png', 'test/PARASITIZED/b.png', 'Other/val/c.png', 'simple.png', 'masks/a.png')
    const dataset = await parseClassFolders(root, contextOf(CELLS))
    expect(shown(root, dataset)).toEqual({
      'Other/val/c.png': 'Other val image',
      'simple.png': '- - -',
      'test/PARASITIZED/b.png': 'Parasitized test image',
      'train/uninfected/a.png': 'Uninfected train image',
    })
    expect(dataset.classNames).toEqual(['Other', 'Parasitized', 'Uninfected'])
    expect(dataset.problems).toEqual([{ file: 'simple.png', what: 'lies in no class folder: taken without a label' }])
    expect(dataset.notes).toEqual(['Class folders: Other, PARASITIZED = Parasitized, uninfected = Uninfected.'])
  })

  it('a class the project has wins over folders above it, else the outermost counts', async () => {
    const root = folder('patient 1/Parasitized/a.png', 'tumour/slide 3/b.png', 'images/stroma/c.png')
    expect(shown(root, await parseClassFolders(root, contextOf(CELLS)))).toEqual({
      'images/stroma/c.png': 'stroma - image',
      'patient 1/Parasitized/a.png': 'Parasitized - image',
      'tumour/slide 3/b.png': 'tumour - image',
    })
  })

  it('the folder itself may be the class', async () => {
    const root = path.join(folder('Uninfected/a.png'), 'Uninfected')
    expect(shown(root, await parseClassFolders(root, contextOf(CELLS)))).toEqual({ 'a.png': 'Uninfected - image' })
  })

  it('in an anomaly project good and normal are the first class, what is ill a class of its own', async () => {
    const root = folder('train/good/000.png', 'test/good/000.png', 'test/crack/000.png')
    expect(shown(root, await parseClassFolders(root, contextOf(ANOMALY)))).toEqual({
      'test/crack/000.png': 'crack test image',
      'test/good/000.png': 'fine test image',
      'train/good/000.png': 'fine train image',
    })
    const named = await parseClassFolders(root, contextOf({ task: 'anomaly', classes: ['fine', 'good'] }))
    expect(named.classNames).toEqual(['crack', 'good'])
    expect((await parseClassFolders(root, contextOf({ task: 'classification', classes: ['fine'] }))).classNames).toEqual(['crack', 'good'])
  })

  it('masks in an anomaly project are the areas that are not normal', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['train/good/0', 'test/good/0', 'test/crack/0', 'test/crack/1'].entries())
      await savePicture(path.join(root, `${name}.png`), 4, 3, i)
    await savePng(path.join(root, 'ground_truth/crack/0_mask.png'), [
      [255, 255, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 255],
    ])
    await savePng(path.join(root, 'ground_truth/crack/1_mask.png'), [[255, 0]])
    const { images, problems } = await parseClassFolders(root, contextOf(ANOMALY))
    const areas = images.map(({ path: file, objects }) => [
      path.relative(root, file).replaceAll('\\', '/'),
      ...objects.map(({ className, shape }) => `${className} ${shape.type}`),
    ])
    expect(areas).toEqual([
      ['test/crack/0.png', 'crack image', 'crack mask', 'crack mask'],
      ['test/crack/1.png', 'crack image'],
      ['test/good/0.png', 'fine image'],
      ['train/good/0.png', 'fine image'],
    ])
    expect(problems).toEqual([
      { file: path.join('ground_truth', 'crack', '1_mask.png'), what: 'has 2 x 1 pixels, its image 4 x 3: left out' },
    ])
  })

  it('masks alone in an anomaly project: areas of the second class, none where all is normal', async () => {
    const root = temporaryFolder()
    for (const i of [0, 1]) await savePicture(path.join(root, `images/${i}.png`), 2, 1, i)
    for (const i of [0, 1]) await savePng(path.join(root, `masks/${i}.png`), [[0, i]])
    const context = contextOf({ task: 'anomaly', classes: ['fine', 'ill'] })
    expect(await detectFormat(root, context)).toBe('masks')
    const { images } = await parseMasks(root, context)
    expect(images.map(({ objects }) => objects.map(({ className, shape }) => `${className} ${shape.type}`))).toEqual([
      ['fine image'],
      ['ill mask'],
    ])
  })

  it('are found by themselves where two folders, or one that is a class, hold images', async () => {
    expect(await detectFormat(folder('a/1.png', 'b/2.png'), contextOf(CELLS))).toBe('folders')
    expect(await detectFormat(folder('uninfected/1.png', 'images/2.png'), contextOf(CELLS))).toBe('folders')
    expect(await detectFormat(folder('good/1.png'), contextOf(ANOMALY))).toBe('folders')
    expect(await detectFormat(folder('good/1.png'), contextOf(CELLS))).toBe('images')
    expect(await detectFormat(folder('images/1.png', 'masks/1.png', '2.png'), contextOf(CELLS))).toBe('images')
    expect(await detectFormat(folder('a/1.png', 'b/2.png'), contextOf({ task: 'detection' }))).toBe('images')
  })

  it('a folder without any is told', async () => {
    await expect(parseClassFolders(folder('1.png', 'images/2.png'), contextOf(CELLS))).rejects.toMatchObject({ code: 'no-class-folders' })
  })
})

const MALARIA = path.resolve('../shared/data/malaria')
describe.skipIf(!existsSync(MALARIA))(existsSync(MALARIA) ? 'malaria' : 'malaria: skipped: no ../shared/data', () => {
  it('its 10,000 cells lie in two classes', async () => {
    expect(await detectFormat(MALARIA, contextOf(CELLS))).toBe('folders')
    const { images } = await parseClassFolders(MALARIA, contextOf(CELLS))
    const count = (name: string): number => images.filter(({ objects }) => objects[0]?.className === name).length
    expect([images.length, count('Uninfected'), count('Parasitized')]).toEqual([10_000, 5000, 5000])
  }, 300_000)
})
