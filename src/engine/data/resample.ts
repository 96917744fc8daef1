import type { Size } from '#shared/geometry/point.ts'
import type { Raster } from '../../imaging/raster.ts'

/**
 * How a frame lies on an input: `window` (in source pixels, may stick out of the raster) is stretched onto the whole input, mirrored
 * first (flipX, flipY), then x and y are swapped (transpose). Together they make all eight turns and mirrors.
 */
export interface FrameMap {
  readonly window: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly flipX: boolean
  readonly flipY: boolean
  readonly transpose: boolean
}

/** Where the resampled pixels go: float32 NHWC memory of one image, 0..255. */
export interface Canvas {
  readonly data: Float32Array
  readonly offset: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Rectangle [left, right) x [top, bottom) of the canvas that holds source pixels; the rest lies outside of the raster and was not written. */
export interface Covered {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What of a picture is decoded: the raster's top-left pixel is pixel (x, y) of a picture of the size `whole`. */
export interface RasterPart {
  readonly raster: Raster
  readonly x: number
  readonly y: number
  readonly whole: Size
}

/** Taps of one axis: output i is the sum over k of weight[i * taps + k] * source[first[i] + k]; valid for i in [from, to). */
interface AxisTaps {
  readonly taps: number
  readonly first: Int32Array
  readonly weight: Float32Array
  readonly from: number
  readonly to: number
}

/**
 * Resamples a raster onto a canvas in two separable passes: triangle filter, as wide as a source pixel when magnifying (bilinear with
 * half-pixel centres) and as wide as an output pixel when reducing (so that small cells do not alias), like Pillow's BILINEAR and
 * torchvision's `antialias=True`. Grey rasters fill all channels; colour on a canvas of one channel becomes luma (BT.601).
 */
export function resample(raster: Raster, map: FrameMap, canvas: Canvas): Covered {
  return resamplePart({ raster, x: 0, y: 0, whole: raster }, map, canvas)
}

/**
 * The same of a picture of which a part is decoded: that of `neededPart` or more. `map.window` lies in the whole picture's pixels, and the
 * result is, to the bit, that of the whole picture.
 */
export function resamplePart({ raster, whole, ...origin }: RasterPart, map: FrameMap, canvas: Canvas): Covered {
  const { window, transpose } = map
  const across = transpose ? canvas.height : canvas.width
  const down = transpose ? canvas.width : canvas.height
  const x = shifted(axisTaps(whole.width, window.x, window.width, across, map.flipX), origin.x)
  const y = shifted(axisTaps(whole.height, window.y, window.height, down, map.flipY), origin.y)
  if (x.to > x.from && y.to > y.from) {
    const rows = horizontalPass(raster, x, y, across, canvas.channels)
    verticalPass(rows, x, y, across, canvas, transpose)
  }
  const covered = { left: x.from, right: x.to, top: y.from, bottom: y.to }
  return transpose ? { left: y.from, right: y.to, top: x.from, bottom: x.to } : covered
}

/** Pixels `from` to `to` - 1 of an axis of `size` pixels: all that `length` of them from `start` on, as `outputs` pixels, are made of. */
export function neededPart(size: number, start: number, length: number, outputs: number): { from: number; to: number } {
  // Taps are as many as fit into twice the filter's reach, moved inwards at the picture's end.
  const reach = Math.ceil(2 * Math.max(1, length / outputs)) + 1
  const from = Math.min(size - 1, Math.max(0, Math.floor(start) - reach))
  return { from, to: Math.max(from + 1, Math.min(size, Math.ceil(start + length) + reach)) }
}

function shifted(taps: AxisTaps, origin: number): AxisTaps {
  return origin === 0 ? taps : { ...taps, first: taps.first.map((first) => first - origin) }
}

/**
 * Where the middle of output `i` lies on the source's axis. Pixels and labels both ask here: computed in another order, the two would differ by
 * a rounding error, and a pixel at the very edge would be inside for one and outside for the other.
 */
export function sourcePlace(start: number, length: number, outputs: number, flip: boolean, i: number): number {
  return start + ((flip ? outputs - 1 - i : i) + 0.5) * (length / outputs)
}

function axisTaps(size: number, start: number, length: number, outputs: number, flip: boolean): AxisTaps {
  const scale = length / outputs
  const support = Math.max(1, scale)
  const taps = Math.min(size, Math.ceil(2 * support))
  const first = new Int32Array(outputs)
  const weight = new Float32Array(outputs * taps)
  const range = { from: outputs, to: 0 }
  for (let i = 0; i < outputs; i++) {
    const place = sourcePlace(start, length, outputs, flip, i)
    if (place < 0 || place >= size) continue
    range.from = Math.min(range.from, i)
    range.to = i + 1
    first[i] = fillTaps(weight.subarray(i * taps, (i + 1) * taps), place - 0.5, support, size)
  }
  return { taps, first, weight, ...range }
}

/** Triangle weights around `centre` (pixel index space), cut at the raster's edge and brought to a sum of 1. Gives the first pixel. */
function fillTaps(weights: Float32Array, centre: number, support: number, size: number): number {
  const first = Math.min(Math.max(0, Math.floor(centre - support) + 1), size - weights.length)
  let sum = 0
  for (let k = 0; k < weights.length; k++) {
    const value = Math.max(0, 1 - Math.abs(first + k - centre) / support)
    weights[k] = value
    sum += value
  }
  for (let k = 0; k < weights.length; k++) weights[k]! /= sum
  return first
}

interface Rows {
  readonly data: Float32Array
  readonly first: number
}

/** Source rows that the vertical pass needs, already resampled across. */
function horizontalPass(raster: Raster, x: AxisTaps, y: AxisTaps, across: number, channels: number): Rows {
  let top = raster.height
  let bottom = 0
  for (let i = y.from; i < y.to; i++) {
    top = Math.min(top, y.first[i]!)
    bottom = Math.max(bottom, y.first[i]! + y.taps)
  }
  const data = new Float32Array((bottom - top) * across * channels)
  const row = channels === 3 ? (raster.channels === 3 ? rowColour : rowGreyToColour) : raster.channels === 3 ? rowColourToGrey : rowGrey
  for (let r = top; r < bottom; r++) row(raster, r, x, data, (r - top) * across * channels)
  return { data, first: top }
}

function rowColour(raster: Raster, r: number, x: AxisTaps, out: Float32Array, at: number): void {
  const { data, width } = raster
  const { taps, first, weight } = x
  for (let i = x.from; i < x.to; i++) {
    let red = 0
    let green = 0
    let blue = 0
    let p = (r * width + first[i]!) * 3
    for (let k = i * taps; k < (i + 1) * taps; k++, p += 3) {
      const w = weight[k]!
      red += w * data[p]!
      green += w * data[p + 1]!
      blue += w * data[p + 2]!
    }
    out[at + i * 3] = red
    out[at + i * 3 + 1] = green
    out[at + i * 3 + 2] = blue
  }
}

function greyAt(raster: Raster, r: number, x: AxisTaps, i: number): number {
  const { data, width } = raster
  let sum = 0
  const p = r * width + x.first[i]!
  for (let k = 0; k < x.taps; k++) sum += x.weight[i * x.taps + k]! * data[p + k]!
  return sum
}

function rowGrey(raster: Raster, r: number, x: AxisTaps, out: Float32Array, at: number): void {
  for (let i = x.from; i < x.to; i++) out[at + i] = greyAt(raster, r, x, i)
}

function rowGreyToColour(raster: Raster, r: number, x: AxisTaps, out: Float32Array, at: number): void {
  for (let i = x.from; i < x.to; i++) out.fill(greyAt(raster, r, x, i), at + i * 3, at + i * 3 + 3)
}

function rowColourToGrey(raster: Raster, r: number, x: AxisTaps, out: Float32Array, at: number): void {
  const { data, width } = raster
  for (let i = x.from; i < x.to; i++) {
    let sum = 0
    let p = (r * width + x.first[i]!) * 3
    for (let k = i * x.taps; k < (i + 1) * x.taps; k++, p += 3)
      sum += x.weight[k]! * (0.299 * data[p]! + 0.587 * data[p + 1]! + 0.114 * data[p + 2]!)
    out[at + i] = sum
  }
}

/** Sums rows down and writes them where they belong on the canvas, swapped where the map says so. */
function verticalPass(rows: Rows, x: AxisTaps, y: AxisTaps, across: number, canvas: Canvas, transpose: boolean): void {
  const { channels } = canvas
  const line = new Float32Array(across * channels)
  const rowLength = across * channels
  const [from, to] = [x.from * channels, x.to * channels]
  for (let i = y.from; i < y.to; i++) {
    line.fill(0)
    for (let k = 0; k < y.taps; k++) {
      const w = y.weight[i * y.taps + k]!
      const source = (y.first[i]! - rows.first + k) * rowLength
      if (w !== 0) for (let j = from; j < to; j++) line[j]! += w * rows.data[source + j]!
    }
    if (transpose) writeColumn(line, i, x, canvas)
    else canvas.data.set(line.subarray(from, to), canvas.offset + i * rowLength + from)
  }
}

function writeColumn(line: Float32Array, column: number, x: AxisTaps, { data, offset, width, channels }: Canvas): void {
  for (let j = x.from; j < x.to; j++)
    for (let c = 0; c < channels; c++) data[offset + (j * width + column) * channels + c] = line[j * channels + c]!
}

/** Fills what `resample` left: the part of the canvas outside of the raster. `colour` has one number a channel. */
export function fillOutside({ data, offset, height, width, channels }: Canvas, covered: Covered, colour: readonly number[]): void {
  if (covered.left === 0 && covered.top === 0 && covered.right === width && covered.bottom === height) return
  for (let y = 0; y < height; y++) {
    const outsideRow = y < covered.top || y >= covered.bottom
    for (let x = 0; x < width; x++) {
      if (!outsideRow && x >= covered.left && x < covered.right) continue
      for (let c = 0; c < channels; c++) data[offset + (y * width + x) * channels + c] = colour[c]!
    }
  }
}
