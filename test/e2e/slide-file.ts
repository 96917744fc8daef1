import sharp from 'sharp'

interface Size {
  readonly width: number
  readonly height: number
}

type Rgb = readonly [number, number, number]

/** A coloured rectangle at a known place: its left upper corner, its side in LANDMARK. */
export interface Landmark {
  readonly x: number
  readonly y: number
  readonly color: Rgb
}

/** Side of a landmark, pixels. */
export const LANDMARK = 120
export const LANDMARKS = 20
/** Columns of landmarks. */
const ACROSS = 5
const GROUND: Rgb = [225, 200, 215]

/** The landmark with a number below LANDMARKS; no two have the same colour. */
export function landmarkAt(at: number, { width, height }: Size): Landmark {
  const [column, row] = [at % ACROSS, Math.floor(at / ACROSS)]
  const x = Math.round(((column + 0.5) / ACROSS) * width) - 77
  const y = Math.round(((row + 0.5) / (LANDMARKS / ACROSS)) * height) - 41
  return { x, y, color: [30 + 45 * column, 30 + 60 * row, 200 - 45 * column] }
}

/** Writes a tiled pyramid TIFF: landmarks on a ground with rings and diagonals, on which a seam would show. */
export async function createSlide(file: string, size: Size): Promise<void> {
  const rings = [480, 400, 320, 240, 160].map(
    (r) => `<circle cx="500" cy="500" r="${String(r)}" fill="none" stroke="#7a4a8a" stroke-width="6"/>`,
  )
  const lines = '<path d="M0 0L1000 1000M1000 0L0 1000M0 333H1000M333 0V1000" stroke="#b05070" stroke-width="3"/>'
  const pattern = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">${rings.join('')}${lines}</svg>`)
  const marks = Array.from({ length: LANDMARKS }, (_, at) => {
    const { x, y, color } = landmarkAt(at, size)
    return { input: { create: { width: LANDMARK, height: LANDMARK, channels: 3 as const, background: colour(color) } }, left: x, top: y }
  })
  await sharp({ create: { ...size, channels: 3, background: colour(GROUND) }, limitInputPixels: false })
    .composite([{ input: pattern, tile: true }, ...marks])
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'jpeg', quality: 90 })
    .toFile(file)
}

const colour = ([r, g, b]: Rgb): { r: number; g: number; b: number } => ({ r, g, b })
