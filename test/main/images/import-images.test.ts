import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { imageRecord } from '#shared/records/image.ts'
import { findImageFiles } from '../../../src/main/images/find-image-files.ts'
import { importImages } from '../../../src/main/images/import-images.ts'
import { isOpenSlide, openSlide } from '../../../src/imaging/slides/openslide-library.ts'
import { picture, pictures, save, temporaryFolder } from './fixtures.ts'

const NOW = new Date('2026-11-21T10:00:00Z')

describe('finding image files', () => {
  it('goes by content in folders, in the order of names, and takes what is named', async () => {
    const root = temporaryFolder()
    await save(path.join(root, 'a10.png'), picture(1))
    await save(path.join(root, 'a2.png'), picture(2))
    await save(path.join(root, 'deep/er/b.jpg'), picture(3))
    copyFileSync(path.join(root, 'a2.png'), path.join(root, 'no-ending'))
    writeFileSync(path.join(root, 'notes.txt'), 'no image')
    writeFileSync(path.join(root, 'false.png'), 'no image either')
    await save(path.join(root, '.hidden.png'), picture(4))
    await save(path.join(root, '.hidden/c.png'), picture(5))
    await save(path.join(root, 'other.slidewright/cache/d.png'), picture(6))
    mkdirSync(path.join(root, 'empty'))
    const names = async (...paths: string[]): Promise<string[]> => (await findImageFiles(paths)).map((file) => path.relative(root, file))
    expect(await names(root)).toEqual(['a2.png', 'a10.png', path.join('deep/er/b.jpg'), 'false.png', 'no-ending'])
    expect(await names(path.join(root, 'notes.txt'), root)).toHaveLength(6)
    expect(await names(path.join(root, 'deep'), path.join(root, 'deep/er/b.jpg'))).toEqual([path.join('deep/er/b.jpg')])
  })

  it('does not run in circles', async () => {
    const root = temporaryFolder()
    await save(path.join(root, 'in/a.png'), picture(1))
    symlinkSync(root, path.join(root, 'in/again'))
    expect(await findImageFiles([root])).toHaveLength(1)
  })

  it('passes over the pictures of which a slide is made up', async () => {
    const root = temporaryFolder()
    for (const name of ['s.jpg', 's(1,0).jpg', 'macro.jpg', 'own.jpg']) await save(path.join(root, name), picture(name.length))
    writeFileSync(
      path.join(root, 's.vms'),
      '[Virtual Microscope Specimen]\r\nImageFile=s.jpg\r\nImageFile(1,0)=s(1,0).jpg\r\nMacroImage=macro.jpg\r\n',
    )
    expect((await findImageFiles([root])).map((file) => path.basename(file))).toEqual(['own.jpg', 's.vms'])
  })

  it('says that a path leads nowhere', async () => {
    await expect(findImageFiles([path.join(temporaryFolder(), 'gone')])).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('importing images', () => {
  it('makes a record of each, with both paths and the hash of its content', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'images/smear 1.jpg'), picture(1).withMetadata({ orientation: 6 }))
    const projectFolder = path.join(root, 'projects/p.slidewright')
    const { records, problems, duplicates } = await importImages([file], { projectFolder, pictures, known: [], now: NOW })
    const record = records.get(file)!
    expect(imageRecord.parse(record)).toEqual(record)
    expect(record).toMatchObject({
      name: 'smear 1.jpg',
      relativePath: '../../images/smear 1.jpg',
      absolutePath: file,
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
      bytes: readFileSync(file).length,
      width: 32,
      height: 48,
      bitDepth: 8,
      channels: 3,
      micronsPerPixel: null,
      split: null,
      state: 'unlabelled',
      addedAt: NOW.toISOString(),
    })
    expect([problems, duplicates]).toEqual([[], 0])
  })

  it('reports broken files and notes one by one and takes the rest', async () => {
    const root = temporaryFolder()
    const good = await save(path.join(root, 'good.png'), picture(1))
    const broken = path.join(root, 'sub/broken.jpg')
    const empty = path.join(root, 'sub/empty.tif')
    const gone = path.join(root, 'gone.png')
    const pages = path.join(root, 'pages.tif')
    mkdirSync(path.join(root, 'sub'))
    writeFileSync(broken, readFileSync(await save(path.join(root, 'whole.jpg'), picture(2, 200, 200))).subarray(0, 2000))
    writeFileSync(empty, '')
    const frames = [await picture(3).png().toBuffer(), await picture(4).png().toBuffer()]
    await sharp(frames, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toFile(pages)
    const { records, problems } = await importImages([good, broken, gone, empty, pages], { projectFolder: root, pictures, known: [] })
    expect([...records.keys()]).toEqual([good, pages])
    expect(problems.map(({ file }) => file)).toEqual([path.join('sub/broken.jpg'), 'gone.png', path.join('sub/empty.tif'), 'pages.tif'])
    expect(problems.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^This file is cut off/),
      expect.stringMatching(/^This file is not there/),
      expect.stringMatching(/^This file is empty/),
      'It has 2 pages; the first is used.',
    ])
    expect(problems.map(({ leftOut }) => leftOut)).toEqual([true, true, true, undefined])
  })

  it('takes equal content once, and says whose twin the others are', async () => {
    const root = temporaryFolder()
    const first = await save(path.join(root, 'a.png'), picture(1))
    const copy = path.join(root, 'copy of a.png')
    copyFileSync(first, copy)
    const other = await save(path.join(root, 'b.png'), picture(2))
    const options = { projectFolder: root, pictures, known: [] }
    const once = await importImages([first, copy, other], options)
    expect([...once.records.keys()]).toEqual([first, other])
    expect(once.duplicates).toBe(1)
    expect(once.duplicateOf.get(copy)).toBe(once.records.get(first))
    expect(once.problems).toEqual([{ file: 'copy of a.png', what: expect.stringContaining('same picture as a.png') as string }])
    const again = await importImages([copy, other], { ...options, known: [...once.records.values()] })
    expect([again.records.size, again.duplicates, again.problems]).toEqual([0, 2, []])
    expect(again.duplicateOf.get(copy)?.id).toBe(once.records.get(first)?.id)
  })

  it('is the same in whatever order the disk answers, and tells how far it is', async () => {
    const root = temporaryFolder()
    // Sizes that finish in another order than they begin.
    for (let i = 0; i < 20; i++) await save(path.join(root, `${i}.png`), picture(i, i % 3 === 0 ? 900 : 20, 20))
    const told: number[] = []
    const { records } = await importImages([root], {
      projectFolder: root,
      pictures,
      known: [],
      onProgress: (done, total) => told.push(done / total),
    })
    expect([...records.values()].map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}.png`))
    expect(told).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) / 20))
  })

  it('stops when told to', async () => {
    const root = temporaryFolder()
    for (let i = 0; i < 12; i++) await save(path.join(root, `${i}.png`), picture(i))
    const stop = new AbortController()
    const seen: number[] = []
    const task = importImages([root], {
      projectFolder: root,
      pictures,
      known: [],
      signal: stop.signal,
      onProgress: (done) => {
        seen.push(done)
        if (done === 3) stop.abort(new Error('enough'))
      },
    })
    await expect(task).rejects.toThrow('enough')
    expect(seen.length).toBeLessThan(9)
  })
})

const data = path.resolve('../shared/data')

describe.runIf(existsSync(data))('real folders (skipped: no ../shared/data where it is absent)', () => {
  it.runIf(isOpenSlide(openSlide()))(
    'takes slides with what they say of themselves, one slide once, and says what is wrong with others',
    async () => {
      const root = temporaryFolder()
      const wsi = path.join(data, 'wsi')
      copyFileSync(path.join(wsi, 'dicom/sm_image.dcm'), path.join(root, 'level0.dcm'))
      copyFileSync(path.join(wsi, 'dicom/sm_image.dcm'), path.join(root, 'level1.dcm'))
      const given = [path.join(wsi, 'aperio'), root]
      const { records, problems } = await importImages(given, { projectFolder: root, pictures, known: [], now: NOW })
      const named = new Map([...records.values()].map((record) => [record.name, record]))
      expect(named.get('CMU-1-Small-Region.svs')).toMatchObject({
        ...{ width: 2220, height: 2967, micronsPerPixel: 0.499, objective: 20, scannedAt: '2009-12-29', channels: 3, bitDepth: 8 },
      })
      expect([...named.keys()].sort()).toEqual(['CMU-1-Small-Region.svs', 'level0.dcm', 'small.svs', 'tcga-cr-7395-01a-01-ts1.svs'])
      const told = problems.map(({ file, what }) => `${path.basename(file)} ${what}`)
      expect(told).toHaveLength(3)
      expect(told.join('\n')).toMatch(/broken\.svs .*\n?unreadable\.svs This file is damaged/)
      expect(told.join('\n')).toContain('level1.dcm belongs to the same slide as level0.dcm')
    },
  )

  it('takes white blood cells (BMP) and nuclei (RGBA PNG) whole', async () => {
    const folders = [path.join(data, 'wbc/images'), path.join(data, 'dsb2018/images')]
    const { records, problems, duplicates } = await importImages(folders, { projectFolder: data, pictures, known: [] })
    const all = [...records.values()]
    // 240 files, two of them byte for byte the same.
    expect(all.filter(({ name }) => name.endsWith('.bmp'))).toHaveLength(239)
    expect(duplicates).toBe(1)
    expect(all.filter(({ channels }) => channels === 4)).toHaveLength(128)
    expect(problems).toEqual([{ file: path.join('wbc/images/139.bmp'), what: 'holds the same picture as 112.bmp; it is taken once' }])
  })
})
