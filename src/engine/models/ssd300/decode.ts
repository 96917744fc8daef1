import { must } from '#shared/assert.ts'
import { boxFromCorners, clipBox } from '#shared/geometry/box.ts'
import type { RawOutputs } from '../../inference/session.ts'
import { bestOfEachObject } from '../best-boxes.ts'
import type { DecodeOptions, Detection } from '../detection-preset.ts'
import { cornersAt, decodeBox } from './box-coding.ts'
import { SSD_SIZE } from './default-boxes.ts'

/** As in the paper: of two boxes of a class that overlap by more than this, the better one stays. */
const NMS_IOU = 0.45
/** Boxes of a class that NMS looks at, the best (torchvision's `topk_candidates`). */
const CANDIDATES = 400

/**
 * Boxes of one image of a batch: softmax over classes and background, offsets decoded, cut to the frame, NMS among the
 * best 400 of each class.
 * Best score first; every score is at least `minScore`.
 */
export function decodeSsd(outputs: RawOutputs, index: number, priors: Float32Array, options: DecodeOptions): Detection[] {
  const logits = must(outputs['class'], 'class logits')
  const offsets = must(outputs['box'], 'box offsets').data
  const [, boxes = 0, values = 0] = logits.shape
  const frame = { width: SSD_SIZE, height: SSD_SIZE }
  const found: Detection[] = []
  for (let i = 0; i < boxes; i++) {
    const row = index * boxes + i
    const scores = softmax(logits.data.subarray(row * values, (row + 1) * values))
    for (let classIndex = 0; classIndex < values - 1; classIndex++) {
      const score = scores[classIndex + 1]!
      if (!(score >= options.minScore)) continue
      const box = clipBox(boxFromCorners(...decodeBox(cornersAt(offsets, row), cornersAt(priors, i))), frame)
      if (box !== null) found.push({ box, classIndex, score })
    }
  }
  return bestOfEachObject(found, NMS_IOU, options.maxDetections, CANDIDATES)
}

function softmax(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - highest))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}
