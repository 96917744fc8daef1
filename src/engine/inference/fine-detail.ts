import type { Raster } from '../../imaging/raster.ts'

/** So many pixels a side from the middle of an image tell how fine what it shows is. */
const MIDDLE = 256
const OCTAVES = 5
/** A level smaller than this tells nothing of its octave. */
const LEAST_SIDE = 16
/** Grey values are divided by their spread, but by no less: flat images are not blown up. */
const LEAST_SPREAD = 2
const KERNEL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16] as const

interface Plane {
  readonly values: Float64Array
  readonly width: number
  readonly height: number
}

/**
 * How sharp the middle of an image is, and how fine the structures there are, pixel for pixel: from the energies of the octaves of its Laplacian pyramid
 * (Burt & Adelson 1983), grey values by their own spread. The first number is the finest octave's over the next one's, as a logarithm; the second the middle of
 * the others, in octaves, larger for finer ones. Null where the image is smaller than 32 pixels a side.
 */
export function fineDetail(raster: Raster): [sharpness: number, fineness: number] | null {
  let plane = greyMiddle(raster)
  const energies: number[] = []
  while (energies.length < OCTAVES && Math.min(plane.width, plane.height) >= LEAST_SIDE) {
    const smooth = blurred(plane)
    energies.push(plane.values.reduce((sum, value, i) => sum + (value - smooth.values[i]!) ** 2, 0) / plane.values.length + LEAST_ENERGY)
    plane = halved(smooth)
  }
  if (energies.length < 2) return null
  const [finest, ...others] = energies as [number, ...number[]]
  const all = others.reduce((sum, one) => sum + one, 0)
  const middle = others.reduce((sum, one, octave) => sum + octave * one, 0) / all
  return [Math.log2(finest / others[0]!), -middle]
}
const LEAST_ENERGY = 1e-6

function greyMiddle({ data, width, height, channels }: Raster): Plane {
  const [w, h] = [Math.min(MIDDLE, width), Math.min(MIDDLE, height)]
  const [left, top] = [(width - w) >> 1, (height - h) >> 1]
  const grey = Float64Array.from({ length: w * h }, (_, i) => {
    const at = ((top + Math.floor(i / w)) * width + left + (i % w)) * channels
    return channels === 1 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!
  })
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length
  const spread = Math.max(LEAST_SPREAD, Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length))
  return { values: grey.map((value) => (value - mean) / spread), width: w, height: h }
}

/** Smoothed along rows and columns, mirrored at the edges. */
function blurred({ values, width, height }: Plane): Plane {
  const rows = new Float64Array(values.length)
  const both = new Float64Array(values.length)
  const inside = (at: number, length: number): number => (at < 0 ? -at : at >= length ? 2 * length - 2 - at : at)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 0; k < KERNEL.length; k++) rows[y * width + x]! += KERNEL[k]! * values[y * width + inside(x + k - 2, width)]!
  for (let y = 0; y < height; y++)
    for (let k = 0; k < KERNEL.length; k++) {
      const from = inside(y + k - 2, height) * width
      for (let x = 0; x < width; x++) both[y * width + x]! += KERNEL[k]! * rows[from + x]!
    }
  return { values: both, width, height }
}

function halved({ values, width, height }: Plane): Plane {
  const [w, h] = [width >> 1, height >> 1]
  return {
    values: Float64Array.from({ length: w * h }, (_, i) => values[2 * Math.floor(i / w) * width + 2 * (i % w)]!),
    width: w,
    height: h,
  }
}
