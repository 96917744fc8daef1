import type { Random } from '#shared/random.ts'
import type { Canvas } from './resample.ts'

/** How strongly the stain's look is varied: shares of the pictures for blur and noise. */
export interface StainVariation {
  readonly blur: number
  readonly noise: number
}

/**
 * Varies a picture as stain, lamp and focus do: contrast 0.75-1.3 about its mean, brightness and each channel's gain (15 %, 8 %), in 30 %
 * of the pictures saturation 0.5-1.4, in the given shares a Gaussian blur (sigma 0.4-1.1 px) and Gaussian noise (up to 8 grey levels).
 * In place; stays within 0..255.
 */
export function varyStain(canvas: Canvas, random: Random, { blur, noise }: StainVariation): void {
  const contrast = random.uniform(0.75, 1.3)
  const brightness = random.uniform(0.85, 1.15)
  const gains = Array.from({ length: canvas.channels }, () => brightness * random.uniform(0.92, 1.08))
  const mean = meanLevel(canvas)
  linear(
    canvas,
    gains.map((gain) => contrast * gain),
    gains.map((gain) => mean * (1 - contrast) * gain),
  )
  if (random.chance(0.3)) saturate(canvas, random.uniform(0.5, 1.4))
  if (random.chance(blur)) gaussianBlur(canvas, random.uniform(0.4, 1.1))
  if (random.chance(noise)) addNoise(canvas, random, random.uniform(1, 8))
  clampLevels(canvas)
}

/**
 * The photometric distortion of SSD (Liu et al. 2016, section 2.2) with torchvision's ranges and order: brightness 0.875-1.125, contrast
 * 0.5-1.5 before or after the colours, saturation 0.5-1.5, hue +-0.05 of a turn, channels swapped; each in half of the pictures.
 * In place; stays within 0..255.
 */
export function distortPhotometrically(canvas: Canvas, random: Random): void {
  const contrastFirst = random.chance(0.5)
  const contrast = (): void => {
    if (random.chance(0.5)) blendWithMean(canvas, random.uniform(0.5, 1.5))
  }
  if (random.chance(0.5)) linear(canvas, Array<number>(canvas.channels).fill(random.uniform(0.875, 1.125)), [0, 0, 0])
  clampLevels(canvas)
  if (contrastFirst) contrast()
  if (random.chance(0.5)) saturate(canvas, random.uniform(0.5, 1.5))
  clampLevels(canvas)
  if (random.chance(0.5)) turnHue(canvas, random.uniform(-0.05, 0.05))
  if (!contrastFirst) contrast()
  clampLevels(canvas)
  if (random.chance(0.5)) swapChannels(canvas, random.shuffle([0, 1, 2]))
}

/**
 * Colour jitter with the ranges of the glomeruli study: saturation 0.6-1.4, contrast 0.7-1.3 about the mean grey; brightness, of
 * which we know no range of theirs, 0.9-1.1; in every picture. In place; stays within 0..255.
 */
export function jitterColors(canvas: Canvas, random: Random): void {
  saturate(canvas, random.uniform(0.6, 1.4))
  blendWithMean(canvas, random.uniform(0.7, 1.3))
  linear(canvas, Array<number>(canvas.channels).fill(random.uniform(0.9, 1.1)), Array<number>(canvas.channels).fill(0))
  clampLevels(canvas)
}

function pixels({ data, offset, height, width, channels }: Canvas): Float32Array {
  return data.subarray(offset, offset + height * width * channels)
}

/** Mean grey level, from every seventh number: enough for an average, and seven shares no factor with the channels. */
function meanLevel(canvas: Canvas): number {
  const values = pixels(canvas)
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i += 7) {
    sum += values[i]!
    count++
  }
  return sum / Math.max(1, count)
}

function linear(canvas: Canvas, factor: readonly number[], shift: readonly number[]): void {
  const values = pixels(canvas)
  const { channels } = canvas
  for (let c = 0; c < channels; c++) {
    const a = factor[c]!
    const b = shift[c]!
    for (let i = c; i < values.length; i += channels) values[i] = values[i]! * a + b
  }
}

function blendWithMean(canvas: Canvas, contrast: number): void {
  const values = pixels(canvas)
  const mean = meanLuma(canvas)
  for (let i = 0; i < values.length; i++) values[i] = mean + (values[i]! - mean) * contrast
}

/** BT.601, as torchvision weighs grey. */
function luma(values: Float32Array, i: number): number {
  return 0.299 * values[i]! + 0.587 * values[i + 1]! + 0.114 * values[i + 2]!
}

