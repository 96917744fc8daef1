import { measureStains } from '#shared/stains/normalize.ts'
import type { OwnColors, StainFacts, StainMethod } from '#shared/stains/stain-facts.ts'
import type { PixelSource } from '../../inference/pixel-source.ts'

/** Longer side of the picture that stains are measured on. */
const SIDE = 1024

/**
 * The colours of an image as a whole, measured once, on a reduced picture of it: of a slide from the level that is just fine enough. Training and
 * prediction both measure so.
 */
export async function measureSource(method: StainMethod, source: PixelSource): Promise<StainFacts | OwnColors> {
  const shrink = Math.min(1, SIDE / Math.max(source.width, source.height))
  const size = [Math.max(1, Math.round(source.height * shrink)), Math.max(1, Math.round(source.width * shrink))] as const
  return measureStains(method, await source.read({ x: 0, y: 0, width: source.width, height: source.height }, size, 3))
}
