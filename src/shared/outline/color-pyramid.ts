import { type Box } from '../geometry/box.ts'

/** An image of bytes, sRGB or sRGB with alpha (which is not looked at), row by row. */
export interface ByteImage {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array | Uint8ClampedArray
}

/** Gives parts of an image at any size. */
export interface ColorPyramid {
  /**
   * A part of the image (its pixels; may reach beyond it) as a square of `side` pixels, three bytes each: from the level (the image, half of
   * it, a quarter, ...) that is nearest in size, bilinear. Beyond the image's edge its last pixels go on.
   */
  readonly square: (box: Box, side: number) => Uint8ClampedArray
}

const SMALLEST_SIDE = 16

/** Levels are made when they are first needed. */
export function colorPyramid(image: ByteImage): ColorPyramid {
  const levels = [image]
  const levelAt = (wanted: number): number => {
    for (let last = levels.at(-1)!; levels.length <= wanted && Math.min(last.width, last.height) >= 2 * SMALLEST_SIDE;) {
      levels.push((last = halved(last)))
    }
    return Math.min(wanted, levels.length - 1)
  }
  return {
    square: (box, side) => {
      const level = levelAt(Math.round(Math.log2(Math.max(1, box.width / side))))
      const scale = 2 ** -level
      return sampled(levels[level]!, { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale }, side)
    },
  }
}

/** Each pixel the mean of four; an odd last row or column is left out. */
function halved({ width, height, channels, data }: ByteImage): ByteImage {
  const [w, h] = [width >> 1, height >> 1]
  const out = new Uint8ClampedArray(3 * w * h)
  for (let y = 0, to = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = channels * (2 * y * width + 2 * x)
      const below = from + channels * width
      for (let k = 0; k < 3; k++, to++)
        out[to] = (data[from + k]! + data[from + k + channels]! + data[below + k]! + data[below + k + channels]!) / 4
    }
  }
  return { width: w, height: h, channels: 3, data: out }
}

function sampled({ width, height, channels, data }: ByteImage, box: Box, side: number): Uint8ClampedArray {
  const columns = taps(box.x, box.width / side, side, width)
  const rows = taps(box.y, box.height / side, side, height)
  const out = new Uint8ClampedArray(3 * side * side)
  for (let y = 0, to = 0; y < side; y++) {
    const [top, bottom, v] = [rows.low[y]! * width, rows.high[y]! * width, rows.share[y]!]
    for (let x = 0; x < side; x++) {
      const [left, right, u] = [columns.low[x]!, columns.high[x]!, columns.share[x]!]
      const [a, b, c, d] = [channels * (top + left), channels * (top + right), channels * (bottom + left), channels * (bottom + right)]
      for (let k = 0; k < 3; k++, to++) {
        const upper = data[a + k]! + u * (data[b + k]! - data[a + k]!)
        const lower = data[c + k]! + u * (data[d + k]! - data[c + k]!)
        out[to] = upper + v * (lower - upper)
      }
    }
  }
  return out
}

/** Between which cells of a row the centres of new ones lie, and how near to the second. */
interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/** `count` new cells from `start` on, `step` apart, in cells of a row that is `length` long; beyond its ends the last one goes on. */
export function taps(start: number, step: number, count: number, length: number): Taps {
  const [low, high, share] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)]
  for (let i = 0; i < count; i++) {
    const at = Math.min(length - 1, Math.max(0, start + (i + 0.5) * step - 0.5))
    low[i] = Math.floor(at)
    high[i] = Math.min(length - 1, low[i]! + 1)
    share[i] = at - low[i]!
  }
  return { low, high, share }
}
