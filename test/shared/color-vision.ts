// Independent of the app: how colours look to people who see them differently, and how far two colours are apart.

export type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

export type Vision = 'normal' | 'protanopia' | 'deuteranopia' | 'protanopia (Viénot)' | 'deuteranopia (Viénot)'

const MACHADO_PROTAN: Matrix = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
]
const MACHADO_DEUTAN: Matrix = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
]
// Viénot, Brettel & Mollon, Color Research & Application 1999: linear RGB to LMS and back.
const RGB_TO_LMS: Matrix = [
  [17.8824, 43.5161, 4.11935],
  [3.45565, 27.1554, 3.86714],
  [0.0299566, 0.184309, 1.46709],
]
const LMS_TO_RGB: Matrix = [
  [0.0809444479, -0.130504409, 0.116721066],
  [-0.0102485335, 0.0540193266, -0.113614708],
  [-0.000365296938, -0.00412161469, 0.693511405],
]
const VIENOT_PROTAN: Matrix = [
  [0, 2.02344, -2.52581],
  [0, 1, 0],
  [0, 0, 1],
]
const VIENOT_DEUTAN: Matrix = [
  [1, 0, 0],
  [0.494207, 0, 1.24827],
  [0, 0, 1],
]

const times = (m: Matrix, v: Triple): Triple => m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple
const clip = (v: Triple): Triple => v.map((x) => Math.min(1, Math.max(0, x))) as unknown as Triple

export function linearRgb(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as unknown as Triple
}

/** CIELAB (D65) of a colour as seen. */
export function labOf(hex: string, vision: Vision): Triple {
  return lab(clip(see(linearRgb(hex), vision)))
}

function see(rgb: Triple, vision: Vision): Triple {
  switch (vision) {
    case 'normal':
      return rgb
    case 'protanopia':
      return times(MACHADO_PROTAN, rgb)
    case 'deuteranopia':
      return times(MACHADO_DEUTAN, rgb)
    case 'protanopia (Viénot)':
      return times(LMS_TO_RGB, times(VIENOT_PROTAN, times(RGB_TO_LMS, rgb)))
    case 'deuteranopia (Viénot)':
      return times(LMS_TO_RGB, times(VIENOT_DEUTAN, times(RGB_TO_LMS, rgb)))
  }
}

function lab(rgb: Triple): Triple {
  const xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    rgb,
  )
  const [x, y, z] = [xyz[0] / 0.95047, xyz[1], xyz[2] / 1.08883].map((t) =>
    t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116,
  ) as unknown as Triple
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const hueOf = (a: number, b: number): number => ((((Math.atan2(b, a) * 180) / Math.PI) % 360) + 360) % 360

/** CIEDE2000 (Sharma, Wu & Dalal, Color Research & Application 2005). */
export function ciede2000([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7)))
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)]
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)]
  const [h1, h2] = [hueOf(p1, b1), hueOf(p2, b2)]
  const grey = c1 * c2 === 0
  const turn = h2 - h1
  const dh = grey ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(radians(dh) / 2)
  const sum = h1 + h2
  const h = grey ? sum : Math.abs(turn) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const t =
    1 -
    0.17 * Math.cos(radians(h - 30)) +
    0.24 * Math.cos(radians(2 * h)) +
    0.32 * Math.cos(radians(3 * h + 6)) -
    0.2 * Math.cos(radians(4 * h - 63))
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2)
  const [sc, sh] = [1 + 0.045 * c, 1 + 0.015 * c * t]
  const rotation = -Math.sin(radians(60 * Math.exp(-(((h - 275) / 25) ** 2)))) * 2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7))
  const [x, y, z] = [(l2 - l1) / sl, (c2 - c1) / sc, dH / sh]
  return Math.sqrt(x * x + y * y + z * z + rotation * y * z)
}
