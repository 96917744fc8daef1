import { checkSize } from './distance.ts'

/** An image in CIELAB, three floats a pixel, row by row: L* 0 to 100, a* and b* about -128 to 128. */
export interface LabImage {
  readonly width: number
  readonly height: number
  readonly lab: Float32Array
}

/** sRGB's share of each primary in X, Y and Z (IEC 61966-2-1), divided by the white D65 (2 degrees): 0.95047, 1, 1.08883. */
const TO_XYZ: readonly number[] = [
  0.412453 / 0.95047,
  0.35758 / 0.95047,
  0.180423 / 0.95047,
  0.212671,
  0.71516,
  0.072169,
  0.019334 / 1.08883,
  0.119193 / 1.08883,
  0.950227 / 1.08883,
]

/** Steps of the table of CIELAB's cube root; between them linear, so that a* and b* are right to 0.001. */
const STEPS = 16_384

/**
 * An image of bytes, sRGB or sRGB with alpha (which is not looked at), as CIELAB under D65 (CIE 15; the constants of
 * skimage.color.rgb2lab). `pixels` is width * height * channels long. Throws RangeError where the sizes disagree.
 */
export function labImage(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number, channels: 3 | 4): LabImage {
  checkSize(pixels.length / channels, width, height)
  const { linear, root } = tables()
  const rootAt = (row: number, r: number, g: number, b: number): number => {
    const at = Math.min(1, TO_XYZ[row]! * r + TO_XYZ[row + 1]! * g + TO_XYZ[row + 2]! * b) * STEPS
    const step = Math.floor(at)
    return root[step]! + (at - step) * (root[step + 1]! - root[step]!)
  }
  const lab = new Float32Array(3 * width * height)
  for (let i = 0, p = 0; i < lab.length; i += 3, p += channels) {
    const [r, g, b] = [linear[pixels[p]!]!, linear[pixels[p + 1]!]!, linear[pixels[p + 2]!]!]
    const y = rootAt(3, r, g, b)
    lab[i] = 116 * y - 16
    lab[i + 1] = 500 * (rootAt(0, r, g, b) - y)
    lab[i + 2] = 200 * (y - rootAt(6, r, g, b))
  }
  return { width, height, lab }
}

interface Tables {
  readonly linear: Float64Array
  readonly root: Float64Array
}

let made: Tables | null = null

/** Made once: small images are many. */
function tables(): Tables {
  made ??= {
    linear: Float64Array.from({ length: 256 }, (_, value) => linearOf(value / 255)),
    root: Float64Array.from({ length: STEPS + 2 }, (_, step) => labRoot(step / STEPS)),
  }
  return made
}

/** The linear light of an sRGB value, both 0 to 1. */
function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function labRoot(t: number): number {
  return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116
}
