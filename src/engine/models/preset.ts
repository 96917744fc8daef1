import type { Box } from '#shared/geometry/box.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'
import type { Schedule } from '../training/schedule.ts'
import type { LossFunction, OptimizerSettings } from '../training/step.ts'

/** Height and width of a network's input. */
export type InputSize = readonly [height: number, width: number]

/** A labelled object as a training sample has it, in pixels of the (augmented) input. */
export interface DetectionLabel {
  readonly box: Box
  /** Index into the model's classes. */
  readonly classIndex: number
  /** Ignored objects (cut by the frame, difficult, crowd) are neither learned nor punished. */
  readonly ignore: boolean
}

/** What is to be learned of one sample: of a kind that the task chooses. */
export type Truth =
  /** `inside`: 1 for each pixel of the input, row by row, where something is to be learned; left out: everywhere. */
  | { readonly kind: 'boxes'; readonly labels: readonly DetectionLabel[]; readonly inside?: Uint8Array }
  /** The class of the whole sample; -1 = nothing is to be learned from it. */
  | { readonly kind: 'label'; readonly classIndex: number }
  /** The class of each pixel of the input, row by row; `IGNORED` = nothing is to be learned there. */
  | { readonly kind: 'areas'; readonly classes: Uint8Array }
  /** The same, and of each pixel of an object how far inside it lies: its distance to the edge, 255 = as far as any pixel of that object. */
  | { readonly kind: 'objects'; readonly classes: Uint8Array; readonly distances: Uint8Array }
  /** The image alone. */
  | { readonly kind: 'none' }
export type TruthKind = Truth['kind']

/** In a map of classes: pixels from which nothing is learned. */
export const IGNORED = 255

/** How samples are varied before they are learned from. All draws are seeded. */
export interface Augmentation {
  /** Input sizes, one drawn a batch. The whole frame is stretched onto it. */
  readonly sizes: readonly InputSize[]
  readonly flips: boolean
  /** Quarter turns (needs square sizes or a matching turned size). */
  readonly quarterTurns: boolean
  readonly zoomIn: { readonly probability: number; readonly max: number }
  readonly zoomOut: { readonly probability: number; readonly max: number }
  /** SSD's crops by minimum IoU with a label (Liu et al. 2016). */
  readonly iouCrops: boolean
  /** A box cut below this share of its area becomes an ignore box. */
  readonly minVisible: number
  readonly photometric: 'none' | 'ssd' | 'stain' | 'jitter'
  readonly blur: number
  readonly noise: number
}

export interface TrainingDefaults {
  readonly epochs: number
  /** Steps that learning takes at least: where few images are labelled, `epochs` are more. Not where a person said how many. */
  readonly leastSteps: number
  readonly batch: number
  /** Parts that a batch is worked through in, for want of memory; 1 where left out. */
  readonly accumulate?: number
  readonly learningRate: number
  readonly warmupSteps: number
  readonly schedule: Schedule
  /** Epochs without a better validation score after which it stops; 0 = never. */
  readonly patience: number
  readonly optimizer: OptimizerSettings
  readonly augmentation: Augmentation
}

/** What every preset says of itself. */
export interface PresetFacts {
  readonly name: string
  readonly task: TaskKind
  /** One sentence in the user's words. */
  readonly summary: string
  /** Where it comes from (paper). */
  readonly source: string
}

/** A network that is learned batch by batch. */
export interface LearnedPreset extends PresetFacts {
  readonly kind: 'learned'
  readonly defaults: TrainingDefaults
  /** The input sizes at which one frame is predicted; what several give is put together by the task. */
  readonly inferenceSizes: readonly InputSize[]
  network(classes: number): Network
  /** Weights to start from where they are shipped (by parameter name; the rest is initialised from the seed). */
  pretrained(): Promise<Weights>
  /** The loss at one input size. */
  loss(classes: number, height: number, width: number): LossFunction
}
