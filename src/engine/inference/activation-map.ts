import sharp from 'sharp'
import type { Size } from '#shared/geometry/point.ts'
import type { ResultMap } from '#shared/records/prediction.ts'
import type { WeightArray } from '../nn/weights.ts'
import type { FloatMap } from './float-map.ts'
import type { RawOutputs } from './session.ts'

/**
 * Class activation map (Zhou et al., CVPR 2016) of the first image of a batch: for a network that ends in features [batch, height, width, n]
 * -> mean over the picture -> dense, the mean of this map plus the bias is the class's logit, so it says how much each place speaks for the
 * class. It is what Grad-CAM (Selvaraju et al., ICCV 2017) gives for such a network, before its ReLU. `kernel` is [n, classes], or [n, 1]
 * for two classes: then the first one has the second's logit with its sign turned. Throws RangeError where the shapes do not fit.
 */
export function activationMap(features: RawOutputs[string], kernel: WeightArray, classIndex: number, classes: number): FloatMap {
  const [, height = 0, width = 0, count = 0] = features.shape
  const [rows, units = 0] = kernel.shape
  const single = units === 1 && classes === 2
  if (features.shape.length !== 4 || rows !== count || (units !== classes && !single) || classIndex >= classes)
    throw new RangeError(`Features [${features.shape.join()}] and a kernel [${kernel.shape.join()}] are not of ${classes} classes`)
  const [column, sign] = single ? [0, classIndex === 1 ? 1 : -1] : [classIndex, 1]
  const values = new Float32Array(width * height)
  for (let place = 0; place < values.length; place++) {
    let sum = 0
    for (let n = 0; n < count; n++) sum += features.data[place * count + n]! * kernel.data[n * units + column]!
    values[place] = sign * sum
  }
  return { values, width, height }
}

/**
 * The mean of maps of one size as 8-bit values: 255 is the strongest place, 0 what speaks against the class or not for it (the ReLU of
 * Grad-CAM). All 0 where nothing speaks for it.
 */
export function shownActivation(maps: readonly FloatMap[]): Uint8Array {
  const values = new Float32Array(maps[0]?.values.length ?? 0)
  for (const map of maps) for (let i = 0; i < values.length; i++) values[i]! += map.values[i]!
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  return Uint8Array.from(values, (value) => (most === 0 ? 0 : Math.round((255 * Math.max(0, value)) / most)))
}

/** Writes maps of one size as the heat map of an image: enlarged to `size` pixels by linear steps, as Zhou et al. show it. */
export async function writeActivation(
  maps: readonly [FloatMap, ...FloatMap[]],
  size: Size,
  { file, path }: { readonly file: string; readonly path: string },
): Promise<ResultMap> {
  const [{ width, height }] = maps
  await sharp(shownActivation(maps), { raw: { width, height, channels: 1 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .png()
    .toFile(path)
  return { kind: 'heat', file, classIndex: null, width: size.width, height: size.height }
}
