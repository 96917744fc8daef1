import { removeSmall } from '#shared/masks/components.ts'
import { close, dilate } from '#shared/masks/morphology.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { opticalDensities } from './optical-density.ts'
import { otsuThreshold } from './otsu.ts'
import type { PixelSource } from './pixel-source.ts'

/** Where on an image there is something to look at. */
export interface TissueMap {
  /** Whether a region (image pixels) shows nothing but glass. */
  isGlass(region: Box): boolean
  /** Share of the image's area that is glass, 0..1. */
  readonly glassShare: number
}

/** Which tiles were asked about, and how many of them were only glass. */
export interface GlassCount {
  readonly share: number
  readonly tiles: number
  readonly skipped: number
}

/** Asks a map about tiles and counts them: each once, however often it is asked about. */
export class GlassCounter {
  readonly #tissue: TissueMap
  readonly #tiles = new Map<string, boolean>()

  constructor(tissue: TissueMap) {
    this.#tissue = tissue
  }

  readonly skips = (region: Box): boolean => {
    const key = `${region.x} ${region.y} ${region.width} ${region.height}`
    const known = this.#tiles.get(key)
    if (known !== undefined) return known
    const glass = this.#tissue.isGlass(region)
    this.#tiles.set(key, glass)
    return glass
  }

  count(): GlassCount {
    const skipped = [...this.#tiles.values()].filter((glass) => glass).length
    return { share: this.#tissue.glassShare, tiles: this.#tiles.size, skipped }
  }
}

/** Longer side of the picture that tissue is looked for on. */
const SIDE = 2048
/**
 * What takes more than MOST_DENSITY (a quarter of the light in at least one colour) is never glass; Otsu's rule parts the rest, since with dark
 * stain in the sum it would put pale tissue to the glass. Below LEAST_DENSITY glass is not told from its own noise. Macenko's limit for
 * stained pixels, 0.15, is above both.
 */
const LEAST_DENSITY = 0.03
const MOST_DENSITY = 0.12
/** Pixels of the picture: gaps up to twice this wide are closed, and so much around tissue is looked at with it. */
const CLOSING = 3
const MARGIN = 2
/** Fewer pixels than this are noise or dust. */
const SPECK = 3

/**
 * Looks for tissue on a reduced picture of an image: Otsu's threshold (IEEE Trans. SMC 9, 1979) on the optical density against the glass
 * (Macenko et al., ISBI 2009), freed of specks and closed as whole-slide pipelines do it (CLAM: Lu et al., Nature Biomedical
 * Engineering 5, 2021). It rather takes glass for tissue than tissue for glass: what is skipped cannot be found. Null where nothing can be told
 * apart: the picture is not bright-field (fluorescence, dark ground, phase contrast) or shows no glass.
 */
export async function findTissue(source: PixelSource): Promise<TissueMap | null> {
  const shrink = Math.min(1, SIDE / Math.max(source.width, source.height))
  const width = Math.max(1, Math.round(source.width * shrink))
  const height = Math.max(1, Math.round(source.height * shrink))
  const pixels = await source.read({ x: 0, y: 0, width: source.width, height: source.height }, [height, width], 3)
  const densities = opticalDensities(pixels)
  return densities === null ? null : tissueMap(tissueMask(densities, { width, height }), { width, height }, source)
}

/** 1 where there is tissue: densities of a picture, thresholded and cleaned. */
export function tissueMask(densities: Float32Array, { width, height }: Size): Uint8Array {
  const pale = densities.filter((density) => density < MOST_DENSITY)
  const limit = Math.max(LEAST_DENSITY, otsuThreshold(pale, MOST_DENSITY))
  const dense = Uint8Array.from(densities, (density) => (density > limit ? 1 : 0))
  const clean = removeSmall(dense, width, height, SPECK)
  return dilate(close(clean, width, height, CLOSING), width, height, MARGIN)
}

/** Sums over all places above and to the left answer for any region at once. */
function tissueMap(mask: Uint8Array, { width, height }: Size, image: Size): TissueMap {
  const stride = width + 1
  const sums = new Int32Array(stride * (height + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0, row = 0; x < width; x++) {
      row += mask[y * width + x]!
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row
    }
  const [across, down] = [width / image.width, height / image.height]
  const isGlass = (region: Box): boolean => {
    const [left, right] = covered(region.x * across, (region.x + region.width) * across, width)
    const [top, bottom] = covered(region.y * down, (region.y + region.height) * down, height)
    const at = (x: number, y: number): number => sums[y * stride + x]!
    return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top) === 0
  }
  return { isGlass, glassShare: 1 - sums.at(-1)! / mask.length }
}

function covered(from: number, to: number, length: number): [number, number] {
  const first = Math.min(length - 1, Math.max(0, Math.floor(from)))
  return [first, Math.max(first + 1, Math.min(length, Math.ceil(to)))]
}
