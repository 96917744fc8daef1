import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFolderWhole } from '../../src/files/write-folder.ts'

describe('writeFolderWhole', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'write-folder-'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true })
  })

  it('makes the folder with its files and copies, and leaves nothing else behind', async () => {
    const source = path.join(root, 'source.bin')
    await writeFile(source, Uint8Array.of(1, 2, 3))
    await chmod(source, 0o400)
    await writeFolderWhole(path.join(root, 'out'), async (writer) => {
      await writer.file('a.txt', 'a')
      await writer.file('sub/b.txt', 'b')
      await writer.copy('sub/c.bin', source)
    })
    expect((await readdir(root)).sort()).toEqual(['out', 'source.bin'])
    expect((await readdir(path.join(root, 'out'), { recursive: true })).sort()).toEqual([
      'a.txt',
      'sub',
      path.join('sub', 'b.txt'),
      path.join('sub', 'c.bin'),
    ])
    expect([...(await readFile(path.join(root, 'out', 'sub', 'c.bin')))]).toEqual([1, 2, 3])
  })

  it('takes the place of an empty folder, never of one with files', async () => {
    const out = path.join(root, 'out')
    await mkdir(out)
    await writeFolderWhole(out, (writer) => writer.file('a.txt', '1'))
    await expect(writeFolderWhole(out, (writer) => writer.file('a.txt', '2'))).rejects.toMatchObject({ code: 'not-empty' })
    expect(await readFile(path.join(out, 'a.txt'), 'utf8')).toBe('1')
    await expect(writeFolderWhole(path.join(out, 'a.txt'), () => Promise.resolve())).rejects.toMatchObject({ code: 'not-a-folder' })
  })

  it('leaves nothing where filling fails, nor where the parent is missing', async () => {
    const failing = writeFolderWhole(path.join(root, 'out'), async (writer) => {
      await writer.file('a.txt', 'a')
      throw new Error('half way')
    })
    await expect(failing).rejects.toThrow('half way')
    const copying = writeFolderWhole(path.join(root, 'out'), (writer) => writer.copy('a.png', path.join(root, 'gone.png')))
    await expect(copying).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('gone.png') as string })
    expect(await readdir(root)).toEqual([])
    await expect(writeFolderWhole(path.join(root, 'no', 'out'), () => Promise.resolve())).rejects.toMatchObject({ code: 'no-folder' })
  })

  it('writes nothing outside the folder, and no file twice', async () => {
    const leaving = writeFolderWhole(path.join(root, 'out'), (writer) => writer.file('../a.txt', 'a'))
    await expect(leaving).rejects.toThrow('leads out')
    const twice = writeFolderWhole(path.join(root, 'out'), async (writer) => {
      await writer.file('a.txt', '1')
      await writer.file('a.txt', '2')
    })
    await expect(twice).rejects.toThrow()
    expect(await readdir(root)).toEqual([])
  })
})
