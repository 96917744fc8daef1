import { colorFacts } from '#shared/color-domain.ts'
import { LOOK_SIDE } from '#shared/look-alikes.ts'
import { labImage } from '#shared/masks/lab.ts'
import { readRaster } from './read.ts'
import { sharpOf } from './sharp-of.ts'

/**
 * An image stretched onto `LOOK_SIDE` x `LOOK_SIDE` grey values (as base64, since what crosses to another process is text), and its colours in
 * six numbers. @throws AppError of `ImageFailure`.
 */
export async function readLook(file: string): Promise<{ look: string; colors: number[] }> {
  const raster = await readRaster(file, { maxSide: 512 })
  const grey = await sharpOf(raster).greyscale().resize(LOOK_SIDE, LOOK_SIDE, { fit: 'fill' }).raw().toBuffer()
  const small = await sharpOf(raster).resize(SIDE, SIDE, { fit: 'fill' }).toColourspace('srgb').removeAlpha().raw().toBuffer()
  const pixels =
    small.length === 3 * SIDE * SIDE
      ? new Uint8Array(small)
      : Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => small[Math.floor(i / 3)]!)
  return { look: grey.toString('base64'), colors: [...colorFacts(labImage(pixels, SIDE, SIDE, 3))] }
}

/** Colours are told from so many pixels a side. */
const SIDE = 64
