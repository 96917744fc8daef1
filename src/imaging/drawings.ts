import sharp from 'sharp'
import type { z } from 'zod'
import type { drawingRequest, overlayRequest, smearObjects, smearRequest } from '#shared/contracts/pictures.ts'
import { smear } from '#shared/synthetic/smear.ts'
import { writeWhole } from '../files/write-whole.ts'
import { cacheFile } from './cache-file.ts'
import { readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

// Pictures that the program makes itself: reports and the synthetic sample.

/** Renders a drawing and writes it as PNG, whole or not at all. @throws AppError as `writeWhole`. */
export async function writeDrawing({ svg, scale, target }: z.output<typeof drawingRequest>): Promise<void> {
  await writeWhole(target, await rendered(svg, 72 * scale))
}

/** Lays drawings over an image and writes it as PNG, or JPEG where the target's name ends so, whole or not at all. @throws AppError of `ImageFailure` or as `writeWhole`. */
export async function writeOverlay({ file, picture, canvas, drawings, target }: z.output<typeof overlayRequest>): Promise<void> {
  const image = sharpOf(await readRaster(file)).resize(picture.width, picture.height, { fit: 'fill', kernel: 'cubic' })
  const layers = [{ input: await image.toColourspace('srgb').png().toBuffer(), left: 0, top: 0 }]
  for (const { svg, top } of drawings) layers.push({ input: await rendered(svg, 72), left: 0, top })
  const background = { ...canvas, channels: 3 as const, background: '#ffffff' }
  const drawn = sharp({ create: background }).composite(layers)
  await writeWhole(target, await (target.endsWith('.jpg') ? drawn.jpeg({ quality: 85 }) : drawn.png()).toBuffer())
}

async function rendered(svg: string, density: number) {
  return sharp(Buffer.from(svg), { density, unlimited: true }).png().toBuffer()
}

/** Draws a synthetic smear, writes it as PNG and gives its truth. */
export async function writeSmear({ seed, width, height, target }: z.output<typeof smearRequest>): Promise<z.input<typeof smearObjects>> {
  const picture = smear({ seed, width, height })
  await cacheFile(target, await sharpOf(picture).png({ compressionLevel: 3 }).toBuffer())
  return picture.objects.map(({ className, box }) => ({ className, box }))
}
