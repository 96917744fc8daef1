// How more than 8 bits a channel become 8. One rule for display, thumbnails, training and prediction, so that a net sees what a person sees.
//
// - Grey (fluorescence, phase contrast): a linear window from the 0.1th to the 99.9th percentile of the image, as QuPath and Fiji open it.
//   A 12-bit camera in a 16-bit file would be nearly black otherwise. Intensities are not comparable between images after it.
// - Colour (bright field): black stays black, white is the largest number of the camera's bits (the least of 8, 10, 12, 14, 16 that holds the
//   image's maximum), the same for red, green and blue: the stain's hue is kept.
// - 8-bit images are never stretched.

import { type DepthWindow } from '#shared/depth-window.ts'

export { greyWindow, SATURATED_SHARE, type DepthWindow } from '#shared/depth-window.ts'

/** Counts of each 16-bit value. Pixels fully transparent are left out where `alphaAt` tells the channel of alpha. */
export function histogram16(data: Uint16Array, channels: number, alphaAt: number | null): Uint32Array {
  const counts = new Uint32Array(65_536)
  for (let at = 0; at < data.length; at += channels) {
    if (alphaAt !== null && data[at + alphaAt] === 0) continue
    for (let c = 0; c < channels; c++) if (c !== alphaAt) counts[data[at + c]!]!++
  }
  return counts
}

/** Window of a colour image. */
export function colourWindow(counts: Uint32Array): DepthWindow {
  let most = 65_535
  while (most > 0 && counts[most] === 0) most--
  const bits = [8, 10, 12, 14].find((n) => most < 2 ** n) ?? 16
  return { low: 0, high: 2 ** bits - 1 }
}

/** Maps 16-bit values through a window to RGB or grey, 8 bits; alpha laid on white. */
export function toEightBits(data: Uint16Array, channels: 1 | 2 | 3 | 4, window: DepthWindow): Uint8Array {
  const table = windowTable(window)
  if (channels === 1 || channels === 3) return lookUp(data, table)
  const colours = channels - 1
  const pixels = data.length / channels
  const out = new Uint8Array(pixels * colours)
  for (let i = 0; i < pixels; i++) {
    const alpha = data[i * channels + colours]! / 65_535
    for (let c = 0; c < colours; c++) out[i * colours + c] = Math.round(table[data[i * channels + c]!]! * alpha + 255 * (1 - alpha))
  }
  return out
}

function lookUp(data: Uint16Array, table: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < out.length; i++) out[i] = table[data[i]!]!
  return out
}

function windowTable({ low, high }: DepthWindow): Uint8Array {
  const scale = 255 / (high - low)
  return Uint8Array.from({ length: 65_536 }, (_, value) => Math.round(Math.min(Math.max((value - low) * scale, 0), 255)))
}

/** Spreads 32-bit integers or floats over 16 bits, linearly from the least to the largest finite value; what is not finite becomes the least. */
export function floatsTo16(data: Float32Array): Uint16Array {
  let [low, high] = [Infinity, -Infinity]
  for (const value of data) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  const scale = high > low ? 65_535 / (high - low) : 0
  const out = new Uint16Array(data.length)
  for (let i = 0; i < out.length; i++) if (Number.isFinite(data[i])) out[i] = Math.round((data[i]! - low) * scale)
  return out
}
