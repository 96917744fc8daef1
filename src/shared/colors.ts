/**
 * Colours for classes, in the order they are given out. Chosen by search (simulated annealing) for the largest least difference
 * between any two of them as seen with normal colour vision, deuteranopia and protanopia (Machado, Oliveira & Fernandes, IEEE TVCG
 * 2009), between each of them and the grounds that they lie on (eosin pink, haematoxylin purple, DAB brown, a Giemsa smear, fluorescence
 * black), at a lightness and chroma that a two-pixel line still shows. test/shared/colors.test.ts holds the figures.
 */
export const CLASS_COLORS = [
  '#00ff00',
  '#3cffff',
  '#ee007f',
  '#fcffb2',
  '#3c83ff',
  '#cea266',
  '#27754a',
  '#1fc2ff',
  '#00a79c',
  '#7c8400',
] as const

/** The colour of the class at that place (0 = first); beyond the tenth they come round again. */
export function classColor(place: number): string {
  return CLASS_COLORS[place % CLASS_COLORS.length]!
}

/** Black or white, whichever is easier to read on the colour (`#rrggbb`): the higher contrast ratio of WCAG 2. */
export function textColorOn(color: string): '#000000' | '#ffffff' {
  const luminance = relativeLuminance(color)
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff'
}

/** What WCAG 2.2 asks of graphics that are needed to understand what is shown (1.4.11). */
const GRAPHIC_CONTRAST = 3

/** The colour, as much darker on a light ground or lighter on a dark one as a line or a bar of it needs to be seen there. All are `#rrggbb`. */
export function graphicColorOn(color: string, ground: string): string {
  const toward = relativeLuminance(ground) > 0.18 ? 0 : 255
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, toward, share)
    if (contrast(mixed, ground) >= GRAPHIC_CONTRAST) return mixed
  }
  return mix(color, toward, 1)
}

/** WCAG 2 contrast ratio of two colours `#rrggbb`, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [relativeLuminance(a), relativeLuminance(b)].toSorted((one, other) => one - other) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** A colour with a share of a grey of that value, 0 to 255, in it. */
function mix(color: string, grey: number, share: number): string {
  const hex = (at: number): string => {
    const value = Number.parseInt(color.slice(at, at + 2), 16)
    return Math.round(value + share * (grey - value))
      .toString(16)
      .padStart(2, '0')
  }
  return `#${hex(1)}${hex(3)}${hex(5)}`
}

/** WCAG 2 relative luminance of `#rrggbb`, 0 to 1. */
export function relativeLuminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255)) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
