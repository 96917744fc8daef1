import { type Random } from '../random.ts'
import { type Band } from './band.ts'
import { SlowField } from './texture.ts'

/** How a smear is lit, focused and photographed. */
export interface Optics {
  /** Light without a slide, red, green and blue, 0 to 255. */
  readonly lamp: readonly [number, number, number]
  /** Change of the light from the middle to the right and lower edge, and loss towards the corners; shares. */
  readonly tiltX: number
  readonly tiltY: number
  readonly vignette: number
  /** How unevenly the stain took: standard deviation as a share. */
  readonly unevenness: number
  readonly strength: SlowField
  /** Stain left in the plasma between the cells. */
  readonly plasma: number
  readonly veil: SlowField
  /** Standard deviation of the blur, pixels. */
  readonly blur: number
  /** Standard deviation of the sensor's noise, grey levels. */
  readonly noise: number
}

export interface OpticsOptions {
  readonly width: number
  readonly height: number
  readonly redCellDiameter: number
  readonly blur: number | undefined
  readonly noise: number | undefined
}

export function randomOptics(random: Random, options: OpticsOptions): Optics {
  const { width, height, redCellDiameter } = options
  const brightness = random.uniform(190, 222)
  // Now and then the focus is missed.
  const blur = (random.chance(0.15) ? random.uniform(1.8, 2.6) : random.uniform(0.5, 1.6)) * (redCellDiameter / 100)
  const noise = random.uniform(1, 3.5)
  return {
    lamp: [brightness * random.normal(1, 0.015), brightness * random.normal(1.01, 0.012), brightness * random.normal(1, 0.025)],
    tiltX: random.normal(0, 0.04),
    tiltY: random.normal(0, 0.04),
    vignette: random.uniform(0, 0.12),
    unevenness: random.uniform(0.02, 0.12),
    strength: new SlowField(random, width, height, redCellDiameter * 2.5),
    plasma: random.uniform(0, 0.05),
    veil: new SlowField(random, width, height, redCellDiameter * 1.2),
    blur: options.blur ?? blur,
    noise: options.noise ?? noise,
  }
}

/** Layers saturate: two cells on each other are darker than one, but not twice. */
const SATURATION = 1.3

type Planes = readonly [Float32Array, Float32Array, Float32Array]

/**
 * The light that comes through a band (Beer-Lambert), planes of red, green and blue, 0 to 255, not yet blurred.
 * `redCell` is the absorbance of one thickness of haemoglobin, `height` that of the whole smear.
 */
export function expose(band: Band, optics: Optics, redCell: readonly [number, number, number], height: number): Planes {
  const { width, rows } = band
  const light: Planes = [new Float32Array(width * rows), new Float32Array(width * rows), new Float32Array(width * rows)]
  const strength = new Float32Array(width)
  const veil = new Float32Array(width)
  for (let row = 0; row < rows; row++) {
    optics.strength.row(row + band.top, strength)
    optics.veil.row(row + band.top, veil)
    for (let x = 0; x < width; x++) {
      strength[x] = Math.max(0.3, 1 + optics.unevenness * strength[x]!)
      veil[x] = optics.plasma * (1 + 0.5 * veil[x]!)
    }
    exposeRow(band, row, optics, redCell, (2 * (row + band.top + 0.5)) / height - 1, strength, veil, light)
  }
  return light
}

/** One row; `down` is its place from -1 (top of the smear) to 1, `strength` and `veil` the stain's along it. */
function exposeRow(
  band: Band,
  row: number,
  optics: Optics,
  redCell: readonly [number, number, number],
  down: number,
  strength: Float32Array,
  veil: Float32Array,
  light: Planes,
): void {
  const { width, thickness, red, green, blue } = band
  const [lampRed, lampGreen, lampBlue] = optics.lamp
  const [cellRed, cellGreen, cellBlue] = redCell
  const [outRed, outGreen, outBlue] = light
  const { tiltX, tiltY, vignette } = optics
  for (let x = 0, i = row * width; x < width; x++, i++) {
    const across = (2 * (x + 0.5)) / width - 1
    const shade = 1 + tiltX * across + tiltY * down - vignette * 0.5 * (across * across + down * down)
    const thick = thickness[i]!
    const layers = thick === 0 ? 0 : SATURATION * (1 - Math.exp(-thick / SATURATION)) * 1.45
    const stain = strength[x]!
    const plasma = veil[x]!
    outRed[i] = lampRed * shade * Math.exp(-stain * (red[i]! + layers * cellRed + plasma))
    outGreen[i] = lampGreen * shade * Math.exp(-stain * (green[i]! + layers * cellGreen + plasma))
    outBlue[i] = lampBlue * shade * Math.exp(-stain * (blue[i]! + layers * cellBlue + plasma * 0.5))
  }
}