function meanLuma(canvas: Canvas): number {
  if (canvas.channels !== 3) return meanLevel(canvas)
  const values = pixels(canvas)
  let sum = 0
  for (let i = 0; i < values.length; i += 3) sum += luma(values, i)
  return (sum * 3) / values.length
}

function saturate(canvas: Canvas, factor: number): void {
  if (canvas.channels !== 3) return
  const values = pixels(canvas)
  for (let i = 0; i < values.length; i += 3) {
    const grey = luma(values, i)
    for (let c = i; c < i + 3; c++) values[c] = grey + (values[c]! - grey) * factor
  }
}

function clampLevels(canvas: Canvas): void {
  const values = pixels(canvas)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < 0) values[i] = 0
    else if (value > 255) values[i] = 255
  }
}

/** Adds to the hue of HSV, `turn` in whole turns. */
function turnHue(canvas: Canvas, turn: number): void {
  if (canvas.channels !== 3) return
  const values = pixels(canvas)
  for (let i = 0; i < values.length; i += 3) {
    const [r, g, b] = [values[i]!, values[i + 1]!, values[i + 2]!]
    const high = Math.max(r, g, b)
    const span = high - Math.min(r, g, b)
    if (span === 0) continue
    const sixth = hueSixth(r, g, b, high, span) + turn * 6
    for (let c = 0; c < 3; c++) values[i + c] = fromHue(sixth, high, span, c)
  }
}

function hueSixth(r: number, g: number, b: number, high: number, span: number): number {
  if (high === r) return (g - b) / span
  return high === g ? 2 + (b - r) / span : 4 + (r - g) / span
}

/** One channel of a colour of the given hue (in sixths of a turn), value and chroma. */
function fromHue(sixth: number, high: number, span: number, channel: number): number {
  const k = (((5 - 2 * channel + sixth) % 6) + 6) % 6
  return high - span * Math.max(0, Math.min(k, 4 - k, 1))
}

function swapChannels(canvas: Canvas, order: readonly number[]): void {
  if (canvas.channels !== 3) return
  const values = pixels(canvas)
  const [first, second, third] = [order[0]!, order[1]!, order[2]!]
  for (let i = 0; i < values.length; i += 3) {
    const old = [values[i]!, values[i + 1]!, values[i + 2]!]
    values[i] = old[first]!
    values[i + 1] = old[second]!
    values[i + 2] = old[third]!
  }
}

function gaussianBlur(canvas: Canvas, sigma: number): void {
  const radius = Math.ceil(2.5 * sigma)
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)))
  const sum = kernel.reduce((total, w) => total + w, 0)
  for (let i = 0; i < kernel.length; i++) kernel[i]! /= sum
  const values = pixels(canvas)
  const copy = new Float32Array(values.length)
  const { height, width, channels } = canvas
  blurAcross(values, copy, height, width, channels, kernel)
  blurDown(copy, values, height, width * channels, kernel)
}

function blurAcross(from: Float32Array, to: Float32Array, height: number, width: number, channels: number, kernel: Float32Array): void {
  const radius = kernel.length >> 1
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let k = 0; k < kernel.length; k++) {
          const source = Math.min(width - 1, Math.max(0, x + k - radius))
          sum += kernel[k]! * from[(y * width + source) * channels + c]!
        }
        to[(y * width + x) * channels + c] = sum
      }
}

function blurDown(from: Float32Array, to: Float32Array, height: number, rowLength: number, kernel: Float32Array): void {
  const radius = kernel.length >> 1
  to.fill(0)
  for (let y = 0; y < height; y++)
    for (let k = 0; k < kernel.length; k++) {
      const source = Math.min(height - 1, Math.max(0, y + k - radius)) * rowLength
      const w = kernel[k]!
      for (let j = 0; j < rowLength; j++) to[y * rowLength + j]! += w * from[source + j]!
    }
}

const NOISE_TABLE = 16384

/** Normal noise: a table of deviates, read from a random place on for every row, since a deviate for each number would cost more than the rest. */
function addNoise(canvas: Canvas, random: Random, deviation: number): void {
  const table = Float32Array.from({ length: NOISE_TABLE }, () => random.normal(0, deviation))
  const values = pixels(canvas)
  const rowLength = canvas.width * canvas.channels
  for (let row = 0; row < values.length; row += rowLength) {
    const start = random.int(NOISE_TABLE)
    for (let j = 0; j < rowLength; j++) values[row + j]! += table[(start + j) & (NOISE_TABLE - 1)]!
  }
}
