// How a picture differs from its reconstruction, step by step as the malaria autoencoder's study drew it. All maps are row by row,
// width * height long; nothing is changed in place.

export interface MapSize {
  readonly width: number
  readonly height: number
}

/** A pixel whose channels (0..1) all stay at or below this is black: what a cut-out cell lies on, with some room for JPEG's noise. */
export const BLACK = 8 / 255
/** Differences below this are noise of the reconstruction. */
export const LEAST_DIFFERENCE = 0.1

/** Weight of a neighbour in the dilation by its distance: the pixel itself, one beside it, one across the corner (binomial, [1 2 1] / 2 each way). */
const CENTRE = 1
const SIDE = 1 / 2
const CORNER = 1 / 4

/** Of each pixel the Euclidean norm of picture - reconstruction over its channels. Channels interleaved, 0..1: so 0..sqrt(channels). */
export function differenceNorm(picture: ArrayLike<number>, reconstruction: ArrayLike<number>, channels: number): Float32Array {
  if (picture.length !== reconstruction.length || picture.length % channels !== 0)
    throw new RangeError(`A picture of ${picture.length} numbers and a reconstruction of ${reconstruction.length} cannot be compared`)
  const out = new Float32Array(picture.length / channels)
  for (let i = 0, at = 0; i < out.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++, at++) sum += (picture[at]! - reconstruction[at]!) ** 2
    out[i] = Math.sqrt(sum)
  }
  return out
}

/** 1 where a pixel (channels 0..1, interleaved) is black. */
export function blackPixels(picture: ArrayLike<number>, channels: number): Uint8Array {
  const out = new Uint8Array(picture.length / channels)
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    let most = 0
    for (let c = 0; c < channels; c++) most = Math.max(most, picture[at + c]!)
    out[i] = most <= BLACK ? 1 : 0
  }
  return out
}

/** The black pixels that reach the picture's edge through black pixels sharing a side: the ground of a cut-out cell, but no dark thing within it. */
export function backgroundBorder(black: Uint8Array, size: MapSize): Uint8Array {
  const { width, height } = size
  const out = new Uint8Array(black.length)
  const open: number[] = []
  const visit = (i: number): void => {
    if (black[i] === 0 || out[i] === 1) return
    out[i] = 1
    open.push(i)
  }
  for (let x = 0; x < width; x++) [x, (height - 1) * width + x].forEach(visit)
  for (let y = 0; y < height; y++) [y * width, (y + 1) * width - 1].forEach(visit)
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const x = i % width
    if (x > 0) visit(i - 1)
    if (x < width - 1) visit(i + 1)
    if (i >= width) visit(i - width)
    if (i < width * (height - 1)) visit(i + width)
  }
  return out
}

/** Dilation by a square of `side` pixels (odd): 1 where any pixel of the square round it is. */
export function dilateSquare(mask: Uint8Array, { width, height }: MapSize, side: number): Uint8Array {
  const reach = (side - 1) / 2
  const across = new Uint8Array(mask.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [from, to] = [Math.max(0, x - reach), Math.min(width - 1, x + reach)]
      for (let i = from; i <= to; i++) if (mask[y * width + i] !== 0) across[y * width + x] = 1
    }
  const out = new Uint8Array(mask.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [from, to] = [Math.max(0, y - reach), Math.min(height - 1, y + reach)]
      for (let i = from; i <= to; i++) if (across[i * width + x] !== 0) out[y * width + x] = 1
    }
  return out
}

/**
 * Weighted 3x3 dilation (grey-scale dilation with a multiplicative structuring element): the largest of a pixel, half of each pixel beside it and
 * a quarter of those across its corners. A single pixel becomes a spot with a soft rim; nothing grows higher.
 */
export function weightedDilation(map: Float32Array, { width, height }: MapSize): Float32Array {
  const out = new Float32Array(map.length)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      let most = 0
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue
          const weight = dx === 0 && dy === 0 ? CENTRE : dx === 0 || dy === 0 ? SIDE : CORNER
          most = Math.max(most, weight * map[i + dy * width + dx]!)
        }
      out[i] = most
    }
  return out
}

/**
 * The map of a picture from its raw differences (`differenceNorm`): nothing on the black border (grown by a 5x5 square, since the reconstruction
 * blurs the edge), nothing below 0.1, then the weighted dilation.
 */
export function differenceMap(difference: Float32Array, black: Uint8Array, size: MapSize): Float32Array {
  if (difference.length !== size.width * size.height || black.length !== difference.length)
    throw new RangeError(`A map of ${size.width} x ${size.height} px does not have ${difference.length} and ${black.length} values`)
  const masked = dilateSquare(backgroundBorder(black, size), size, 5)
  const kept = difference.map((value, i) => (masked[i] === 1 || value < LEAST_DIFFERENCE ? 0 : value))
  return weightedDilation(kept, size)
}
