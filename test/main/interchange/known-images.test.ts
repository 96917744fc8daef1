import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import { ImageFinder } from '../../../src/main/interchange/image-finder.ts'
import { KnownImages } from '../../../src/main/interchange/known-images.ts'
import { makeImage } from './records.ts'

const HOME = path.resolve('/data/study')
const image = (relative: string, name = path.basename(relative)): ImageRecord => ({
  ...makeImage(name, 40, 30),
  relativePath: `../study/${relative}`,
  absolutePath: path.join(HOME, relative),
})
const at = (relative: string): { file: string } => ({ file: path.join(HOME, relative) })

const BASE = path.resolve('/downloads')
const LABELS = path.join(BASE, 'labels.json')

describe('images that the project has already', () => {
  const known = new KnownImages([image('one/a.png'), image('two/a.png'), image('two/b.tif'), image('two/0007.png')])
  const finder = (...beside: string[]): ImageFinder =>
    new ImageFinder(
      BASE,
      beside.map((name) => path.join(BASE, name)),
      known,
    )

  it('are found by the last two parts of a path, by name and by stem, in any case', () => {
    const find = (name: string) => finder().find(name, LABELS)
    expect(find('two/a.png')).toEqual(at('two/a.png'))
    expect(find('D:\\elsewhere\\ONE\\A.PNG')).toEqual(at('one/a.png'))
    expect(find('b.tif')).toEqual(at('two/b.tif'))
    expect(find('x/y/b.jpg')).toEqual(at('two/b.tif'))
    expect(finder().findFor(path.join(BASE, 'b.xml'))).toEqual(at('two/b.tif'))
    expect(finder().findFor(path.join(BASE, 'b.tif.geojson'))).toEqual(at('two/b.tif'))
  })

  it('are told of where several are meant, and where none is', () => {
    expect(finder().find('a.png', LABELS)).toBe('a.png could be 2 images of the project')
    expect(finder().findFor(path.join(BASE, 'a.xml'))).toBe('a could be 2 images of the project')
    expect(finder().find('c.png', LABELS)).toBe('there is no image c.png')
    expect(finder().findFor(path.join(BASE, 'c.xml'))).toBe('there is no image of its name (c) for it')
  })

  it('come after what lies with the labels, and what is unclear there stays unclear', () => {
    expect(finder('deep/b.tif').find('b.tif', LABELS)).toEqual({ file: path.join(BASE, 'deep/b.tif') })
    expect(finder('b.png').findFor(path.join(BASE, 'b.xml'))).toEqual({ file: path.join(BASE, 'b.png') })
    expect(finder('x/b.tif', 'y/b.tif').find('b.tif', LABELS)).toBe('b.tif could be 2 images')
    expect(finder('x/b.tif', 'y/b.tif').findFor(path.join(BASE, 'b.xml'))).toContain('2 images named b')
  })

  it('a whole path tells apart what its last two parts do not', () => {
    const patients = new KnownImages([image('p1/scan/1.png'), image('p2/scan/1.png')])
    const deep = new ImageFinder(BASE, [], patients)
    expect(deep.find('scan/1.png', LABELS)).toBe('1.png could be 2 images of the project')
    expect(deep.find('../../study/p2/scan/1.png', LABELS)).toEqual(at('p2/scan/1.png'))
    expect(deep.find(path.join(HOME, 'p1/scan/1.png'), LABELS)).toEqual(at('p1/scan/1.png'))
  })

  it('an image keeps its name when its file is found again under another', () => {
    const moved = new KnownImages([image('new/scan-17.png', 'a.png')])
    const finder = new ImageFinder(BASE, [], moved)
    expect(finder.find('a.png', LABELS)).toEqual(at('new/scan-17.png'))
    expect(finder.find('new/scan-17.png', LABELS)).toEqual(at('new/scan-17.png'))
  })

  it('two records of one place are never taken for each other, and only what was found has a record', () => {
    const [before, after] = [image('a.png'), { ...image('a.png', 'a new.png'), sha256: 'f'.repeat(64) }]
    const changed = new KnownImages([before, after, image('b.png')])
    expect(changed.find(['a.png'])).toBe('a.png could be 2 images of the project')
    expect(changed.find(['b.png'])).toEqual(at('b.png'))
    expect(changed.recordOf(before.absolutePath)).toBeUndefined()
    expect([...changed.recordsOf([before.absolutePath, at('b.png').file, LABELS]).values()].map(({ name }) => name)).toEqual(['b.png'])
  })
})
