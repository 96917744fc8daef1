import type { Box } from '#shared/geometry/box.ts'
import type { RawOutputs } from '../inference/session.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'
import type { BatchArray, LossFunction, OptimizerSettings } from '../training/step.ts'

/** A labelled object as a training sample has it, in pixels of the (augmented) input. */
export interface DetectionLabel {
  readonly box: Box
  /** Index into the model's classes. */
  readonly classIndex: number
  /** Ignored objects (cut by the frame, difficult, crowd) are neither learned nor punished. */
  readonly ignore: boolean
}

/** What a network found, in pixels of its input. */
export interface Detection {
  readonly box: Box
  readonly classIndex: number
  readonly score: number
}

/** How samples are varied before they are learned from. All draws are seeded. */
export interface DetectionAugmentation {
  /** Input sizes [height, width], one drawn a batch. The whole frame is stretched onto it. */
  readonly sizes: readonly (readonly [number, number])[]
  readonly flips: boolean
  /** Quarter turns (needs square sizes or a matching turned size). */
  readonly quarterTurns: boolean
  readonly zoomIn: { readonly probability: number; readonly max: number }
  readonly zoomOut: { readonly probability: number; readonly max: number }
  /** SSD's crops by minimum IoU with a label (Liu et al. 2016). */
  readonly iouCrops: boolean
  /** A box cut below this share of its area becomes an ignore box. */
  readonly minVisible: number
  readonly photometric: 'ssd' | 'stain'
  readonly blur: number
  readonly noise: number
}

export interface DetectionTrainingDefaults {
  readonly epochs: number
  /** Steps that learning takes at least: where few images are labelled, `epochs` are more. Not where a person said how many. */
  readonly leastSteps: number
  readonly batch: number
  readonly learningRate: number
  readonly warmupSteps: number
  readonly schedule:
    { readonly kind: 'cosine'; readonly final: number } | { readonly kind: 'step'; readonly everyEpochs: number; readonly factor: number }
  readonly optimizer: OptimizerSettings
  readonly augmentation: DetectionAugmentation
}

export interface DecodeOptions {
  readonly height: number
  readonly width: number
  readonly minScore: number
  readonly maxDetections: number
}

/** A detector: its network, how it learns, and how its raw outputs become boxes. */
export interface DetectionPreset {
  readonly name: string
  readonly task: 'detection'
  /** One sentence in the user's words. */
  readonly summary: string
  /** Where it comes from (paper). */
  readonly source: string
  readonly defaults: DetectionTrainingDefaults
  /** The frame sizes [height, width] one image is predicted at; several are fused by weighted box fusion. null = the image's own size. */
  readonly inferenceSizes: readonly (readonly [number, number])[]
  network(classes: number): Network
  /** Weights to start from where they are shipped (by parameter name; the rest is initialised from the seed). */
  pretrained(): Promise<Weights>
  /** Fixed-size arrays fed beside `image`, for a batch of label lists at one input size. */
  targets(labels: readonly (readonly DetectionLabel[])[], height: number, width: number): Readonly<Record<string, BatchArray>>
  /** The loss at one input size. */
  loss(classes: number, height: number, width: number): LossFunction
  /** Boxes of one image of the batch, per-class NMS done, best score first. */
  decode(outputs: RawOutputs, index: number, options: DecodeOptions): Detection[]
}
