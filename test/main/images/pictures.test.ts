import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { readRaster } from '../../../src/imaging/read.ts'
import { DisplayFiles } from '../../../src/main/images/display-file.ts'
import { Thumbnails, type ThumbnailSource } from '../../../src/main/images/thumbnails.ts'
import { picture, pictures, save, temporaryFolder } from './fixtures.ts'

const sha = (n: number): string => n.toString(16).padStart(64, '0')

async function sources(root: string, count: number): Promise<ThumbnailSource[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => ({
      sha256: sha(i),
      file: await save(path.join(root, `${i}.png`), picture(i, 600, 300)),
    })),
  )
}

describe('thumbnails', () => {
  it('makes two sizes of an upright picture, once', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'a.jpg'), picture(1, 1024, 512).withMetadata({ orientation: 6 }))
    const thumbnails = new Thumbnails(path.join(root, 'cache'), pictures)
    const small = await thumbnails.get({ sha256: sha(1), file }, 'small')
    const large = await thumbnails.get({ sha256: sha(1), file }, 'large')
    expect(small).toBe(path.join(root, 'cache', 'thumbs', `${sha(1)}-small.webp`))
    expect(await sharp(small).metadata()).toMatchObject({ format: 'webp', width: 64, height: 128 })
    expect(await sharp(large).metadata()).toMatchObject({ width: 256, height: 512 })
    const before = statSync(small).mtimeMs
    writeFileSync(file, 'gone bad')
    expect(await thumbnails.get({ sha256: sha(1), file }, 'small')).toBe(small)
    expect(statSync(small).mtimeMs).toBe(before)
  })

  it('makes small pictures no larger, and an empty file of the cache anew', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'a.png'), picture(1))
    const thumbnails = new Thumbnails(root, pictures)
    const small = await thumbnails.get({ sha256: sha(1), file }, 'small')
    expect(await sharp(small).metadata()).toMatchObject({ width: 48, height: 32 })
    writeFileSync(small, '')
    await thumbnails.get({ sha256: sha(1), file }, 'small')
    expect(statSync(small).size).toBeGreaterThan(0)
  })

  it('fills in the background, tells of each, passes over what can’t be read, and leaves no scraps', async () => {
    const root = temporaryFolder()
    const all = await sources(root, 6)
    writeFileSync(all[2]!.file, 'broken')
    const thumbnails = new Thumbnails(root, pictures)
    await thumbnails.get(all[0]!, 'small')
    const told: string[] = []
    await thumbnails.fill(all, ({ sha256 }) => told.push(sha256))
    expect(told).toEqual([1, 3, 4, 5].map(sha))
    const names = readdirSync(path.join(root, 'thumbs'))
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([])
    expect(names).toHaveLength(10)
    await expect(thumbnails.get(all[2]!, 'small')).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('serves who waits before the background, the last asked first', async () => {
    const root = temporaryFolder()
    const all = await sources(root, 12)
    const thumbnails = new Thumbnails(root, pictures)
    const order: string[] = []
    const filling = thumbnails.fill(all.slice(0, 6), ({ sha256 }) => order.push(`fill ${Number.parseInt(sha256, 16)}`))
    const waiting = all.slice(6).map((source, i) => thumbnails.get(source, 'small').then(() => order.push(`get ${i + 6}`)))
    await Promise.all([filling, ...waiting])
    const last = Math.max(...[6, 7, 8, 9, 10, 11].map((i) => order.indexOf(`get ${i}`)))
    // The one that had begun may end before; of the others none.
    expect(order.slice(0, last).filter((entry) => entry.startsWith('fill')).length).toBeLessThanOrEqual(1)
    expect(order.filter((entry) => entry.startsWith('fill'))).toHaveLength(6)
  })

  it('makes one that two want once', async () => {
    const root = temporaryFolder()
    const [source] = await sources(root, 1)
    const thumbnails = new Thumbnails(root, pictures)
    const files = await Promise.all([thumbnails.get(source!, 'small'), thumbnails.get(source!, 'large'), thumbnails.get(source!, 'small')])
    expect(new Set(files).size).toBe(2)
  })

  it('lets go of what nobody wants any more', async () => {
    const root = temporaryFolder()
    const all = await sources(root, 8)
    const thumbnails = new Thumbnails(root, pictures)
    const stop = new AbortController()
    const made: string[] = []
    const filling = thumbnails.fill(
      all,
      ({ sha256 }) => {
        made.push(sha256)
        if (made.length === 2) stop.abort(new Error('closed'))
      },
      stop.signal,
    )
    await filling
    expect(made).toHaveLength(2)
    const asked = all.slice(4).map((source) => thumbnails.get(source, 'small', stop.signal))
    // All at once: one that rejects while another is waited for would count as unheard.
    await Promise.all(asked.map((one) => expect(one).rejects.toThrow('closed')))
    await expect(thumbnails.get(all[7]!, 'small')).resolves.toContain(sha(7))
  })
})