/** Rows beyond a band that its blur draws on. */
export function blurReach(sigma: number): number {
  return sigma <= 0 ? 0 : Math.ceil(3 * sigma)
}

/** Gaussian blur of a plane, in place; edges are repeated. sigma 0 leaves it as it is. */
export function blur(plane: Float32Array, width: number, rows: number, sigma: number): void {
  if (sigma <= 0) return
  const weights = gaussian(sigma)
  const reach = weights.length - 1
  const line = new Float32Array(width + 2 * reach)
  for (let row = 0; row < rows; row++) {
    const start = row * width
    line.fill(plane[start]!, 0, reach)
    line.set(plane.subarray(start, start + width), reach)
    line.fill(plane[start + width - 1]!, reach + width)
    const out = plane.subarray(start, start + width)
    for (let x = 0; x < width; x++) out[x] = weights[0]! * line[x + reach]!
    for (let k = 1; k <= reach; k++) {
      const weight = weights[k]!
      for (let x = 0; x < width; x++) out[x]! += weight * (line[x + reach - k]! + line[x + reach + k]!)
    }
  }
  blurColumns(plane, width, rows, weights)
}

/** Row by row over all columns at once, so that memory is read in order. */
function blurColumns(plane: Float32Array, width: number, rows: number, weights: Float64Array): void {
  const source = plane.slice()
  const reach = weights.length - 1
  for (let row = 0; row < rows; row++) {
    const out = plane.subarray(row * width, (row + 1) * width)
    for (let x = 0; x < width; x++) out[x] = weights[0]! * source[row * width + x]!
    for (let k = 1; k <= reach; k++) {
      const above = Math.max(0, row - k) * width
      const below = Math.min(rows - 1, row + k) * width
      const weight = weights[k]!
      for (let x = 0; x < width; x++) out[x]! += weight * (source[above + x]! + source[below + x]!)
    }
  }
}

/** Half a Gaussian from its middle outwards; the whole of it sums to 1. */
function gaussian(sigma: number): Float64Array {
  const half = Float64Array.from({ length: blurReach(sigma) + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)))
  const total = half.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / total)
}

const DEVIATES = 1024

/** Normal deviates to draw from by index, since a million exact ones an image would take most of the time. */
export function normalDeviates(random: Random): Float32Array {
  return Float32Array.from({ length: DEVIATES }, () => random.normal())
}

/** Turns a row of light into RGB bytes with the sensor's noise: mostly of brightness, a little of colour. */
export function develop(
  planes: Planes,
  from: number,
  width: number,
  noise: number,
  random: Random,
  deviates: Float32Array,
  out: Uint8Array,
): void {
  const [red, green, blue] = planes
  for (let x = 0; x < width; x++) {
    const word = noise > 0 ? random.uint32() : 0
    const grey = noise * deviates[word & (DEVIATES - 1)]!
    const warm = 0.4 * noise * deviates[(word >>> 10) & (DEVIATES - 1)]!
    const cold = 0.4 * noise * deviates[(word >>> 20) & (DEVIATES - 1)]!
    out[3 * x] = toByte(red[from + x]! + grey + warm)
    out[3 * x + 1] = toByte(green[from + x]! + grey)
    out[3 * x + 2] = toByte(blue[from + x]! + grey + cold)
  }
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 254.5 ? 255 : Math.trunc(value + 0.5)
}
