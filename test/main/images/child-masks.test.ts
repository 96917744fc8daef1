import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readLabelImage } from '../../../src/imaging/label-image.ts'
import { ChildPictures } from '../../../src/main/images/child-pictures.ts'
import { savePicture, savePng } from '../interchange/context.ts'
import { temporaryFolder } from './fixtures.ts'

const ENTRY = path.resolve('src/imaging/process.ts')

describe('masks by way of the picture reader', () => {
  it('facts, objects, label maps, crops and records cross as paths and runs, not as pixels', async () => {
    const child = new ChildPictures({ execPath: process.execPath, entry: ENTRY })
    onTestFinished(() => child.stop())
    const root = temporaryFolder()
    const mask = path.join(root, 'mask.png')
    await savePng(
      mask,
      [
        [0, 3, 3],
        [500, 0, 3],
      ],
      16,
    )
    expect(await child.maskFacts({ file: mask })).toMatchObject({ width: 3, height: 2, kind: 'grey', bitDepth: 16, more: 0 })
    const { objects } = await child.mask({ file: mask, reading: { kind: 'instances' } })
    expect(objects.map(({ shape: { x, y, width, height } }) => [x, y, width, height])).toEqual([
      [1, 0, 2, 2],
      [0, 1, 1, 1],
    ])
    const target = path.join(root, 'out.png')
    await child.labelMap({
      target,
      width: 3,
      height: 2,
      bits: 16,
      format: 'png',
      shapes: [3, 500].map((value, i) => ({ value, shape: objects[i]!.shape })),
    })
    expect((await readLabelImage(target)).values).toEqual((await readLabelImage(mask)).values)
    const image = path.join(root, 'a.png')
    await savePicture(image, 30, 20)
    await child.crops({ file: image, size: 8, border: 'black', crops: [{ x: 4, y: 4, target: path.join(root, 'crops/1.png') }] })
    expect(await child.header({ file: path.join(root, 'crops/1.png') })).toMatchObject({ width: 8, height: 8 })
    mkdirSync(path.join(root, 'records'))
    const unpacked = await child.records({
      file: path.resolve('test/golden/records/gzip.tfrec'),
      folder: path.join(root, 'records'),
      prefix: 'r',
    })
    expect(unpacked.records).toHaveLength(3)
    await expect(child.mask({ file: path.join(root, 'none.png'), reading: { kind: 'instances' } })).rejects.toMatchObject({
      code: 'image-missing',
    })
  })
})
