import sharp from 'sharp'
import type { z } from 'zod'
import type { labelMapRequest } from '#shared/contracts/label-maps.ts'
import { drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'

/**
 * Draws shapes into a label map and writes it as grey PNG or TIFF of 8 or 16 bits, without loss. The target's folder must be there; nothing is
 * synced, since whoever asks makes the whole folder at once. Throws AppError `mask-damaged`.
 */
export async function writeLabelMap({ target, width, height, bits, format, shapes }: z.output<typeof labelMapRequest>): Promise<void> {
  const map = bits === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height)
  const region = { x: 0, y: 0, width, height }
  for (const { value, shape } of shapes) if (isAreaShape(shape)) drawShape(shape, map, region, value)
  // sharp tells 8 from 16 bits by the kind of the array.
  const image = sharp(map, { raw: { width, height, channels: 1 }, limitInputPixels: false }).toColourspace(bits === 8 ? 'b-w' : 'grey16')
  await (format === 'png' ? image.png({ compressionLevel: 6 }) : image.tiff({ compression: 'deflate' })).toFile(target)
}