describe('files for display', () => {
  const shown = async (name: string, image: Sharp): Promise<{ own: boolean; file: string; original: string }> => {
    const root = temporaryFolder()
    const original = await save(path.join(root, name), image)
    const file = await new DisplayFiles(path.join(root, 'cache'), pictures).get({ sha256: sha(1), file: original })
    return { own: file === original, file, original }
  }

  it('shows upright 8-bit JPEG, PNG and WebP themselves', async () => {
    for (const name of ['a.jpg', 'a.png', 'a.webp']) expect((await shown(name, picture(1))).own, name).toBe(true)
    expect((await shown('grey.png', picture(1).toColourspace('b-w'))).own).toBe(true)
  })

  it.each([
    ['turned.jpg', () => picture(1).withMetadata({ orientation: 3 })],
    ['print.jpg', () => picture(1).toColourspace('cmyk')],
    ['deep.png', () => picture(1).toColourspace('rgb16')],
    ['slide.tif', () => picture(1)],
    ['clear.png', () => picture(1).ensureAlpha(0.5)],
  ])('makes a PNG of %s with the pixels that training sees', async (name, image) => {
    const { own, file, original } = await shown(name, image())
    expect(own).toBe(false)
    expect(file).toMatch(/display.*\.png$/)
    const { data } = await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    expect(new Uint8Array(data)).toEqual((await readRaster(original)).data)
  })

  it('makes it once, for two who ask at once and for later', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'a.tif'), picture(1))
    const display = new DisplayFiles(root, pictures)
    const [first, second] = await Promise.all([display.get({ sha256: sha(1), file }), display.get({ sha256: sha(1), file })])
    expect(first).toBe(second)
    const before = statSync(first!).mtimeMs
    expect(statSync(await display.get({ sha256: sha(1), file })).mtimeMs).toBe(before)
  })

  it('converts a PNG with a gamma of its own, unless it is sRGB', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'a.png'), picture(1))
    const bytes = readFileSync(file)
    const chunk = (type: string, data: Buffer): Buffer => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
      const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
      length.writeUInt32BE(data.length)
      crc.writeUInt32BE(crc32(body))
      return Buffer.concat([length, body, crc])
    }
    const gamma = chunk('gAMA', Buffer.from([0, 1, 0x86, 0xa0]))
    const inserted = (...chunks: Buffer[]): Buffer => Buffer.concat([bytes.subarray(0, 33), ...chunks, bytes.subarray(33)])
    const display = new DisplayFiles(root, pictures)
    writeFileSync(file, inserted(gamma))
    expect(await display.get({ sha256: sha(1), file })).not.toBe(file)
    writeFileSync(file, inserted(chunk('sRGB', Buffer.from([0])), gamma))
    expect(await display.get({ sha256: sha(2), file })).toBe(file)
  })

  it('says what is wrong with a file that can’t be shown', async () => {
    const root = temporaryFolder()
    writeFileSync(path.join(root, 'a.png'), 'no')
    await expect(new DisplayFiles(root, pictures).get({ sha256: sha(1), file: path.join(root, 'a.png') })).rejects.toMatchObject({
      code: 'image-unsupported',
    })
  })
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
