import { sigmoid } from '#shared/log-odds.ts'
import { must } from '#shared/assert.ts'
import type { SegmentationPreset } from '../models/segmentation-preset.ts'
import type { NetInput } from '../nn/network.ts'
import type { AreaModel } from './probability-rows.ts'
import type { InferenceSession } from './session.ts'

/** What telling areas needs of a preset; graphs from elsewhere have it too. */
export interface AreaFinder extends Pick<SegmentationPreset, 'inferenceSizes' | 'distances'> {
  network(classes: number): NetInput
}

/** A segmenter's session with what is needed to look at images with it. */
export function areaModel(preset: AreaFinder, session: InferenceSession, classes: number, pixelsPerInput: number): AreaModel {
  const { channels, multiple, fixedSize } = preset.network(classes)
  const size = must(preset.inferenceSizes[0], 'a segmenter has a size')
  const shares = 1 + classes + (preset.distances ? 1 : 0)
  return {
    session,
    size,
    channels,
    multiple,
    fixed: fixedSize !== null,
    pixelsPerInput,
    shares,
    probabilities: (logits, pixels) => areaProbabilities(logits, pixels, classes, preset.distances),
  }
}

/**
 * Logits of pixels as [pixels, 1 + classes (+ 1)]: probabilities of background and classes, sum 1, and where the network tells it the
 * normalized distance to the edge of the object, 0..1. A single logit is that of the only class.
 */
export function areaProbabilities(logits: Float32Array, pixels: number, classes: number, distances: boolean): Float32Array {
  const channels = logits.length / pixels
  const shares = 1 + classes + (distances ? 1 : 0)
  const out = new Float32Array(pixels * shares)
  if (channels === 1) return fromSigmoid(logits, out)
  if (channels !== shares) throw new Error(`A segmenter of ${classes} classes gave ${channels} logits a pixel, not ${shares}`)
  for (let at = 0; at < out.length; at += shares) {
    softmax(logits, at, 1 + classes, out)
    if (distances) out[at + classes + 1] = sigmoid(logits[at + classes + 1]!)
  }
  return out
}

function fromSigmoid(logits: Float32Array, out: Float32Array): Float32Array {
  for (const [i, logit] of logits.entries()) {
    out[2 * i + 1] = sigmoid(logit)
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
