import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { FolderLimit } from '../../../src/main/images/folder-limit.ts'
import { TileFiles, type TileFilesOptions } from '../../../src/main/images/tile-files.ts'
import { temporaryFolder } from '../../imaging/samples.ts'

const SHA = 'a'.repeat(64)
const IMAGE = { sha256: SHA, file: '/slides/one.svs' }
const place = (column: number): { level: number; column: number; row: number } => ({ level: 0, column, row: 0 })

/** Tiles whose making the test ends by hand, in the order in which they were begun. */
function byHand(options: TileFilesOptions = {}): { tiles: TileFiles; begun: number[]; finish: (column: number) => void; folder: string } {
  const folder = temporaryFolder()
  const begun: number[] = []
  const waiting = new Map<number, () => void>()
  const tiles = new TileFiles(
    folder,
    {
      tile: async ({ place: { column }, target }) => {
        begun.push(column)
        await new Promise<void>((resolve) => waiting.set(column, resolve))
        mkdirSync(path.dirname(target), { recursive: true })
        writeFileSync(target, Buffer.alloc(100, column))
        return { file: target }
      },
    },
    options,
  )
  return { tiles, begun, folder, finish: (column) => waiting.get(column)?.() }
}

/** Until it is so; a tile is looked for on disk before it is queued, which takes as long as it takes. */
const until = (so: () => boolean): Promise<void> => vi.waitFor(() => { if (!so()) throw new Error('not yet') }, { timeout: 20_000, interval: 2 }) // prettier-ignore

/** Asks for one after the other, each queued before the next. */
async function askAll(tiles: TileFiles, columns: readonly number[], signal?: AbortSignal): Promise<Promise<string>[]> {
  const asked: Promise<string>[] = []
  for (const column of columns) {
    const before = tiles.pending
    const one = tiles.get(IMAGE, place(column), signal)
    let over = false
    one.catch(() => undefined).finally(() => (over = true))
    asked.push(one)
    await until(() => tiles.pending > before || over)
  }
  return asked
}

/** Ends the making of tiles in this order, each once it has begun. */
async function finishAll({ begun, finish }: ReturnType<typeof byHand>, columns: readonly number[]): Promise<void> {
  for (const column of columns) {
    await until(() => begun.includes(column))
    finish(column)
  }
}

describe('tiles as files', () => {
  it('are made once, the last asked for first, and found again', async () => {
    const made = byHand({ atOnce: 1 })
    const { tiles, begun } = made
    const asked = await askAll(tiles, [0, 1, 2, 2])
    await finishAll(made, [0, 2, 1])
    const files = await Promise.all(asked)
    expect(begun).toEqual([0, 2, 1])
    expect(files[2]).toBe(files[3])
    expect(files[1]).toMatch(new RegExp(`tiles.${SHA}.0-1-0\\.jpg$`))
    expect(await tiles.get(IMAGE, place(2))).toBe(files[2])
    expect(begun).toHaveLength(3)
  })

  it('are dropped when nobody waits for them any more, but for those begun', async () => {
    const made = byHand({ atOnce: 1 })
    const { tiles, begun } = made
    const gone = new AbortController()
    const asked = await askAll(tiles, [0, 1, 2], gone.signal)
    const [kept] = await askAll(tiles, [3])
    gone.abort()
    for (const dropped of asked.slice(1)) await expect(dropped).rejects.toMatchObject({ code: 'cancelled' })
    await finishAll(made, [0, 3])
    await Promise.all([asked[0], kept])
    expect(begun).toEqual([0, 3])
    await expect(tiles.get(IMAGE, place(9), gone.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('give way to later ones where too many wait', async () => {
    const made = byHand({ atOnce: 1, waiting: 2 })
    const { tiles, begun } = made
    const asked: Promise<string>[] = await askAll(tiles, [0, 1, 2])
    const last = tiles.get(IMAGE, place(3))
    await expect(asked[1]).rejects.toMatchObject({ code: 'cancelled' })
    await finishAll(made, [0, 3, 2])
    await Promise.all([asked[0], asked[2], last])
    expect(begun).toEqual([0, 3, 2])
  })

  it('go on after one that cannot be read', async () => {
    let times = 0
    const tiles = new TileFiles(temporaryFolder(), {
      tile: ({ target }) => (times++ === 0 ? Promise.reject(new Error('broken')) : Promise.resolve({ file: `${target}.pyramid` })),
    })
    await expect(tiles.get(IMAGE, place(0))).rejects.toThrow('broken')
    expect(await tiles.get(IMAGE, place(0))).toMatch(/pyramid$/)
  })

  it('stay within their bytes', async () => {
    const made = byHand({ limit: 1000 })
    for (let column = 0; column < 30; column++) {
      const tile = made.tiles.get(IMAGE, place(column))
      await finishAll(made, [column])
      await tile
    }
    const left = (): number => readdirSync(path.join(made.folder, 'tiles', SHA)).length
    await until(() => left() <= 10)
    expect(left()).toBeGreaterThanOrEqual(8)
  })
})

describe('a folder with a limit', () => {
  it('loses its oldest files first, those of an earlier session too', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 10; i++) {
      const file = path.join(folder, 'a', `${i}`)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, Buffer.alloc(100))
      utimesSync(file, i, i)
    }
    await new FolderLimit(folder, 650).added(path.join(folder, 'a', '9'))
    expect(readdirSync(path.join(folder, 'a')).sort()).toEqual(['5', '6', '7', '8', '9'])
    expect(statSync(path.join(folder, 'a', '9')).size).toBe(100)
  })

  it('counts each of many files that come at the same time', async () => {
    const folder = temporaryFolder()
    const limit = new FolderLimit(folder, 1000)
    await limit.check()
    const files = Array.from({ length: 100 }, (_, i) => path.join(folder, `${i}`))
    const told = files.map((file) => {
      writeFileSync(file, Buffer.alloc(100))
      return limit.added(file)
    })
    await Promise.all(told)
    expect(readdirSync(folder).length).toBeLessThanOrEqual(10)
    expect(readdirSync(folder).length).toBeGreaterThanOrEqual(8)
  })
})
