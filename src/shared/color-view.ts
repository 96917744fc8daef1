// How the colours of an image are shown: brightness, contrast, gamma, inversion and the separation of stains, as the tables and the matrix of an
// SVG filter. Nothing of it touches the pixels of the file.

/** A colour or an optical density: red, green, blue. */
export type Rgb = readonly [red: number, green: number, blue: number]
/** By rows. */
export type Matrix = readonly [Rgb, Rgb, Rgb]

/** Views of one stain alone. The residual is what the two stains of a set do not explain. */
export const STAIN_VIEWS = ['none', 'he-hematoxylin', 'he-eosin', 'he-residual', 'hdab-hematoxylin', 'hdab-dab', 'hdab-residual'] as const
export type StainView = (typeof STAIN_VIEWS)[number]
type Separated = Exclude<StainView, 'none'>

/** How colours are shown. */
export interface ColorView {
  /** Factor on every channel; 1 leaves the image as it is. */
  readonly brightness: number
  /** Factor about mid-grey; 1 leaves the image as it is. */
  readonly contrast: number
  /** Above 1 middle tones are lighter, below 1 darker: value ^ (1 / gamma). */
  readonly gamma: number
  readonly invert: boolean
  readonly stain: StainView
  /** The stain in greys instead of its own colour. */
  readonly stainInGrey: boolean
}

/** The image as it is in the file. */
export const AS_IN_FILE: ColorView = { brightness: 1, contrast: 1, gamma: 1, invert: false, stain: 'none', stainInGrey: false }

/** Optical densities of the pure stains: Ruifrok & Johnston 2001, Anal Quant Cytol Histol 23:291, in the digits of their table. */
export const STAIN_VECTORS = {
  hematoxylin: [0.65, 0.7, 0.29],
  eosin: [0.07, 0.99, 0.11],
  dab: [0.27, 0.57, 0.78],
} as const satisfies Record<string, Rgb>

/** Which two stains a view takes apart, and which of them (2 = the residual) it shows. */
const SEPARATIONS: Readonly<Record<Separated, { readonly stains: readonly [Rgb, Rgb]; readonly shown: 0 | 1 | 2 }>> = {
  'he-hematoxylin': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.eosin], shown: 0 },
  'he-eosin': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.eosin], shown: 1 },
  'he-residual': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.eosin], shown: 2 },
  'hdab-hematoxylin': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.dab], shown: 0 },
  'hdab-dab': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.dab], shown: 1 },
  'hdab-residual': { stains: [STAIN_VECTORS.hematoxylin, STAIN_VECTORS.dab], shown: 2 },
}

/** Values of a channel, 0 to 255; a filter's table has one entry for each, so that nothing lies between them. */
const VALUES = 256
/**
 * The densities that a filter's stages hand on, 0 to this: that of the darkest value above 0, as which 0 counts.
 *
 * Each stage hands on 8 bits. Against the same in floating point that shifts what is shown by up to 9 of 255 and, on H&E tissue, by 1.2 to 1.8
 * on average (tools/golden/stains.py measures it). A shorter range would be finer in light colours and far off in dark ones.
 */
export const DENSITY_RANGE = Math.log10(VALUES - 1)

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

function unit([a, b, c]: Rgb): Rgb {
  const length = Math.hypot(a, b, c)
  return [a / length, b / length, c / length]
}

const cross = (a: Rgb, b: Rgb): Rgb => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
const dot = (a: Rgb, b: Rgb): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Densities of two stains of one unit each, and across both of them the residual; one stain a row. */
export function stainMatrix(first: Rgb, second: Rgb): Matrix {
  const [a, b] = [unit(first), unit(second)]
  return [a, b, unit(cross(a, b))]
}

/**
 * Inverse of a matrix of stains by rows: density x unmixing = amount of each stain.
 * @throws RangeError where two stains have the same colour.
 */
export function unmixing([a, b, c]: Matrix): Matrix {
  const [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)]
  const volume = dot(a, x)
  if (Math.abs(volume) < 1e-9) throw new RangeError('stains of the same colour cannot be told apart')
  return [0, 1, 2].map((i) => [x[i]! / volume, y[i]! / volume, z[i]! / volume] as const) as unknown as Matrix
}

/** What takes the densities of a pixel (as a row) to those of one stain alone: in its own colour, or the same in all three channels. */
function alone(view: Separated, inGrey: boolean): Matrix {
  const { stains, shown } = SEPARATIONS[view]
  const matrix = stainMatrix(...stains)
  // The residual is a direction without a colour: it absorbs less than nothing in some channels.
  const color: Rgb = inGrey || shown === 2 ? [1, 1, 1] : matrix[shown]
  return unmixing(matrix).map((row) => color.map((part) => row[shown] * part)) as unknown as Matrix
}

/** Where a value (0 to 1) comes to lie by brightness, contrast, gamma and inversion, in this order. */
function toned({ brightness, contrast, gamma, invert }: ColorView, value: number): number {
  const tone = clamp((value * brightness - 0.5) * contrast + 0.5) ** (1 / gamma)
  return invert ? 1 - tone : tone
}

/** The stages of a filter, each on values of 0 to 1. Tables have 256 entries and hold for all channels alike. */
export interface ColorStages {
  /** Values to densities, as shares of the range, and the densities to those of one stain; null where all colours are shown. */
  readonly separation: { readonly density: readonly number[]; readonly matrix: Matrix } | null
  /** Back to values, tones included. */
  readonly tones: readonly number[]
}

const table = (at: (share: number) => number): number[] => Array.from({ length: VALUES }, (_, i) => at(i / (VALUES - 1)))

/** What a filter has to do for a view; null where it is the image as it is. */
export function colorStages(view: ColorView): ColorStages | null {
  if (isAsInFile(view)) return null
  if (view.stain === 'none') return { separation: null, tones: table((value) => toned(view, value)) }
  return {
    separation: {
      density: table((value) => -Math.log10(Math.max(value, 1 / (VALUES - 1))) / DENSITY_RANGE),
      matrix: alone(view.stain, view.stainInGrey),
    },
    tones: table((share) => toned(view, 10 ** (-share * DENSITY_RANGE))),
  }
}

/** Whether colours are shown as they are in the file. */
export function isAsInFile({ brightness, contrast, gamma, invert, stain }: ColorView): boolean {
  return brightness === 1 && contrast === 1 && gamma === 1 && !invert && stain === 'none'
}
