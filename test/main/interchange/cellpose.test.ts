import { copyFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors.ts'
import { mapOfMask } from '../../../src/shared/masks/dense.ts'
import { type AreaShape, bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { parseCellpose } from '../../../src/main/interchange/cellpose-in.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { readPickledNpy } from '../../../src/main/interchange/numpy-pickle.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, put, savePicture } from './context.ts'

// Made by tools/golden/cellpose.py.
const GOLDEN = path.resolve(import.meta.dirname, '../../golden/cellpose')
const ROWS = [1, 1, 0, 0, 2, 1, 0, 0, 2, 2, 0, 0, 300, 300, 2]
const areas = () => contextOf({ task: 'segmentation', classes: ['cell', 'other'] })

async function folder(...names: readonly string[]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, name] of names.entries()) {
    copyFileSync(path.join(GOLDEN, `${name}_seg.npy`), path.join(root, `${name}_seg.npy`))
    await savePicture(path.join(root, `${name}.png`), 5, 3, i)
  }
  return root
}

describe('Cellpose', () => {
  it('each number is an object with exactly its pixels, as a new and an old NumPy wrote it, rows or columns first', async () => {
    const root = await folder('a', 'b')
    expect(await detectFormat(root, areas())).toBe('cellpose')
    const { images, problems, notes } = await parseCellpose(root, areas())
    expect([problems, notes]).toEqual([[], ['Cellpose knows no classes: its objects are taken as cell.']])
    for (const { objects } of images) {
      expect(objects.map(({ className }) => className)).toEqual(['cell', 'cell', 'cell'])
      const maps = objects.map(({ shape }) => [...mapOfMask(bitMaskOfShape(shape as AreaShape), { x: 0, y: 0, width: 5, height: 3 })])
      expect(maps).toEqual([1, 2, 300].map((number) => ROWS.map((value) => Number(value === number))))
    }
  })

  it('reads the whole dictionary: text, numbers, lists', async () => {
    const value = readPickledNpy(await readFile(path.join(GOLDEN, 'a_seg.npy'))) as ReadonlyMap<string, unknown>
    expect(value.get('filename')).toBe('/home/somebody/ä.png')
    expect([value.get('est_diam'), value.get('big'), value.get('negative'), value.get('chan_choose')]).toEqual([30, 2 ** 40, -3, [0, 0]])
    expect(value.get('diameter')).toMatchObject({ shape: [], dtype: '<f8' })
  })

  it('anything else in the pickle is refused by name, and no file is half read', async () => {
    const evil = await folder('evil')
    await expect(parseCellpose(evil, areas())).rejects.toMatchObject({
      code: 'pickle-refused',
      message: "evil_seg.npy: It holds posix.system, which is not read: only NumPy's arrays, text and numbers are.",
    })
    const root = await folder('a', 'evil', 'stack', 'numbers')
    put(root, { 'text_seg.npy': 'no' })
    const found = await parseCellpose(root, areas())
    expect(found.images.map(({ path: image, objects }) => [path.basename(image), objects.length])).toEqual([
      ['a.png', 3],
      ['evil.png', 0],
      ['numbers.png', 0],
      ['stack.png', 0],
    ])
    expect(found.problems.map(({ file, what }) => `${file}: ${what}`)).toEqual([
      "evil_seg.npy: It holds posix.system, which is not read: only NumPy's arrays, text and numbers are: left out",
      'numbers_seg.npy: It holds an array of numbers, no dictionary: left out',
      'stack_seg.npy: Its masks are a stack of the shape 2 x 3 x 5; one plane is read: left out',
      'text_seg.npy: It is no file of NumPy: left out',
    ])
  })

  it('whatever byte is damaged, it is read or refused with a sentence', async () => {
    const sound = new Uint8Array(await readFile(path.join(GOLDEN, 'a_seg.npy')))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: sound.length - 1 }), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? sound.slice(0, at) : sound.slice()
        if (!cut) damaged[at] = byte
        try {
          readPickledNpy(damaged)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
