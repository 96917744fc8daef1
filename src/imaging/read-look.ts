import { type Look, LOOK_SIDE } from '#shared/look-alikes.ts'
import { readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

/** An image stretched onto `LOOK_SIDE` x `LOOK_SIDE` grey values. @throws AppError of `ImageFailure`. */
export async function readLook(file: string): Promise<Look> {
  const image = sharpOf(await readRaster(file, { maxSide: 512 }))
  const grey = await image.greyscale().resize(LOOK_SIDE, LOOK_SIDE, { fit: 'fill' }).raw().toBuffer()
  return new Uint8Array(grey)
}
