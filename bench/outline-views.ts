import sharp from 'sharp'
import { bitMaskOfShape, isAreaShape } from '../src/shared/masks/draw-shape.ts'
import { mapOfMask } from '../src/shared/masks/dense.ts'
import { type ByteImage } from '../src/shared/outline/color-pyramid.ts'
import { readRaster } from '../src/imaging/read.ts'
import { readDataset, type DatasetName } from './segmentation-samples.ts'

export { type DatasetName }

export interface View {
  readonly image: ByteImage
  /** Some of its objects, 1 or 0 for each pixel. */
  readonly objects: readonly Uint8Array[]
}

/** The canvas on which an image is shown whole; smaller ones are not enlarged. */
const CANVAS = { width: 1000, height: 700 }
/** Objects with fewer pixels on the canvas are not clicked. */
const LEAST_PIXELS = 30

/** Every fifth image of a set, or every third of its slides, is held out: nothing may be learned from it. */
export function isHeldOut(name: DatasetName, group: number): boolean {
  return name === 'glomeruli' ? group % 3 === 0 : group % 5 === 0
}

/** The images of a part of a set as they are shown, with up to `most` objects each, spread over the image; of the set's first `limit`. */
export async function* readViews(
  name: DatasetName,
  heldOut: boolean,
  images: number,
  most: number,
  limit = Infinity,
): AsyncGenerator<View> {
  const { samples } = await readDataset(name, limit)
  const groups = [...new Set(samples.map(({ group }) => group))].sort()
  const part = samples.filter(({ group }) => isHeldOut(name, groups.indexOf(group)) === heldOut)
  const step = Math.max(1, part.length / images)
  for (let next = 0; next < part.length; next += step) {
    const { sample } = part[Math.floor(next)]!
    const raster = await readRaster(sample.path)
    const factor = Math.min(1, CANVAS.width / raster.width, CANVAS.height / raster.height)
    const [width, height] = [Math.round(raster.width * factor), Math.round(raster.height * factor)]
    const picture = sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    const data = factor === 1 ? raster.data : await picture.resize(width, height, { fit: 'fill' }).raw().toBuffer()
    const masks = sample.labels.flatMap(({ shape }) => {
      if (!isAreaShape(shape)) return []
      const whole = mapOfMask(bitMaskOfShape(shape), { x: 0, y: 0, width: raster.width, height: raster.height })
      const mask = nearest(whole, raster, { width, height })
      return mask.reduce((sum, value) => sum + value, 0) < LEAST_PIXELS ? [] : [mask]
    })
    const objects = masks.filter(
      (_, i) => masks.length <= most || Math.floor((i * most) / masks.length) !== Math.floor(((i - 1) * most) / masks.length),
    )
    yield { image: { data, width, height, channels: 3 }, objects }
  }
}

function nearest(map: Uint8Array, from: { width: number; height: number }, to: { width: number; height: number }): Uint8Array {
  return Uint8Array.from({ length: to.width * to.height }, (_, i) => {
    const x = Math.floor((((i % to.width) + 0.5) * from.width) / to.width)
    const y = Math.floor(((Math.floor(i / to.width) + 0.5) * from.height) / to.height)
    return map[y * from.width + x]!
  })
}
