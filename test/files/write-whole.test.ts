import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeWhole } from '../../src/files/write-whole.ts'

describe('writeWhole', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'write-whole-'))
  })
  afterEach(async () => {
    await chmod(folder, 0o700)
    await rm(folder, { recursive: true })
  })

  it('writes text as UTF-8 and bytes as they are, over what was there, and leaves nothing else behind', async () => {
    const file = path.join(folder, 'zählung.csv')
    await writeWhole(file, 'µm')
    expect([...(await readFile(file))]).toEqual([0xc2, 0xb5, 0x6d])
    await writeWhole(file, Uint8Array.of(0, 255))
    expect([...(await readFile(file))]).toEqual([0, 255])
    expect(await readdir(folder)).toEqual(['zählung.csv'])
  })

  it('takes contents piece by piece', async () => {
    const file = path.join(folder, 'long.txt')
    await writeWhole(file, async (handle) => {
      for (let line = 0; line < 1000; line++) await handle.write(`${line}\n`)
    })
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(1001)
  })

  it('keeps the old file while the new one is written, and when writing fails half way', async () => {
    const file = path.join(folder, 'counts.csv')
    await writeFile(file, 'old')
    const halfWay = writeWhole(file, async (handle) => {
      await handle.write('new, first half')
      expect(await readFile(file, 'utf8')).toBe('old')
      throw new Error('the power went')
    })
    await expect(halfWay).rejects.toThrow('the power went')
    expect(await readFile(file, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['counts.csv'])
  })

  it('says that a folder is in the way, and leaves the folder alone', async () => {
    await mkdir(path.join(folder, 'a'))
    await expect(writeWhole(path.join(folder, 'a'), 'x')).rejects.toMatchObject({ code: 'is-a-folder' })
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('says that the folder is missing or is a file', async () => {
    await writeFile(path.join(folder, 'file'), 'x')
    await expect(writeWhole(path.join(folder, 'none', 'counts.csv'), 'x')).rejects.toMatchObject({ code: 'no-folder' })
    await expect(writeWhole(path.join(folder, 'file', 'counts.csv'), 'x')).rejects.toMatchObject({ code: 'no-folder' })
  })

  it('says that a name is too long', async () => {
    await expect(writeWhole(path.join(folder, 'x'.repeat(300)), 'x')).rejects.toMatchObject({ code: 'name-too-long' })
    expect(await readdir(folder)).toEqual([])
  })

  it('says that the disk is full, before and after the device refused', async () => {
    // What /dev/full answers is what a full disk answers.
    if (!existsSync('/dev/full')) return
    const file = path.join(folder, 'counts.csv')
    const full = writeWhole(file, () => writeFile('/dev/full', 'x'))
    await expect(full).rejects.toMatchObject({ code: 'disk-full', hint: expect.stringContaining('Nothing was written') as string })
    expect(await readdir(folder)).toEqual([])
  })

  it('says that a folder can only be read', async () => {
    // Root may write to any folder of its own, but not make files in sysfs.
    const place = process.getuid?.() === 0 ? '/sys' : folder
    if (place === folder) await chmod(folder, 0o500)
    await expect(writeWhole(path.join(place, 'counts.csv'), 'x')).rejects.toMatchObject({
      code: expect.stringMatching(/^(read-only|file-in-use)$/) as string,
    })
  })

  it('replaces a link, not what it points to', async () => {
    const kept = path.join(folder, 'kept')
    await writeFile(kept, 'old')
    await symlink(kept, path.join(folder, 'link'))
    await writeWhole(path.join(folder, 'link'), 'new')
    expect(await readFile(kept, 'utf8')).toBe('old')
    expect(await readFile(path.join(folder, 'link'), 'utf8')).toBe('new')
  })
})
