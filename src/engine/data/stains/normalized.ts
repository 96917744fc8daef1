import { normalizeStains } from '#shared/stains/normalize.ts'
import type { OwnColors, StainFacts } from '#shared/stains/stain-facts.ts'
import type { Raster } from '../../../imaging/raster.ts'
import type { ImageSource } from '../../../imaging/slides/image-source.ts'
import { BlockCache } from '../../inference/block-cache.ts'
import { rasterSource } from '../../inference/pixel-source.ts'
import { slidePixels } from '../../inference/slide-pixels.ts'
import { measureSource } from './measure-source.ts'

/** An image in the colours that are aimed at; or as it was, and why. */
export interface Normalized<T> {
  readonly image: T
  readonly ownColors: OwnColors | null
}

/** A decoded picture in the target's colours. */
export async function normalizedRaster(raster: Raster, target: StainFacts): Promise<Normalized<Raster>> {
  const facts = await measureSource(target.method, rasterSource(raster))
  return typeof facts === 'string' ? { image: raster, ownColors: facts } : { image: moved(raster, facts, target), ownColors: null }
}

/** A slide in the target's colours, whatever of it is read: measured as a whole, so that no tile differs from its neighbour. It is read from `source`, whose owner closes it. */
export async function normalizedSlide(source: ImageSource, target: StainFacts): Promise<Normalized<ImageSource>> {
  const facts = await measureSlide(source, target)
  if (typeof facts === 'string') return { image: source, ownColors: facts }
  const { width, height, levels, tileSize, facts: told } = source
  const read: ImageSource['read'] = async (region, signal) => moved(await source.read(region, signal), facts, target)
  return { image: { width, height, levels, tileSize, facts: told, read, close: () => source.close() }, ownColors: null }
}

/** What is measured of a slide as a whole. Nothing has to be kept of what was read for it. */
export function measureSlide(source: ImageSource, { method }: Pick<StainFacts, 'method'>): Promise<StainFacts | OwnColors> {
  return measureSource(method, slidePixels(source, new BlockCache(source, 2 ** 24)))
}

/** A copy in the target's colours. A grey part of an image with colours stays. */
export function moved(raster: Raster, facts: StainFacts, target: StainFacts): Raster {
  if (raster.channels !== 3) return raster
  const data = raster.data.slice()
  normalizeStains(data, facts, target)
  return { ...raster, data }
}
