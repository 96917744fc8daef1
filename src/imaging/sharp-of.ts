import sharp, { type Sharp } from 'sharp'
import type { Raster } from './raster.ts'

/** A raster as sharp takes it. */
export function sharpOf({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
