import { describe, expect, it } from 'vitest'
import { imageId } from '../../../src/shared/records/ids.ts'
import { displayRemembered } from '../../../src/renderer/state/display-memory.ts'
import { namesFor } from '../../../src/renderer/state/names.ts'
import { readMemory } from '../../../src/renderer/app/view-memory.ts'
import { imageOf } from '../records.ts'

const image = (name: string, folder = '/data') => ({
  ...imageOf(imageId.parse(name)),
  ...{ name, absolutePath: `${folder}/${name}`, relativePath: `../${name}`, group: `group of ${name}` },
})
const IMAGES = [image('b (1).png', '/data/Ada'), image('a10.png'), image('0.png')]

describe('names of images in the window', () => {
  it('are those of the files, groups and texts as they are, while nothing is masked', () => {
    const names = namesFor(IMAGES, false)
    expect(IMAGES.map(names.of)).toEqual(['b (1).png', 'a10.png', '0.png'])
    expect(names.originOf(IMAGES[0]!)).toBe('group of b (1).png')
    expect(names.in('a10.png is damaged')).toBe('a10.png is damaged')
  })

  it('are numbers in the order of the project while they are masked, and no group', () => {
    const names = namesFor(IMAGES, true)
    expect(IMAGES.map(names.of)).toEqual(['Image 1', 'Image 2', 'Image 3'])
    expect(names.originOf(IMAGES[0]!)).toBeNull()
    expect(namesFor(IMAGES, true)).toBe(names)
    expect(names.of(image('of another project.png'))).toBe('Image ?')
  })

  it('are taken out of texts, with their folders, wherever they stand', () => {
    const { in: within } = namesFor(IMAGES, true)
    expect(within('The picture “b (1).png” is damaged, as is a10.png.')).toBe('The picture “Image 1” is damaged, as is Image 2.')
    expect(within('/data/Ada/b (1).png: not found')).toBe('Image 1: not found')
    expect(within('0.png, a10.png, 0.png')).toBe('Image 3, Image 2, Image 3')
    expect(within('70.png is of another project')).toBe('70.png is of another project')
    expect(within('One of group of a10.png stands on both sides')).toBe('One of a group stands on both sides')
  })

  it('stay masked when the project is opened again', () => {
    expect(displayRemembered(readMemory({ display: { maskNames: true } }).display)).toMatchObject({ maskNames: true, gamma: 1 })
    expect(displayRemembered(readMemory({ display: { gamma: 99, stain: 'ink' } }).display)).toMatchObject({ gamma: 1, stain: 'none' })
    expect(displayRemembered(readMemory({}).display)).toMatchObject({ maskNames: false, brightness: 1 })
  })
})
