import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { FEATURES } from '#shared/feature-domain.ts'
import { fineDetail } from '../../../src/engine/inference/fine-detail.ts'
import { ImageFeatures } from '../../../src/engine/inference/image-features.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { temporaryFolder } from '../../main/project/fixtures.ts'

/** Discs of a radius on a light ground, 320 x 240 pixels. */
async function discs(file: string, radius: number, change: (image: Sharp) => Sharp = (image) => image): Promise<string> {
  const step = 3 * radius
  const places = Array.from({ length: Math.ceil(320 / step) * Math.ceil(240 / step) }, (_, i) => [(i % Math.ceil(320 / step)) * step, Math.floor(i / Math.ceil(320 / step)) * step]) // prettier-ignore
  const circles = places.map(([x, y]) => `<circle cx="${x! + radius}" cy="${y! + radius}" r="${radius}" fill="#a46" />`).join('')
  const drawn = Buffer.from(`<svg width="320" height="240"><rect width="320" height="240" fill="#edd" />${circles}</svg>`)
  await change(sharp(await sharp(drawn).png().toBuffer()))
    .png()
    .toFile(file)
  return file
}

describe('what an image shows', () => {
  it('is told by the shipped encoder: the same of the same picture, other numbers of other structures', async () => {
    const folder = temporaryFolder()
    const at = (name: string): string => path.join(folder, name)
    const features = new ImageFeatures()
    const [one, finer] = [await discs(at('one.png'), 16), await discs(at('finer.png'), 5)]
    const read = (file: string) => features.read({ file, isWhole: true })
    const [first, again, other] = [await read(one), await read(one), await read(finer)]
    expect(first.features).toHaveLength(FEATURES)
    expect(again).toEqual(first)
    expect(Math.hypot(...first.features.map((value, k) => value - other.features[k]!))).toBeGreaterThan(0.5)
    expect((await features.read({ file: one, isWhole: false })).detail).toBeNull()
  })

  it('is told after all where the encoder could not be opened before', async () => {
    const file = await discs(path.join(temporaryFolder(), 'one.png'), 16)
    let opened = 0
    const run = (): Promise<never> => Promise.reject(new Error('looked'))
    const features = new ImageFeatures(() => Promise.resolve().then(() => (++opened === 1 ? Promise.reject(new Error('no memory')) : ({ run } as never)))) // prettier-ignore
    const asked = { file, isWhole: false }
    await expect(features.read(asked)).rejects.toThrow('no memory')
    await expect(Promise.all([features.read(asked), features.read(asked)])).rejects.toThrow('looked')
    expect(opened).toBe(2)
  })

  it('tells how sharp it is, and how fine', async () => {
    const folder = temporaryFolder()
    const at = (name: string): string => path.join(folder, name)
    const detail = async (file: string): Promise<[number, number]> => fineDetail(await readRaster(file))!
    const [sharpness, fineness] = await detail(await discs(at('a.png'), 16))
    expect((await detail(await discs(at('blurred.png'), 16, (image) => image.blur(2))))[0]).toBeLessThan(sharpness - 1)
    expect((await detail(await discs(at('fine.png'), 4)))[1]).toBeGreaterThan(fineness + 0.5)
    expect(fineDetail({ width: 20, height: 12, channels: 1, data: new Uint8Array(240) })).toBeNull()
  })
})
