import { appendFile, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter } from '../../../src/engine/inference/byte-stream.ts'
import { eachTile, type TileCodec } from '../../../src/engine/inference/each-tile.ts'
import { UnfinishedWork } from '../../../src/engine/inference/unfinished-work.ts'
import { logsIn, type OpenLog } from '../../../src/engine/inference/work-log.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'work-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function read(openLog: OpenLog, name = 'a'): Promise<string[]> {
  const log = await openLog(name)
  const seen: string[] = []
  for await (const { key, bytes } of log.kept()) seen.push(`${key}:${Buffer.from(bytes).toString()}`)
  await log.close()
  return seen
}

async function write(openLog: OpenLog, texts: readonly string[], name = 'a'): Promise<void> {
  const log = await openLog(name)
  let key = 0
  for await (const _ of log.kept()) key++
  for (const text of texts) await log.append(key++, Buffer.from(text))
  await log.close()
}

describe('logsIn', () => {
  it('gives back what was appended, over several openings', async () => {
    const openLog = logsIn(path.join(folder, 'several'))
    await write(openLog, ['one', '', 'three'])
    await write(openLog, ['four'])
    await write(openLog, ['other'], 'b')
    expect(await read(openLog)).toEqual(['0:one', '1:', '2:three', '3:four'])
    expect(await read(openLog, 'b')).toEqual(['0:other'])
  })

  it('cuts off what was written in part, at any place, and goes on after it', async () => {
    const place = path.join(folder, 'torn')
    const file = path.join(place, 'a.log')
    await write(logsIn(place), ['first', 'second'])
    const whole = await readFile(file)
    const sound = whole.length - 12 - 'second'.length
    for (let length = sound; length < whole.length; length++) {
      await writeFile(file, whole)
      await truncate(file, length)
      expect(await read(logsIn(place))).toEqual(['0:first'])
      await write(logsIn(place), ['again'])
      expect(await read(logsIn(place))).toEqual(['0:first', '1:again'])
    }
  })

  it('does not believe a damaged record, and begins anew what is no log', async () => {
    const place = path.join(folder, 'damaged')
    const file = path.join(place, 'a.log')
    await write(logsIn(place), ['first', 'second', 'third'])
    const whole = await readFile(file)
    const at = whole.indexOf('second')
    whole[at] = 'S'.charCodeAt(0)
    await writeFile(file, whole)
    expect(await read(logsIn(place))).toEqual(['0:first'])
    await writeFile(file, 'something else altogether, and long enough')
    expect(await read(logsIn(place))).toEqual([])
    await write(logsIn(place), ['new'])
    await appendFile(file, Buffer.alloc(40, 255))
    expect(await read(logsIn(place))).toEqual(['0:new'])
  })
})

describe('eachTile', () => {
  const tiles = Array.from({ length: 9 }, (_, i) => ({ x: 10 * i, y: 0, width: 10, height: 10 }))
  const codec: TileCodec<string> = { encode: (text) => Buffer.from(text), decode: (bytes) => Buffer.from(bytes).toString() }

  it('goes on where an earlier one was broken off, with the same to tell; what is skipped is not looked at', async () => {
    const openLog = logsIn(path.join(folder, 'tiles'))
    const skips = ({ x }: { x: number }): boolean => x === 20 || x === 70
    const looked: number[] = []
    const run = async (until: number) => {
      const taken: string[] = []
      const turns: string[] = []
      const look = ({ x }: { x: number }): Promise<string> => {
        if (looked.length >= until) return Promise.reject(new Error('killed'))
        looked.push(x)
        return Promise.resolve(`found at ${x}`)
      }
      const turn = (done: number, all: number) => Promise.resolve(void turns.push(`${done}/${all}`))
      await eachTile(tiles, { skips, openLog, turn }, 'model-0', codec, look, ({ x }, text) => taken.push(`${x}: ${text}`))
      return { taken, turns }
    }
    await expect(run(3)).rejects.toThrow('killed')
    const { taken, turns } = await run(100)
    expect(looked).toEqual([0, 10, 30, 40, 50, 60, 80])
    expect(taken).toEqual(looked.map((x) => `${x}: found at ${x}`))
    expect(turns).toEqual(['3/7', '4/7', '5/7', '6/7', '7/7'])
    expect((await run(100)).taken).toEqual(taken)
    expect(looked.length).toBe(7)
  })
})

describe('UnfinishedWork', () => {
  it('finds what was kept of the same file in the same way, nothing else, and clears up at the end', async () => {
    const place = path.join(folder, 'unfinished')
    const [a, b] = [path.join(folder, 'a.tif'), path.join(folder, 'b.tif')]
    for (const file of [a, b]) await writeFile(file, 'pixels')
    await write(await new UnfinishedWork(place).logsOf(a, { flips: false }), ['half'])
    const kept = async (file: string, ways: unknown) => read(await new UnfinishedWork(place).logsOf(file, ways))
    expect(await kept(a, { flips: false })).toEqual(['0:half'])
    expect(await kept(a, { flips: true })).toEqual([])
    expect(await kept(b, { flips: false })).toEqual([])
    await writeFile(a, 'other pixels')
    expect(await kept(a, { flips: false })).toEqual([])
    const old = new Date(Date.now() - 30 * 24 * 3600 * 1000)
    const names = await readdir(place)
    expect(names.length).toBe(4)
    for (const name of names.slice(0, 2)) await utimes(path.join(place, name), old, old)
    const work = new UnfinishedWork(place)
    await read(await work.logsOf(b, 'a third way'))
    await work.finish()
    expect((await readdir(place)).sort()).toEqual(names.slice(2).sort())
  })
})

describe('ByteWriter and ByteReader', () => {
  it('give back numbers and bytes, however many', () => {
    const writer = new ByteWriter()
    for (let round = 0; round < 2; round++) {
      const large = Uint8Array.from({ length: 200_000 }, (_, i) => i)
      writer.uint32(4_294_967_295)
      writer.float64(Math.PI)
      writer.bytes(large)
      writer.bytes(new Uint8Array(0))
      const reader = new ByteReader(writer.take())
      expect([reader.uint32(), reader.float64()]).toEqual([4_294_967_295, Math.PI])
      expect(reader.bytes()).toEqual(large)
      expect(reader.ended).toBe(false)
      expect(reader.bytes().length).toBe(0)
      expect(reader.ended).toBe(true)
      expect(() => reader.uint32()).toThrow(RangeError)
    }
  })
})
