/** A bar that shows a length at the view's zoom. */
export interface Bar {
  /** CSS pixels. */
  readonly width: number
  /** Such as `50 µm` or `1 mm`. */
  readonly text: string
}

/** Widest bar, CSS pixels. */
export const WIDEST_BAR = 140
const STEPS = [5, 2, 1] as const

/** The longest bar of a round length (1, 2 or 5 times a power of ten, 1 µm at least) that is not too wide; null where none is. */
export function barOf(micronsPerPixel: number, zoom: number): Bar | null {
  const pixelsPerMicron = zoom / micronsPerPixel
  const most = WIDEST_BAR / pixelsPerMicron
  if (!(most >= 1) || !Number.isFinite(most)) return null
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9)
  const length = power * (STEPS.find((step) => step * power <= most * (1 + 1e-9)) ?? 1)
  return { width: length * pixelsPerMicron, text: length >= 1000 ? `${String(length / 1000)} mm` : `${String(length)} µm` }
}

/** Micrometres a pixel of an objective of 1x, by which scanners go: 20x is 0.5 µm a pixel, 40x 0.25. */
const MICRONS_AT_1X = 10

/** What of an image says how much it is magnified. */
export interface Calibration {
  readonly micronsPerPixel: number | null
  readonly objective: number | null
}

/** Magnification at which an image's own pixels are seen one to one: as the file states it, else as its pixel size implies; null where neither is known. */
export function baseMagnification({ micronsPerPixel, objective }: Calibration): number | null {
  if (objective !== null) return objective
  return micronsPerPixel === null ? null : MICRONS_AT_1X / micronsPerPixel
}

/** A magnification as it is written, such as `20x`, `2.5x` or `0.31x`. */
export function magnificationText(magnification: number): string {
  const digits = magnification >= 9.95 ? 0 : magnification >= 0.995 ? 1 : 2
  return `${String(Number(magnification.toFixed(digits)))}x`
}

/** Reads `20x`, `20 ×`, `20` or `2,5x`; null for anything else and for nothing above 0. */
export function magnificationOf(text: string): number | null {
  const found = /^\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*[x×]?\s*$/i.exec(text)
  const value = found?.[1] === undefined ? NaN : Number(found[1].replace(',', '.'))
  return value > 0 ? value : null
}
