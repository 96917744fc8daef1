/** The networks of the family, smallest first. */
export const EFFICIENTNETS = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'] as const
export type EfficientNetVariant = (typeof EFFICIENTNETS)[number]

/** Factors of channels and of blocks a stage against B0 (Tan & Le 2019, compound scaling; the authors' rounded values). */
const SCALING: Readonly<Record<EfficientNetVariant, { readonly width: number; readonly depth: number }>> = {
  b0: { width: 1, depth: 1 },
  b1: { width: 1, depth: 1.1 },
  b2: { width: 1.1, depth: 1.2 },
  b3: { width: 1.2, depth: 1.4 },
  b4: { width: 1.4, depth: 1.8 },
  b5: { width: 1.6, depth: 2.2 },
  b6: { width: 1.8, depth: 2.6 },
  b7: { width: 2, depth: 3.1 },
}

interface Stage {
  readonly repeats: number
  readonly kernel: number
  readonly stride: number
  /** Channels behind each block of B0. */
  readonly filters: number
  /** Factor by which a block widens its input. */
  readonly expand: number
}

/** The seven stages of B0 (Tan & Le 2019, table 1; strides as in the authors' code). */
const STAGES: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, filters: 16, expand: 1 },
  { repeats: 2, kernel: 3, stride: 2, filters: 24, expand: 6 },
  { repeats: 2, kernel: 5, stride: 2, filters: 40, expand: 6 },
  { repeats: 3, kernel: 3, stride: 2, filters: 80, expand: 6 },
  { repeats: 3, kernel: 5, stride: 1, filters: 112, expand: 6 },
  { repeats: 4, kernel: 5, stride: 2, filters: 192, expand: 6 },
  { repeats: 1, kernel: 3, stride: 1, filters: 320, expand: 6 },
]

const STEM = 32
const TOP = 1280
/** Channels come in multiples of this. */
const DIVISOR = 8

/** One inverted-residual block with squeeze-and-excite. */
export interface BlockPlan {
  /** Keras's name: stage and letter, `block4a`. */
  readonly name: string
  readonly kernel: number
  readonly stride: number
  readonly filters: number
  readonly expand: number
  /** Where the block lies, from 0 for the first towards 1: stochastic depth rises with it. */
  readonly depth: number
}

export interface EncoderPlan {
  readonly stem: number
  readonly blocks: readonly BlockPlan[]
  readonly top: number
}

/** Channels and blocks of a variant. */
export function encoderPlan(variant: EfficientNetVariant): EncoderPlan {
  const { width, depth } = SCALING[variant]
  const blocks = STAGES.flatMap(({ repeats, filters, ...stage }, index) =>
    Array.from({ length: Math.ceil(depth * repeats) }, (_, i) => ({
      ...stage,
      name: `block${index + 1}${letter(i)}`,
      stride: i === 0 ? stage.stride : 1,
      filters: roundedFilters(filters, width),
    })),
  )
  return {
    stem: roundedFilters(STEM, width),
    blocks: blocks.map((block, i) => ({ ...block, depth: i / blocks.length })),
    top: roundedFilters(TOP, width),
  }
}

/** The nearest multiple of 8, but never less than nine tenths of what the scaling asks for. */
function roundedFilters(filters: number, width: number): number {
  const wanted = filters * width
  const nearest = Math.max(DIVISOR, Math.floor((wanted + DIVISOR / 2) / DIVISOR) * DIVISOR)
  return nearest < 0.9 * wanted ? nearest + DIVISOR : nearest
}

function letter(i: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + i)
}
