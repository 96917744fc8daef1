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

/** WCAG 2 relative luminance of `#rrggbb`, 0 to 1. */
export function relativeLuminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255)) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
