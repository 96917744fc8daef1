import { must } from '#shared/assert.ts'
import type { ClassificationPreset } from '../models/classification-preset.ts'
import type { InputSize } from '../models/preset.ts'
import type { NetInput } from '../nn/network.ts'
import type { PixelSource } from './pixel-source.ts'
import type { InferenceSession, RawOutputs } from './session.ts'

/** What telling the class of an image needs of a preset; graphs from elsewhere have it too. */
export interface ClassFinder extends Pick<ClassificationPreset, 'inferenceSizes'> {
  network(classes: number): Pick<NetInput, 'channels'>
}

export interface ClassifyOptions {
  readonly classes: number
  /** The mirrored images are classified too, and the probabilities averaged. */
  readonly flips: boolean
  /** Told of what the network gives for the image as it is, at the first input size. */
  readonly onOutputs?: (outputs: RawOutputs) => void
}

/** Probabilities of the classes for an image as a whole, sum 1: the mean over the preset's input sizes, and over mirrored inputs where asked for. */
export async function classifyImage(
  session: InferenceSession,
  preset: ClassFinder,
  source: PixelSource,
  { classes, flips, onOutputs }: ClassifyOptions,
): Promise<number[]> {
  const { channels } = preset.network(classes)
  const sums = new Array<number>(classes).fill(0)
  let passes = 0
  for (const size of preset.inferenceSizes) {
    const pixels = await source.read({ x: 0, y: 0, width: source.width, height: source.height }, size, channels)
    for (const input of flips ? mirrored(pixels, size, channels) : [pixels]) {
      const outputs = await session.run(input, 1, ...size)
      if (passes === 0) onOutputs?.(outputs)
      const scores = probabilities(must(outputs['logits'], 'a classifier gives logits').data, classes)
      for (let k = 0; k < classes; k++) sums[k]! += scores[k]!
      passes++
    }
  }
  return sums.map((sum) => sum / passes)
}

/** Softmax of the logits; a single one is the logit of the second of two classes. */
export function probabilities(logits: ArrayLike<number>, classes: number): number[] {
  if (logits.length === 1 && classes === 2) {
    const second = 1 / (1 + Math.exp(-logits[0]!))
    return [1 - second, second]
  }
  const most = Array.from({ length: classes }, (_, k) => logits[k]!).reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = Array.from({ length: classes }, (_, k) => Math.exp(logits[k]! - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** The input as it is, mirrored left to right, top to bottom, and both. */
export function mirrored(pixels: Float32Array, [height, width]: InputSize, channels: number): Float32Array[] {
  return [
    pixels,
    ...[[true, false] as const, [false, true] as const, [true, true] as const].map(([x, y]) =>
      mirror(pixels, [height, width], channels, x, y),
    ),
  ]
}

/** Mirrors [height, width, channels] along x, y or both; its own inverse. */
export function mirror(pixels: Float32Array, [height, width]: InputSize, channels: number, flipX: boolean, flipY: boolean): Float32Array {
  const out = new Float32Array(pixels.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = ((flipY ? height - 1 - y : y) * width + (flipX ? width - 1 - x : x)) * channels
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = pixels[from + c]!
    }
  return out
}
