import type { Box } from '#shared/geometry/box.ts'
import type { ImageSource, SourceLevel } from '../../imaging/slides/image-source.ts'
import { plainFrameMap } from '../data/frame-geometry.ts'
import { neededPart, resamplePart } from '../data/resample.ts'
import type { InputSize } from '../models/preset.ts'
import { BlockCache } from './block-cache.ts'
import type { PixelSource } from './pixel-source.ts'

/** Pixels of a level that are put together at a time: what is larger is read in strips. 48 MiB as RGB. */
const MOST_PIXELS = 2 ** 24
/** A level counts as fine enough although it is coarser by this share: the sizes of levels are rounded to whole pixels. */
const ROUNDING = 0.01

/**
 * Pixels of a slide for a network. Each region is read from the coarsest level that is still as fine as what is asked for, with a margin for
 * the filter, and resampled as a decoded picture is. On level 0 that gives, to the bit, what `rasterSource` gives of the same pixels; on a
 * coarser level the pyramid's own reduction comes first. Memory is that of the block cache and of one region.
 */
export function slidePixels(source: ImageSource, cache: BlockCache = new BlockCache(source)): PixelSource {
  return {
    width: source.width,
    height: source.height,
    read: async (region, size, channels) => {
      const place = levelFor(source.levels, region, size)
      const out = new Float32Array(size[0] * size[1] * channels)
      for (const strip of stripsOf(place, size)) {
        const part = await cache.part(place.index, strip.needed)
        const map = plainFrameMap({ ...place.window, y: strip.y, height: strip.height })
        resamplePart({ ...part, whole: place.level }, map, {
          data: out.subarray(strip.from * size[1] * channels, strip.to * size[1] * channels),
          ...{ offset: 0, height: strip.to - strip.from, width: size[1], channels },
        })
      }
      return out
    },
  }
}

interface LevelPlace {
  readonly level: SourceLevel
  readonly index: number
  /** The region in the level's pixels. */
  readonly window: Box
}

/** The coarsest level with at least one pixel for each pixel that is asked for, and where a region of the image lies on it. */
export function levelFor(levels: readonly SourceLevel[], region: Box, [height, width]: InputSize): LevelPlace {
  const finest = levels[0]!
  const scale = Math.min(region.width / width, region.height / height)
  let index = 0
  for (const [i, { downsample }] of levels.entries())
    if (downsample <= scale * (1 + ROUNDING) && downsample > levels[index]!.downsample) index = i
  const level = levels[index]!
  const [across, down] = [level.width / finest.width, level.height / finest.height]
  const window = { x: region.x * across, y: region.y * down, width: region.width * across, height: region.height * down }
  return { level, index, window }
}

interface Strip {
  /** Rows `from` to `to` - 1 of what is asked for. */
  readonly from: number
  readonly to: number
  /** What these show, in the level's pixels. */
  readonly y: number
  readonly height: number
  readonly needed: Box
}

/** A region as few strips as keep each within `MOST_PIXELS` of its level. */
function* stripsOf({ level, window }: LevelPlace, [height, width]: InputSize): Generator<Strip> {
  const across = neededPart(level.width, window.x, window.width, width)
  const row = window.height / height
  const margin = 2 * (Math.ceil(2 * Math.max(1, row)) + 2)
  const fit = Math.floor((MOST_PIXELS / (across.to - across.from) - margin) / row)
  const rows = Math.max(1, Math.min(height, fit))
  for (let from = 0; from < height; from += rows) {
    const to = Math.min(height, from + rows)
    const [y, length] = [window.y + from * row, rows === height ? window.height : (to - from) * row]
    yield { from, to, y, height: length, needed: boxOf(across, neededPart(level.height, y, length, to - from)) }
  }
}

function boxOf(x: { readonly from: number; readonly to: number }, y: { readonly from: number; readonly to: number }): Box {
  return { x: x.from, y: y.from, width: x.to - x.from, height: y.to - y.from }
}
