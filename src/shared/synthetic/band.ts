import { type Outline, radiusToward } from './outline.ts'

/** Absorbance (negative natural logarithm of transmittance) of red, green and blue light. */
export type Absorbance = readonly [red: number, green: number, blue: number]

/**
 * Rows `top` to `top + rows` of a smear while it is painted: what the light passes through, added up pixel by pixel.
 * Large smears are painted band by band, so that the planes stay small.
 */
export interface Band {
  readonly width: number
  readonly top: number
  readonly rows: number
  /** Layers of haemoglobin, in thicknesses of a common red cell. */
  readonly thickness: Float32Array
  readonly red: Float32Array
  readonly green: Float32Array
  readonly blue: Float32Array
}

export function createBand(width: number, top: number, rows: number): Band {
  const plane = (): Float32Array => new Float32Array(width * rows)
  return { width, top, rows, thickness: plane(), red: plane(), green: plane(), blue: plane() }
}

/**
 * A pixel near an outline: its index in the planes, its distance from the centre as a share of the outline's radius there (1 = on
 * the outline), how far inside the outline it lies in pixels (negative outside), and its offset from the centre in pixels.
 */
export type PixelPainter = (index: number, share: number, inside: number, dx: number, dy: number) => void

/** Visits the band's pixels within an outline round (x, y) grown by `margin` pixels. */
export function paintWithin(band: Band, outline: Outline, x: number, y: number, margin: number, paint: PixelPainter): void {
  const reach = outline.reach + margin
  const left = Math.max(0, Math.floor(x - reach))
  const right = Math.min(band.width, Math.ceil(x + reach))
  const top = Math.max(band.top, Math.floor(y - reach))
  const bottom = Math.min(band.top + band.rows, Math.ceil(y + reach))
  for (let row = top; row < bottom; row++) {
    const dy = row + 0.5 - y
    const start = (row - band.top) * band.width
    for (let column = left; column < right; column++) {
      const dx = column + 0.5 - x
      const radius = radiusToward(outline, dx, dy)
      const squared = dx * dx + dy * dy
      if (squared >= (radius + margin) * (radius + margin)) continue
      const distance = Math.sqrt(squared)
      paint(start + column, distance / radius, radius - distance, dx, dy)
    }
  }
}

/** Adds `amount` times an absorbance to a pixel. */
export function absorb(band: Band, index: number, colour: Absorbance, amount: number): void {
  band.red[index]! += colour[0] * amount
  band.green[index]! += colour[1] * amount
  band.blue[index]! += colour[2] * amount
}

/** Share of a pixel that an edge leaves covered, `inside` pixels within it. */
export function coverage(inside: number): number {
  return inside <= -0.5 ? 0 : inside >= 0.5 ? 1 : inside + 0.5
}
