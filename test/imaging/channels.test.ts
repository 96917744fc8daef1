import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { writeChannel } from '../../src/imaging/channels.ts'
import { readRaster } from '../../src/imaging/read.ts'
import { readDetails } from '../../src/imaging/slides/associated.ts'
import { temporaryFolder } from './samples.ts'
import { omeXml, stackPage, writeStack } from './stack-tiff.ts'

/** The numbers of a channel, as the window reads them. */
async function numbersOf(file: string, channel: number): Promise<{ width: number; height: number; values: number[] }> {
  const target = path.join(temporaryFolder(), 'channel.png')
  await writeChannel({ file, channel, target })
  const { data, info } = await sharp(target).raw().toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(3)
  const values = Array.from({ length: info.width * info.height }, (_, i) => data[3 * i]! * 256 + data[3 * i + 1]!)
  return { width: info.width, height: info.height, values }
}

const twoPages = [stackPage(9, 5, (x, y) => 300 * x + y), stackPage(9, 5, (x, y) => 60_000 - 7 * x - y)]

describe('channels that can be looked at one by one', () => {
  it('are the pages of an OME-TIFF that says so, by their names and colours', async () => {
    const file = path.join(temporaryFolder(), 'stack.tif')
    // 0x00ff00ff: green, opaque; a colour above 0x7fffffff is written as a negative number.
    writeStack(file, twoPages, omeXml([{ name: 'FITC', color: 0x00ff00ff }, { name: 'Cy3', color: 0xff8000ff | 0 }])) // prettier-ignore
    expect((await readDetails(file)).channels).toEqual([
      { name: 'FITC', color: '#00ff00' },
      { name: 'Cy3', color: '#ff8000' },
    ])
    for (const [i, page] of twoPages.entries()) expect(await numbersOf(file, i)).toEqual({ width: 9, height: 5, values: [...page.values] })
    await expect(numbersOf(file, 2)).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('are the pages of an ImageJ hyperstack of channels alone', async () => {
    const file = path.join(temporaryFolder(), 'imagej.tif')
    writeStack(file, twoPages, 'ImageJ=1.53t\nimages=2\nchannels=2\nmode=composite\n')
    expect((await readDetails(file)).channels.map(({ name }) => name)).toEqual(['Channel 1', 'Channel 2'])
  })

  it('are not slices of depth or time, nor pages of which nothing is said: these are grey images', async () => {
    const file = path.join(temporaryFolder(), 'depth.tif')
    for (const said of [omeXml([{ name: 'DAPI' }], 2), 'ImageJ=1.53t\nimages=2\nslices=2\n', '']) {
      writeStack(file, twoPages, said)
      expect((await readDetails(file)).channels).toEqual([{ name: 'Grey', color: '#ffffff' }])
    }
  })

  it('are the one of a 16-bit grey image and the three of a 16-bit colour image, number by number', async () => {
    const folder = temporaryFolder()
    const [grey, rgb] = [path.join(folder, 'grey.png'), path.join(folder, 'rgb.png')]
    const values = Uint16Array.from({ length: 6 * 4 * 3 }, (_, i) => (i * 911) % 65_536)
    const first = values.slice(0, 24)
    // sharp takes raw 16-bit grey only as such.
    await sharp(first, { raw: { width: 6, height: 4, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(grey)
    await sharp(values, { raw: { width: 6, height: 4, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(rgb)
    expect((await readDetails(grey)).channels).toHaveLength(1)
    expect((await numbersOf(grey, 0)).values).toEqual([...first])
    expect((await readDetails(rgb)).channels.map(({ name }) => name)).toEqual(['Red', 'Green', 'Blue'])
    expect((await numbersOf(rgb, 1)).values).toEqual([...values].filter((_, i) => i % 3 === 1))
  })

  it('are none of an image with 8 bits', async () => {
    const file = path.join(temporaryFolder(), 'plain.png')
    await sharp({ create: { width: 30, height: 20, channels: 3, background: '#a05' } }).toFile(file)
    expect((await readDetails(file)).channels).toEqual([])
    await expect(writeChannel({ file, channel: 0, target: `${file}.x` })).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('leave what is learned from as it was: the first page, by the automatic range', async () => {
    const folder = temporaryFolder()
    const [stack, single] = [path.join(folder, 'stack.tif'), path.join(folder, 'single.tif')]
    writeStack(stack, twoPages, omeXml([{ name: 'a' }, { name: 'b' }]))
    writeStack(single, twoPages.slice(0, 1), '')
    const before = await readRaster(stack)
    await numbersOf(stack, 1)
    expect(await readRaster(stack)).toEqual(before)
    expect(before).toEqual(await readRaster(single))
  })
})
