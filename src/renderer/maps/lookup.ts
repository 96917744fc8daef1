import { colorAt, type ColorMapName } from './color-maps.ts'

// A map is coloured once per change by a table of 256 colours, one for each value of its 8-bit pixels.

/** 256 colours as pixels of an ImageData, four bytes each in the machine's order. */
export type ColorTable = Readonly<Uint32Array>

/** Values below it let more and more of the image through: where a map says nothing, the image is seen as it is. */
export const FADE = 32

/** Opacity of a value (0 to 255), 0 to 1. */
export function fadeAt(value: number): number {
  return Math.min(1, value / FADE)
}

/** The table of a probability or a distance. */
export function scalarTable(name: ColorMapName): ColorTable {
  return tableOf((value) => [...colorAt(name, value), Math.round(255 * fadeAt(value))])
}

/**
 * The table of class indices: 0 and indices without a class are clear, i is the colour of class i - 1 (`#rrggbb`), or clear where
 * that is null.
 */
export function classTable(colors: readonly (string | null)[]): ColorTable {
  return tableOf((value) => {
    const color = value === 0 ? null : (colors[value - 1] ?? null)
    return color === null ? [0, 0, 0, 0] : [...rgbOf(color), 255]
  })
}

/** Red, green and blue of `#rrggbb`. */
export function rgbOf(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** One pixel of an ImageData. */
export function packed(bytes: readonly number[]): number {
  return new Uint32Array(Uint8Array.from(bytes).buffer)[0]!
}

function tableOf(bytesOf: (value: number) => readonly number[]): ColorTable {
  return Uint32Array.from({ length: 256 }, (_, value) => packed(bytesOf(value)))
}

/** Colours values into pixels, which are as many. Throws RangeError where they are not. */
export function applyTable(values: Readonly<Uint8Array>, table: ColorTable, pixels: Uint32Array): void {
  if (pixels.length !== values.length) throw new RangeError(`${String(values.length)} values are not ${String(pixels.length)} pixels.`)
  for (let i = 0; i < values.length; i++) pixels[i] = table[values[i]!]!
}
