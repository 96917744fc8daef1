import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRaster } from '../../src/imaging/read.ts'
import { inTime } from '../../src/imaging/time-limit.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'time-limit-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const never = (): Promise<never> => new Promise(() => undefined)

describe('reading in time', () => {
  it('gives up by name where a reader never ends', async () => {
    const read = inTime(never, 0.02)
    await expect(read('/images/slow.png')).rejects.toMatchObject({
      code: 'image-too-slow',
      message: expect.stringMatching(/^slow\.png could not be read within/) as string,
    })
  })

  it('gives what was read, or the error of the reader itself', async () => {
    expect(await inTime((file) => Promise.resolve(file), 5)('a')).toBe('a')
    await expect(inTime(() => Promise.reject(new Error('broken')), 5)('a')).rejects.toThrow('broken')
  })

  it('gives a large file more time', async () => {
    const file = path.join(folder, 'large.png')
    await writeFile(file, '')
    await truncate(file, 2 ** 30)
    const slow = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 100, 'read'))
    expect(await inTime(slow, 0.05)(file)).toBe('read')
  })

  it.runIf(process.platform !== 'win32')('gives up on a real file that never answers', async () => {
    const file = path.join(folder, 'pipe.png')
    execFileSync('mkfifo', [file])
    await expect(inTime(readRaster, 0.1)(file)).rejects.toMatchObject({ code: 'image-too-slow' })
    // Lets the thread that waits for it go.
    await (await open(file, 'r+')).close()
  })
})
