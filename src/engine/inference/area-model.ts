import { must } from '#shared/assert.ts'
import type { SegmentationPreset } from '../models/segmentation-preset.ts'
import type { AreaModel } from './probability-rows.ts'
import type { InferenceSession } from './session.ts'

/** A segmenter's session with what is needed to look at images with it. */
export function areaModel(preset: SegmentationPreset, session: InferenceSession, classes: number, pixelsPerInput: number): AreaModel {
  const { channels, multiple, fixedSize } = preset.network(classes)
  const size = fixedSize === null ? must(preset.inferenceSizes[0], 'a segmenter has a size') : ([fixedSize, fixedSize] as const)
  const shares = 1 + classes + (preset.seams ? 1 : 0)
  return {
    session,
    size,
    channels,
    multiple,
    fixed: fixedSize !== null,
    pixelsPerInput,
    shares,
    probabilities: (logits, pixels) => areaProbabilities(logits, pixels, classes, preset.seams),
  }
}

/**
 * Logits of pixels as probabilities [pixels, 1 + classes (+ 1)], of background and classes, sum 1, and of the seam where there is one. A
 * seam is a part of its object: its probability counts to the classes, in the proportion that they have at the pixel. A single
 * logit is that of the only class.
 */
export function areaProbabilities(logits: Float32Array, pixels: number, classes: number, seams: boolean): Float32Array {
  const channels = logits.length / pixels
  const shares = 1 + classes + (seams ? 1 : 0)
  const out = new Float32Array(pixels * shares)
  if (channels === 1) return fromSigmoid(logits, out)
  if (channels !== shares) throw new Error(`A segmenter of ${classes} classes gave ${channels} logits a pixel, not ${shares}`)
  for (let at = 0; at < out.length; at += shares) {
    softmax(logits, at, shares, out)
    if (seams) joinSeam(out, at, classes)
  }
  return out
}

function fromSigmoid(logits: Float32Array, out: Float32Array): Float32Array {
  for (const [i, logit] of logits.entries()) {
    out[2 * i + 1] = 1 / (1 + Math.exp(-logit))
    out[2 * i] = 1 - out[2 * i + 1]!
  }
  return out
}

function softmax(logits: Float32Array, at: number, count: number, out: Float32Array): void {
  let most = -Infinity
  for (let c = 0; c < count; c++) most = Math.max(most, logits[at + c]!)
  let sum = 0
  for (let c = 0; c < count; c++) sum += out[at + c] = Math.exp(logits[at + c]! - most)
  for (let c = 0; c < count; c++) out[at + c]! /= sum
}

function joinSeam(out: Float32Array, at: number, classes: number): void {
  const seam = out[at + classes + 1]!
  const objects = Math.max(1e-12, 1 - out[at]! - seam)
  for (let k = 1; k <= classes; k++) out[at + k]! *= 1 + seam / objects
}
