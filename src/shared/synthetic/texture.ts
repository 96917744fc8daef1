import { type Random } from '../random.ts'

/** A square of smooth noise that repeats without a seam; values have mean 0 and standard deviation 1. */
export interface Texture {
  readonly values: Float32Array
}

const SIDE = 128

/** Value noise (Perlin's octave sum over a lattice, wrapped) with most of its power at the given grain, in texture pixels. */
export function noiseTexture(random: Random, grain: number): Texture {
  const values = new Float32Array(SIDE * SIDE)
  for (const [scale, weight] of [
    [grain, 1],
    [grain * 2.5, 0.6],
  ] as const)
    addOctave(values, random, Math.max(2, Math.round(SIDE / scale)), weight)
  return { values: standardised(values) }
}

function addOctave(values: Float32Array, random: Random, nodes: number, weight: number): void {
  const lattice = Float32Array.from({ length: nodes * nodes }, () => random.uniform(-1, 1))
  const step = nodes / SIDE
  for (let y = 0; y < SIDE; y++) {
    const row = Math.floor(y * step)
    const below = (row + 1) % nodes
    const v = smoothstep(y * step - row)
    for (let x = 0; x < SIDE; x++) {
      const column = Math.floor(x * step)
      const beside = (column + 1) % nodes
      const u = smoothstep(x * step - column)
      const upper = lattice[row * nodes + column]! * (1 - u) + lattice[row * nodes + beside]! * u
      const lower = lattice[below * nodes + column]! * (1 - u) + lattice[below * nodes + beside]! * u
      values[y * SIDE + x]! += weight * (upper * (1 - v) + lower * v)
    }
  }
}

function standardised(values: Float32Array): Float32Array {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  const deviation = Math.sqrt(squares / values.length - mean * mean)
  return values.map((value) => (value - mean) / deviation)
}

/** The texture at a place, interpolated between its pixels; it repeats, coordinates may be of either sign. */
export function textureAt(texture: Texture, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const u = x - left
  const v = y - top
  const [c0, c1] = [left & (SIDE - 1), (left + 1) & (SIDE - 1)]
  const [r0, r1] = [(top & (SIDE - 1)) * SIDE, ((top + 1) & (SIDE - 1)) * SIDE]
  const t = texture.values
  return (t[r0 + c0]! * (1 - u) + t[r0 + c1]! * u) * (1 - v) + (t[r1 + c0]! * (1 - u) + t[r1 + c1]! * u) * v
}

/** A slow field over an image: random values on a coarse lattice, smoothly interpolated. */
export class SlowField {
  readonly #nodes: Float32Array
  readonly #columns: number
  readonly #pitch: number

  /** Over width x height pixels, a node every `pitch` pixels, values normal with mean 0 and standard deviation 1. */
  constructor(random: Random, width: number, height: number, pitch: number) {
    this.#pitch = pitch
    this.#columns = Math.ceil(width / pitch) + 2
    const rows = Math.ceil(height / pitch) + 2
    this.#nodes = Float32Array.from({ length: this.#columns * rows }, () => random.normal())
  }

  /** The field along row `y` of the image, one value a pixel, into `out`. */
  row(y: number, out: Float32Array): void {
    const v = y / this.#pitch
    const down = smoothstep(v - Math.floor(v))
    const first = Math.floor(v) * this.#columns
    const nodes = this.#nodes
    for (let x = 0; x < out.length; x++) {
      const u = x / this.#pitch
      const column = Math.floor(u)
      const across = smoothstep(u - column)
      const i = first + column
      const j = i + this.#columns
      const upper = nodes[i]! + (nodes[i + 1]! - nodes[i]!) * across
      const lower = nodes[j]! + (nodes[j + 1]! - nodes[j]!) * across
      out[x] = upper + (lower - upper) * down
    }
  }
}

/** Hermite's 3t^2 - 2t^3 for t in 0..1, held at 0 and 1 outside. */
export function smoothstep(t: number): number {
  if (t <= 0) return 0
  if (t >= 1) return 1
  return t * t * (3 - 2 * t)
}
