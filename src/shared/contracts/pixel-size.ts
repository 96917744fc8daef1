import { z } from 'zod'
import { PIXEL_SIZES } from '../pixel-size.ts'
import { namedImages } from './named-images.ts'

/** Which images get another pixel size. */
const imagesMeant = z.union([
  /** Those that have none, those whose file states none, or all of the project. */
  z.enum(['missing', 'unstated', 'all']),
  namedImages,
])

export const pixelSizeRequest = z.object({
  /** Micrometres a pixel; null = as each file states it, or none. */
  microns: z.number().min(PIXEL_SIZES.min).max(PIXEL_SIZES.max).nullable(),
  of: imagesMeant,
})
export type PixelSizeRequest = z.infer<typeof pixelSizeRequest>

export const pixelSizeReport = z.object({
  /** Images that were meant, and those of them that have another size now. */
  images: z.number().int(),
  changed: z.number().int(),
  /** Of those that were changed: whose file states another size than they have now; or, given back, whose file states none. */
  overridden: z.number().int(),
  none: z.number().int(),
  /** Of all images of the project, as they are now. */
  sizes: z.object({ file: z.number().int(), person: z.number().int(), missing: z.number().int() }),
  notes: z.array(z.string()).readonly(),
})
export type PixelSizeReport = z.infer<typeof pixelSizeReport>
