import { type ConfusionCounts, type OneVsRest, oneVsRest } from './classification.ts'
import { type ImageWeights } from './coco-accumulate.ts'
import { ratio } from './report-parts.ts'

/** In a truth map: nobody said what is here; such pixels take part in nothing. */
export const IGNORED_PIXEL = 255

/**
 * Pixels of one image by class: row what is there, column what was said. Both maps hold class indices below `classes`
 * (at most 255), in the same order of pixels; the truth may hold IGNORED_PIXEL. Throws RangeError for maps of unlike
 * length or a value that is no class.
 */
export function countPixels(truth: Uint8Array, predicted: Uint8Array, classes: number): number[][] {
  if (truth.length !== predicted.length) throw new RangeError(`Maps of ${truth.length} and ${predicted.length} pixels`)
  const joint = new Float64Array(256 * 256)
  for (let i = 0; i < truth.length; i++) joint[(truth[i]! << 8) | predicted[i]!]! += 1
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const [pair, count] of joint.entries()) {
    const [there, said] = [pair >> 8, pair & 255]
    if (count === 0 || there === IGNORED_PIXEL) continue
    if (there >= classes || said >= classes) throw new RangeError(`A pixel is of class ${Math.max(there, said)}, but there are ${classes}`)
    counts[there]![said] = count
  }
  return counts
}

/** Pixels of a whole image from those of its parts, which hold each pixel once; `counts` are changed. */
export function addCounts(counts: number[][], more: ConfusionCounts): void {
  for (const [there, row] of more.entries()) for (const [said, count] of row.entries()) counts[there]![said]! += count
}

/** Images' counts added up; `weights` as in a bootstrap resample. */
export function sumCounts(images: readonly ConfusionCounts[], classes: number, weights?: ImageWeights): number[][] {
  const sum = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const [i, counts] of images.entries()) {
    const weight = weights === undefined ? 1 : weights[i]!
    if (weight === 0) continue
    for (let row = 0; row < classes; row++)
      for (let column = 0; column < classes; column++) sum[row]![column]! += weight * counts[row]![column]!
  }
  return sum
}

/** How far what was said of a class covers what is there, by pixels; all 0 to 1, null where there is nothing to divide by. */
export interface ClassOverlap extends Pick<OneVsRest, 'sensitivity' | 'specificity' | 'ppv'> {
  /** 2 |A and B| / (|A| + |B|) (Dice, Ecology 26, 1945); null where the class is neither there nor said. The F1 of pixels. */
  readonly dice: number | null
  /** |A and B| / |A or B|, intersection over union (Jaccard 1912); null as dice. */
  readonly jaccard: number | null
}

/** Class k's overlap over all the pixels counted, of one image or of many (accumulated). */
export function classOverlap(counts: ConfusionCounts, k: number): ClassOverlap {
  const { truePositives, falsePositives, missed, f1, sensitivity, specificity, ppv } = oneVsRest(counts, k)
  return { dice: f1, jaccard: ratio(truePositives, truePositives + falsePositives + missed), sensitivity, specificity, ppv }
}
