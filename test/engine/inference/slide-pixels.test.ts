import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockCache } from '../../../src/engine/inference/block-cache.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { levelFor, slidePixels } from '../../../src/engine/inference/slide-pixels.ts'
import { fakeSlide, noise, reduced } from './fake-slide.ts'

const furthest = (a: Float32Array, b: Float32Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

describe('slidePixels', () => {
  it.each([1, 3] as const)(
    'gives to the bit what a decoded picture gives, at any scale that level 0 serves (%i channels)',
    async (channels) => {
      const picture = noise(1300, 900, channels, 1)
      const [whole, parts] = [rasterSource(picture), slidePixels(fakeSlide([picture], 64))]
      const place = fc.record({
        x: fc.double({ min: 0, max: 1200, noNaN: true }),
        y: fc.double({ min: 0, max: 850, noNaN: true }),
        w: fc.double({ min: 0.01, max: 1, noNaN: true }),
        h: fc.double({ min: 0.01, max: 1, noNaN: true }),
        size: fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
        wanted: fc.constantFrom(1, 3),
      })
      await fc.assert(
        fc.asyncProperty(place, async ({ x, y, w, h, size, wanted }) => {
          const region = { x, y, width: w * (1300 - x), height: h * (900 - y) }
          expect(await parts.read(region, size, wanted)).toEqual(await whole.read(region, size, wanted))
        }),
        { numRuns: 40 },
      )
      const all = { x: 0, y: 0, width: 1300, height: 900 }
      expect(await parts.read(all, [225, 325], 3)).toEqual(await whole.read(all, [225, 325], 3))
    },
  )

  it('reads the coarsest level that is fine enough', () => {
    const levels = [
      { width: 4000, height: 2000, downsample: 1 },
      { width: 1000, height: 500, downsample: 4 },
      // Rounded up: 15.87, not 16.
      { width: 252, height: 126, downsample: 4000 / 252 },
    ]
    const region = { x: 1000, y: 800, width: 640, height: 640 }
    const at = (side: number) => levelFor(levels, region, [side, side]).index
    expect([640, 163, 160, 41, 40, 1, 900].map(at)).toEqual([0, 0, 1, 1, 2, 2, 0])
    expect(levelFor(levels, region, [160, 160]).window).toEqual({ x: 250, y: 200, width: 160, height: 160 })
    // An input that is stretched is as fine as it is asked for in its finer direction.
    expect(levelFor(levels, region, [160, 640]).index).toBe(0)
  })

  it('sees on a coarser level what lies at the same place of the image', async () => {
    const picture = noise(1024, 1024, 3, 2)
    const slide = fakeSlide([picture, reduced(picture, 4)], 128)
    const region = { x: 256, y: 512, width: 512, height: 256 }
    const read = await slidePixels(slide).read(region, [64, 128], 3)
    expect(new Set(slide.reads.map(({ level }) => level))).toEqual(new Set([1]))
    const level = rasterSource(reduced(picture, 4))
    expect(read).toEqual(await level.read({ x: 64, y: 128, width: 128, height: 64 }, [64, 128], 3))
  })

  it('reads each block once where regions overlap, and never much more than it may keep', async () => {
    const picture = noise(2048, 1536, 3, 3)
    const slide = fakeSlide([picture], 512)
    const cache = new BlockCache(slide, 8 * 512 * 512 * 3)
    const pixels = slidePixels(slide, cache)
    for (let y = 0; y <= 1024; y += 384)
      for (let x = 0; x <= 1536; x += 384) await pixels.read({ x, y, width: 512, height: 512 }, [512, 512], 3)
    expect(cache.reads).toBe(4 * 3)
    for (const { width, height } of slide.reads) expect(Math.max(width, height)).toBeLessThanOrEqual(512)
    // What was asked for long ago was let go.
    await pixels.read({ x: 0, y: 0, width: 256, height: 256 }, [256, 256], 3)
    expect(cache.reads).toBe(13)
  })

  it('reads a whole level strip by strip where it is large', async () => {
    const side = 6000
    const data = Uint8Array.from({ length: side * side }, (_, i) => ((i % side) >> 5) ^ (Math.floor(i / side) >> 5))
    const picture = { width: side, height: side, channels: 1 as const, data }
    const slide = fakeSlide([picture], 512)
    const region = { x: 0, y: 0, width: side, height: side }
    const strips = await slidePixels(slide).read(region, [300, 300], 1)
    expect(furthest(strips, await rasterSource(picture).read(region, [300, 300], 1))).toBeLessThan(1e-3)
  })

  it('tries again where a block could not be read', async () => {
    const slide = fakeSlide([noise(100, 100, 3, 4)])
    let fails = true
    const flaky = {
      ...slide,
      read: (...args: Parameters<typeof slide.read>) => (fails ? Promise.reject(new Error('away')) : slide.read(...args)),
    }
    const pixels = slidePixels(flaky)
    const read = () => pixels.read({ x: 0, y: 0, width: 100, height: 100 }, [10, 10], 3)
    await expect(read()).rejects.toThrow('away')
    fails = false
    expect((await read()).length).toBe(300)
  })
})
