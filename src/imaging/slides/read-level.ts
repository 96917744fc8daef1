import type { Raster } from '../raster.ts'
import type { ImageSource, SourceLevel } from './image-source.ts'

/** Rows that are read at a time are as many as fit this, pixels. */
const STRIP_PIXELS = 2 ** 24

/** The coarsest level that has at least this many pixels on its longer side, else the finest. */
export function levelFor(levels: readonly Pick<SourceLevel, 'width' | 'height'>[], side: number): number {
  let best = 0
  levels.forEach(({ width, height }, level) => {
    if (Math.max(width, height) >= side) best = level
  })
  return best
}

/** A whole level, read strip by strip. Takes three bytes a pixel: the caller sees to the size. */
export async function readLevel(source: ImageSource, level: number, signal?: AbortSignal): Promise<Raster> {
  const { width, height } = source.levels[level]!
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width))
  let whole: Raster | null = null
  for (let y = 0; y < height; y += rows) {
    const part = await source.read({ level, x: 0, y, width, height: Math.min(rows, height - y) }, signal)
    whole ??= { width, height, channels: part.channels, data: new Uint8Array(width * height * part.channels) }
    whole.data.set(part.data, y * width * part.channels)
  }
  if (whole === null) throw new Error('A level without rows.')
  return whole
}
