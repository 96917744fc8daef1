import type { MaskFacts } from '#shared/contracts/label-maps.ts'

export interface CountedColor {
  /** 0xrrggbb */
  readonly color: number
  readonly pixels: number
}

/** `#ff0000` */
export const hex = (color: number): string => `#${color.toString(16).padStart(6, '0')}`

/** Colours of all masks together, the most frequent first; greys as colours. */
export function countedColors(facts: readonly MaskFacts[]): CountedColor[] {
  const counts = new Map<number, number>()
  for (const { kind, values } of facts)
    for (const { value, pixels, color } of values) {
      const own = color ?? (kind === 'grey' ? Math.min(value, 255) * 0x010101 : value)
      counts.set(own, (counts.get(own) ?? 0) + pixels)
    }
  return [...counts].map(([color, pixels]) => ({ color, pixels })).sort((a, b) => b.pixels - a.pixels || a.color - b.color)
}

/** Distance in RGB within which colours are shades of one. */
const APART = 48
/** Up to so many colours even a rare one was meant; beyond, edges are soft. */
const FEW = 16
/** Share of a softly drawn picture that a colour holds at least. */
const LEAST_SHARE = 0.001

/** The colours that a mask was drawn in: those that stand out, without their shades at soft edges or from compression. */
export function mainColors(counted: readonly CountedColor[]): CountedColor[] {
  const total = counted.reduce((sum, { pixels }) => sum + pixels, 0)
  const few = counted.length <= FEW
  const least = few ? 0 : LEAST_SHARE * total
  const kept: CountedColor[] = []
  for (const one of counted) {
    if (one.pixels < least) break
    if (kept.every((other) => !isShade(one, other, few)) && !isEdge(one, kept)) kept.push(one)
  }
  return kept
}

/** Nearly the colour of one that is more frequent; of few colours, far more. */
function isShade(one: CountedColor, other: CountedColor, few: boolean): boolean {
  return distance(one.color, other.color) <= APART && (!few || other.pixels > 20 * one.pixels)
}

/** A shade between two colours that are far more frequent: a soft edge. */
function isEdge(one: CountedColor, kept: readonly CountedColor[]): boolean {
  const strong = kept.filter(({ pixels }) => pixels > 20 * one.pixels)
  return strong.some((a, i) => strong.slice(i + 1).some((b) => between(one.color, a.color, b.color)))
}

function between(color: number, a: number, b: number): boolean {
  return distance(color, a) + distance(color, b) < 1.1 * distance(a, b)
}

function distance(a: number, b: number): number {
  return Math.hypot((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255))
}
