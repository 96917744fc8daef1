import { cpSync, mkdirSync, readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImageRecord } from '#shared/records/image.ts'
import { fingerprint } from '../../../src/main/images/hash-file.ts'
import { importImages, type ImportedImages } from '../../../src/main/images/import-images.ts'
import { relocated } from '../../../src/main/images/relocate.ts'
import { detectFormat } from '../../../src/main/interchange/detect.ts'
import { KnownImages } from '../../../src/main/interchange/known-images.ts'
import { writeZarr } from '../../imaging/zarr/write-zarr.ts'
import { picture, pictures, save, temporaryFolder } from './fixtures.ts'

function zarrAt(file: string, tint = 1): string {
  writeZarr(file, { width: 100, height: 80, levels: 2, microns: 0.5, value: (x, y) => (x + y * tint) % 256 })
  return file
}

const imported = (root: string, ...paths: string[]): Promise<ImportedImages> =>
  importImages(paths, { projectFolder: path.join(root, 'p.slidewright'), pictures, known: [] })

describe('the folder of an OME-Zarr', () => {
  it('is one image, by itself and among others, and nothing in it is another', async () => {
    const root = temporaryFolder()
    const file = zarrAt(path.join(root, 'images/a.ome.zarr'))
    await save(path.join(root, 'images/b.png'), picture(2))
    await save(path.join(file, 'OME/thumbnail.png'), picture(3))
    const { records, problems } = await imported(root, path.join(root, 'images'))
    expect([...records.values()].map(({ name, width, micronsPerPixel }) => [name, width, micronsPerPixel])).toEqual([
      ['a.ome.zarr', 100, 0.5],
      ['b.png', 48, null],
    ])
    expect(problems).toEqual([])
    expect([...(await imported(root, file)).records.keys()]).toEqual([file])
    expect(await detectFormat(file, { task: 'segmentation', classes: [], known: new KnownImages([]) })).toBe('images')
  })

  it('that is none is told by name, and the rest is taken', async () => {
    const root = temporaryFolder()
    mkdirSync(path.join(root, 'images/empty.zarr'), { recursive: true })
    const cut = zarrAt(path.join(root, 'images/cut.zarr'))
    truncateSync(path.join(cut, '1/0/0/0/0/0'), 10)
    zarrAt(path.join(root, 'images/sound.zarr'))
    const { records, problems } = await imported(root, path.join(root, 'images'))
    expect([...records.values()].map(({ name }) => name)).toEqual(['sound.zarr'])
    expect(problems.map(({ file }) => file)).toEqual(['cut.zarr', 'empty.zarr'])
    expect(problems[0]!.what).toMatch(/damaged or cut off/)
    expect(problems[1]!.what).toMatch(/holds no OME-Zarr image/)
  })

  it('is known by its content: a copy is no second image, what file managers leave changes nothing, a pixel does', async () => {
    const root = temporaryFolder()
    const file = zarrAt(path.join(root, 'a.zarr'))
    const copy = path.join(root, 'b.zarr')
    cpSync(file, copy, { recursive: true })
    writeFileSync(path.join(copy, '.DS_Store'), 'seen')
    expect(await fingerprint(copy)).toEqual(await fingerprint(file))
    expect((await imported(root, file, copy)).duplicates).toBe(1)
    const other = zarrAt(path.join(root, 'c.zarr'), 2)
    expect((await fingerprint(other)).sha256).not.toBe((await fingerprint(file)).sha256)
  })

  it('is found again where it was moved to', async () => {
    const root = temporaryFolder()
    const file = zarrAt(path.join(root, 'a.zarr'))
    const [image] = [...(await imported(root, file)).records.values()] as [ImageRecord]
    const moved = path.join(root, 'deep/er/renamed.zarr')
    mkdirSync(path.dirname(moved), { recursive: true })
    renameSync(file, moved)
    for (const given of [root, moved]) expect((await relocated(image, given, root)).absolutePath).toBe(moved)
    zarrAt(file, 3)
    await expect(relocated(image, file, root)).rejects.toMatchObject({ code: 'different-image' })
    expect(readdirSync(moved)).toContain('.zattrs')
  })
})
