import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { pyramidFolder } from '../../../src/imaging/slides/pyramid-layout.ts'
import { cacheLimit } from '../../../src/main/images/cache-limit.ts'
import { DisplayFiles } from '../../../src/main/images/display-file.ts'
import type { Pictures } from '../../../src/main/images/pictures.ts'
import { temporaryFolder } from './fixtures.ts'

const HOUR = 3600

/** A file of so many bytes that was last used so many hours ago. */
function put(file: string, bytes: number, hoursAgo: number): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, new Uint8Array(bytes))
  const at = Date.now() / 1000 - HOUR * hoursAgo
  utimesSync(file, at, at)
  return file
}

describe("a project's cache", () => {
  it('is held below its size over all its kinds of pictures: what was used longest ago goes, checkpoints never', async () => {
    const cache = temporaryFolder()
    const [old, middle, fresh] = [
      put(`${cache}/thumbs/a.webp`, 400, 9),
      put(`${cache}/tiles/x/0-0-0.jpg`, 400, 5),
      put(`${cache}/display/b.png`, 400, 1),
    ]
    const checkpoint = put(`${cache}/jobs/j/checkpoint`, 5000, 99)
    await cacheLimit(cache, 1000).check()
    expect([old, middle, fresh, checkpoint].map(existsSync)).toEqual([false, true, true, true])
  })

  it('keeps what is used, over a restart', async () => {
    const cache = temporaryFolder()
    const [old, middle] = [put(`${cache}/thumbs/a.webp`, 400, 9), put(`${cache}/thumbs/b.webp`, 400, 5)]
    await cacheLimit(cache, 1000).used(old)
    put(`${cache}/display/c.png`, 400, 1)
    await cacheLimit(cache, 1000).check()
    expect([old, middle].map(existsSync)).toEqual([true, false])
  })

  it('removes a pyramid with all its tiles or not at all, and none that was used just now', async () => {
    const cache = temporaryFolder()
    const tilesOf = (key: string) => ['manifest.json', '0/0.jpg'].map((name) => put(path.join(pyramidFolder(cache), key, name), 300, 9))
    const [idle, busy] = [tilesOf('idle'), tilesOf('busy')]
    for (const [key, hours] of [['idle', 8], ['busy', 9]] as const) put(path.join(pyramidFolder(cache), `${key}.at`), 0, hours) // prettier-ignore
    const past = Date.now() / 1000 - 9 * HOUR
    for (const key of ['idle', 'busy']) utimesSync(path.join(pyramidFolder(cache), key), past, past)
    const limit = cacheLimit(cache, 700)
    await limit.used(busy[1]!)
    await limit.check()
    expect([...idle, ...busy].map(existsSync)).toEqual([false, false, true, true])
  })

  it('counts what is added as it goes', async () => {
    const cache = temporaryFolder()
    const limit = cacheLimit(cache, 1000)
    await limit.check()
    const files = [3, 2, 1].map((hours) => put(`${cache}/display/${hours}.png`, 400, hours))
    for (const file of files) await limit.added(file)
    expect(files.map(existsSync)).toEqual([false, true, true])
  })

  it('is told by those who write into it', async () => {
    const cache = temporaryFolder()
    const limit = cacheLimit(cache)
    const [added, used] = [vi.spyOn(limit, 'added'), vi.spyOn(limit, 'used')]
    const pictures = { display: ({ target }: { target: string }) => Promise.resolve({ file: put(target, 9, 0) }) } as unknown as Pictures
    const display = new DisplayFiles(cache, pictures, limit)
    const source = { file: 'a.tif', sha256: 'a' }
    const file = await display.get(source)
    await display.get(source)
    expect([added.mock.calls, used.mock.calls]).toEqual([[[file]], [[file]]])
  })
})
