import { type Plane } from '#shared/channels/look.ts'
import { greyWindow } from '#shared/depth-window.ts'
import { type ChannelStats } from '../../state/channels.ts'

/** Rows that are taken from a picture at a time, so that a large one is not in memory thrice. */
const STRIP = 512

/** Loads the numbers of a channel: a PNG whose red is the high byte, and green the low one. Rejects where it can't be had. */
export async function loadPlane(url: string, signal: AbortSignal): Promise<Plane> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(await response.text())
  // No profile may change a number.
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
  try {
    return planeOf(bitmap)
  } finally {
    bitmap.close()
  }
}

function planeOf(bitmap: ImageBitmap): Plane {
  const { width, height } = bitmap
  const values = new Uint16Array(width * height)
  const context = new OffscreenCanvas(width, Math.min(height, STRIP)).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no canvas to read a channel with')
  for (let top = 0; top < height; top += STRIP) {
    const rows = Math.min(STRIP, height - top)
    context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows)
    const { data } = context.getImageData(0, 0, width, rows)
    for (let i = 0, at = top * width; i < data.length; i += 4, at++) values[at] = (data[i]! << 8) | data[i + 1]!
  }
  return { width, height, values }
}

const BARS = 64

/** What a channel's numbers are; the ends of its range as the reader of images finds them. */
export function statsOf({ values }: Pick<Plane, 'values'>): ChannelStats {
  const counts = new Uint32Array(65_536)
  for (const value of values) counts[value]!++
  let largest = 65_535
  while (largest > 0 && counts[largest] === 0) largest--
  const bits = [8, 10, 12, 14].find((n) => largest < 2 ** n) ?? 16
  const most = 2 ** bits - 1
  const bars = new Array<number>(BARS).fill(0)
  for (let value = 0; value <= largest; value++) bars[Math.min(BARS - 1, Math.floor((value * BARS) / (most + 1)))]! += counts[value]!
  const peak = Math.max(1, ...bars)
  // By logarithms: the dark ground would hide all the rest.
  return { histogram: bars.map((count) => Math.log1p(count) / Math.log1p(peak)), most, auto: greyWindow(counts) }
}
