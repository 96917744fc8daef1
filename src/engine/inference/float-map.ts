import type { Box } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'

/** One number a pixel, row by row. */
export interface FloatMap extends Size {
  readonly values: Float32Array
}

/** Maps as bytes: width and height, then the numbers, little-endian as on every machine that this runs on. */
export const floatMapCodec = {
  encode: ({ width, height, values }: FloatMap): Uint8Array => {
    const bytes = new Uint8Array(8 + 4 * values.length)
    bytes.set(new Uint8Array(Uint32Array.of(width, height).buffer))
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 8)
    return bytes
  },
  decode: (bytes: Uint8Array): FloatMap => {
    // A copy begins where numbers may begin.
    const { buffer } = Uint8Array.from(bytes)
    const [width, height] = new Uint32Array(buffer, 0, 2)
    return { width: width!, height: height!, values: new Float32Array(buffer, 8) }
  },
}

/** For each place of an axis the two source places that it lies between, and how much of the second: bilinear, half-pixel centres, held at the ends. */
interface Taps {
  readonly from: number
  readonly first: Int32Array
  readonly second: Int32Array
  readonly share: Float32Array
  /** How much the region counts there: falls towards its ends. */
  readonly weight: Float32Array
}

/**
 * A map of an image put together from maps of its regions, at a size of its own. A region's map is laid over the region (bilinear); where regions
 * overlap, each counts less towards its edge, so that no seam is seen.
 */
export class MapCanvas {
  readonly #image: Size
  readonly #size: Size
  readonly #sums: Float32Array
  readonly #weights: Float32Array

  constructor(image: Size, size: Size) {
    this.#image = { width: image.width, height: image.height }
    this.#size = size
    this.#sums = new Float32Array(size.width * size.height)
    this.#weights = new Float32Array(size.width * size.height)
  }

  /** `region` in the image's pixels. */
  add(region: Box, { values, width, height }: FloatMap): void {
    const across = tapsOf(region.x, region.width, width, this.#image.width, this.#size.width)
    const down = tapsOf(region.y, region.height, height, this.#image.height, this.#size.height)
    for (let j = 0; j < down.first.length; j++) {
      const [top, bottom, low] = [down.first[j]! * width, down.second[j]! * width, down.share[j]!]
      let at = (down.from + j) * this.#size.width + across.from
      for (let i = 0; i < across.first.length; i++, at++) {
        const [left, right, share] = [across.first[i]!, across.second[i]!, across.share[i]!]
        const above = values[top + left]! * (1 - share) + values[top + right]! * share
        const below = values[bottom + left]! * (1 - share) + values[bottom + right]! * share
        const weight = across.weight[i]! * down.weight[j]!
        this.#sums[at]! += weight * (above * (1 - low) + below * low)
        this.#weights[at]! += weight
      }
    }
  }

  /** What no region covers is 0. */
  map(): FloatMap {
    return { ...this.#size, values: this.#sums.map((sum, i) => (this.#weights[i] === 0 ? 0 : sum / this.#weights[i]!)) }
  }
}

/** `start` and `length`: the region in image pixels; `sources` places of its map; the canvas has `places` for `pixels` of the image. */
function tapsOf(start: number, length: number, sources: number, pixels: number, places: number): Taps {
  const scale = pixels / places
  const from = Math.max(0, Math.ceil(start / scale - 0.5))
  const to = Math.min(places, Math.ceil((start + length) / scale - 0.5))
  const count = Math.max(0, to - from)
  const taps = { from, first: new Int32Array(count), second: new Int32Array(count), share: new Float32Array(count), weight: new Float32Array(count) } // prettier-ignore
  for (let i = 0; i < count; i++) {
    const place = (from + i + 0.5) * scale - start
    const source = Math.min(sources - 1, Math.max(0, (place / length) * sources - 0.5))
    taps.first[i] = Math.floor(source)
    taps.second[i] = Math.min(sources - 1, taps.first[i]! + 1)
    taps.share[i] = source - taps.first[i]!
    taps.weight[i] = Math.min(place, length - place) / length
  }
  return taps
}

/** A map brought down to a size that is no larger: each place is the mean of what it covers, parts of pixels by their share. */
export function reducedMap(map: FloatMap, size: Size): FloatMap {
  if (size.width === map.width && size.height === map.height) return map
  const across = averaged(map.values, map.height, map.width, size.width)
  const turned = averaged(transposed(across, size.width, map.height), size.width, map.height, size.height)
  return { ...size, values: transposed(turned, size.height, size.width) }
}

/** Means along the rows of [rows, length]: [rows, places]. */
function averaged(values: Float32Array, rows: number, length: number, places: number): Float32Array {
  const out = new Float32Array(rows * places)
  const scale = length / places
  for (let p = 0; p < places; p++) {
    const [from, to] = [p * scale, (p + 1) * scale]
    for (let i = Math.floor(from); i < Math.min(length, Math.ceil(to)); i++) {
      const share = (Math.min(to, i + 1) - Math.max(from, i)) / scale
      for (let row = 0; row < rows; row++) out[row * places + p]! += share * values[row * length + i]!
    }
  }
  return out
}

/** [height, width] to [width, height]. */
function transposed(values: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(values.length)
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) out[x * height + y] = values[i]!
  return out
}

/** Blurred by a Gaussian of `sigma` places, out to three sigmas; beyond the edge lies the edge. */
export function smoothedMap({ values, width, height }: FloatMap, sigma: number): FloatMap {
  if (sigma <= 0) return { values, width, height }
  const reach = Math.ceil(3 * sigma)
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)))
  const sum = raw.reduce((a, b) => a + b, 0)
  const kernel = raw.map((weight) => weight / sum)
  const across = blurred(values, height, width, kernel)
  const turned = blurred(transposed(across, width, height), width, height, kernel)
  return { values: transposed(turned, height, width), width, height }
}

function blurred(values: Float32Array, rows: number, length: number, kernel: readonly number[]): Float32Array {
  const reach = (kernel.length - 1) / 2
  const out = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (const [k, weight] of kernel.entries()) sum += weight * values[row * length + Math.min(length - 1, Math.max(0, i + k - reach))]!
      out[row * length + i] = sum
    }
  return out
}

/** The mean of the `share` highest values (at least one). */
export function meanOfTop(values: Float32Array, share: number): number {
  const count = Math.max(1, Math.round(share * values.length))
  const highest = values
    .slice()
    .sort()
    .subarray(values.length - count)
  return highest.reduce((sum, value) => sum + value, 0) / count
}
