import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImageRecord } from '#shared/records/image.ts'
import { importImages } from '../../../src/main/images/import-images.ts'
import { findMoved, relocated } from '../../../src/main/images/relocate.ts'
import { picture, pictures, save, temporaryFolder } from './fixtures.ts'

async function imported(root: string, count: number): Promise<ImageRecord[]> {
  for (let i = 0; i < count; i++) await save(path.join(root, `old/${i}.png`), picture(i))
  const { records } = await importImages([path.join(root, 'old')], { projectFolder: path.join(root, 'p.slidewright'), pictures, known: [] })
  return [...records.values()]
}

describe('files that were moved', () => {
  it('finds them by content wherever they are below a folder, renamed too', async () => {
    const root = temporaryFolder()
    const images = await imported(root, 4)
    mkdirSync(path.join(root, 'new/deep'), { recursive: true })
    const places = ['new/0.png', 'new/deep/renamed.png', 'new/deep/2.png'].map((name) => path.join(root, name))
    places.forEach((place, i) => renameSync(path.join(root, `old/${i}.png`), place))
    // Same name and size, other content.
    writeFileSync(path.join(root, 'new/3.png'), Buffer.alloc(images[3]!.bytes, 1))
    const found = await findMoved(images, [path.join(root, 'new')])
    expect([...found].sort()).toEqual(
      images
        .slice(0, 3)
        .map(({ id }, i) => [id, places[i]])
        .sort(),
    )
  })

  it('gives the record its new place, by file or folder', async () => {
    const root = temporaryFolder()
    const [image] = await imported(root, 1)
    const moved = path.join(root, 'elsewhere', 'x.png')
    mkdirSync(path.dirname(moved))
    renameSync(image!.absolutePath, moved)
    const wanted = { ...image, absolutePath: moved, relativePath: '../elsewhere/x.png' }
    const project = path.join(root, 'p.slidewright')
    expect(await relocated(image!, moved, project)).toEqual(wanted)
    expect(await relocated(image!, path.join(root, 'elsewhere'), project)).toEqual(wanted)
  })

  it('takes no other picture for it', async () => {
    const root = temporaryFolder()
    const [image] = await imported(root, 1)
    const other = await save(path.join(root, 'elsewhere/0.png'), picture(200))
    await expect(relocated(image!, other, root)).rejects.toMatchObject({ code: 'different-image' })
    await expect(relocated(image!, path.dirname(other), root)).rejects.toMatchObject({ code: 'image-not-here' })
    await expect(relocated(image!, path.join(root, 'gone'), root)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('looks at files of the same name first and at none of another size', async () => {
    const root = temporaryFolder()
    const images = await imported(root, 1)
    const folder = path.join(root, 'many')
    mkdirSync(folder)
    for (let i = 0; i < 20; i++) writeFileSync(path.join(folder, `a${i}.png`), Buffer.alloc(images[0]!.bytes, i))
    writeFileSync(path.join(folder, 'other-size.png'), 'x')
    copyFileSync(images[0]!.absolutePath, path.join(folder, '0.png'))
    const looked: string[] = []
    await findMoved(images, [folder], { onProgress: (_done, total, name) => looked.push(`${name} of ${total}`) })
    expect(looked).toEqual(['0.png of 21'])
  })

  it('stops when told to', async () => {
    const root = temporaryFolder()
    const images = await imported(root, 2)
    await expect(findMoved(images, [root], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})
