import { setImmediate } from 'node:timers/promises'
import { createRandom } from '#shared/random.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import type { ImageSource, SourceRegion } from '../../../src/imaging/slides/image-source.ts'

/** A slide made of a raster and reduced copies of it; `reads` is what was asked for. */
export interface FakeSlide extends ImageSource {
  readonly reads: SourceRegion[]
  readonly closed: () => boolean
}

export function fakeSlide(levels: readonly [Raster, ...Raster[]], tileSize = 256): FakeSlide {
  const [{ width, height }] = levels
  const reads: SourceRegion[] = []
  let closed = false
  return {
    width,
    height,
    levels: levels.map((level) => ({ width: level.width, height: level.height, downsample: width / level.width })),
    tileSize,
    facts: { reader: 'fake', micronsPerPixel: null, objective: null, scannedAt: null },
    reads,
    closed: () => closed,
    read: async (region) => {
      reads.push(region)
      await setImmediate()
      return cut(levels[region.level]!, region)
    },
    close: () => {
      closed = true
      return Promise.resolve()
    },
  }
}

function cut(raster: Raster, { x, y, width, height }: SourceRegion): Raster {
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > raster.width || y + height > raster.height)
    throw new RangeError(`${width} x ${height} at ${x}, ${y} of ${raster.width} x ${raster.height}`)
  const data = new Uint8Array(width * height * raster.channels)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * raster.width + x) * raster.channels
    data.set(raster.data.subarray(from, from + width * raster.channels), row * width * raster.channels)
  }
  return { ...raster, width, height, data }
}

/** The mean of each block of `factor` x `factor` pixels. */
export function reduced(raster: Raster, factor: number): Raster {
  const { channels } = raster
  const [width, height] = [Math.floor(raster.width / factor), Math.floor(raster.height / factor)]
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let v = 0; v < factor; v++)
          for (let u = 0; u < factor; u++) sum += raster.data[((y * factor + v) * raster.width + x * factor + u) * channels + c]!
        data[(y * width + x) * channels + c] = Math.round(sum / (factor * factor))
      }
  return { width, height, channels, data }
}

/** Grain on white with a few stained discs. */
export function tissuePicture(
  width: number,
  height: number,
  discs: readonly { readonly x: number; readonly y: number; readonly r: number }[],
  seed: number,
): Raster {
  const random = createRandom(seed)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const inside = discs.some((disc) => Math.hypot(x + 0.5 - disc.x, y + 0.5 - disc.y) < disc.r)
      const grain = random.normal(0, 2)
      const colour = inside ? [206, 150, 190] : [243, 242, 244]
      for (let c = 0; c < 3; c++) data[at + c] = Math.max(0, Math.min(255, Math.round(colour[c]! + grain)))
    }
  return { width, height, channels: 3, data }
}

export function noise(width: number, height: number, channels: 1 | 3, seed: number): Raster {
  const random = createRandom(seed)
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, () => random.int(256)) }
}
