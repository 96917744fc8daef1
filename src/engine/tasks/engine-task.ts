import type { JobImage, JobSample, JobSamples, PredictedImage } from '#shared/contracts/job.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { TrainFrame, TrainImage } from '../data/batch-pipeline.ts'
import type { TileWork } from '../inference/each-tile.ts'
import type { DenseWeights } from '../inference/grad-cam.ts'
import type { PixelSource } from '../inference/pixel-source.ts'
import type { InferenceSession } from '../inference/session.ts'
import type { AnyLearnedPreset } from '../models/any-preset.ts'
import type { Truth, TruthKind } from '../models/preset.ts'
import type { Validation } from '../training/loop.ts'
import type { BatchArray } from '../training/step.ts'

/** What a net says of an image, without the image's name. */
export type Predicted = Omit<PredictedImage, 'imageId'>

export interface PredictOptions extends TileWork {
  /** Objects below this are not told. */
  readonly minScore: number
  /** Flipped inputs are predicted too, and averaged. */
  readonly flips: boolean
  /**
   * Where a map of the image may be written, by a name such as `heat` and an ending (`png` where left out); null where none is wanted. `file` is
   * told, `path` is written to.
   */
  readonly mapPlace: ((name: string, ending?: string) => { readonly file: string; readonly path: string }) | null
  /** Awaited before the first tile and after each: tells how many were looked at of how many, and may throw to stop. */
  turn(done: number, tiles: number): Promise<void>
}

/** Predicts images with one or several opened models. */
export interface Predictor {
  predict(source: PixelSource, image: JobImage, options: PredictOptions): Promise<Predicted>
}

/** A trained model, its session open. */
export interface OpenedModel {
  readonly file: ModelFile
  readonly session: InferenceSession
  /** Of a classifier that gives its features: the dense layers behind them. */
  readonly head?: readonly DenseWeights[] | null
}

/** Weights under test, and the images that they are tried on. */
export interface Look {
  readonly session: InferenceSession
  readonly classes: readonly string[]
  readonly frame: Size
  readonly images: readonly JobSample[]
  read(path: string, image: JobSample): Promise<Raster>
}

export interface Judged {
  readonly validation: Validation
  /** What is found on a few of the images, to be watched growing better. */
  readonly shown: readonly PredictedImage[]
  /** Paths of images that could not be read; they were left out. */
  readonly broken: readonly string[]
}

/** What a model file takes over from a last look, and what a person should know of it. */
export type Finish = Partial<
  Pick<ModelFile, 'scoreMidpoints' | 'mirroredMidpoints' | 'threshold' | 'pixelThreshold' | 'mapScale' | 'imageScore'>
> & {
  /** Where a prediction takes more care than the looks between the epochs did: what it is worth. */
  readonly validation?: Validation
  readonly notes?: readonly string[]
}

/** A last look with the weights that are kept, at prediction's full care: what the model is to know beside them. */
export interface LastLook {
  /** The images that are looked at; left out: those of the validation, where a score can be told on them. */
  images?(samples: JobSamples): { readonly images: readonly JobSample[]; readonly notes: readonly string[] }
  look(look: Look, notes: readonly string[]): Promise<Finish>
}

/**
 * What a kind of task adds to the engine, bound to one of its presets: what is learned of a sample, how weights are judged, and how an image is
 * predicted. Nothing else of the engine asks which task it is.
 */
export interface EngineTask {
  readonly truth: TruthKind
  /** The preset as it suits these images, where it is not the same for all: made before anything else is asked. */
  suited?(images: readonly TrainImage[]): AnyLearnedPreset
  /** What a model must know again to predict as it learned: goes into its settings. */
  readonly remembers?: Readonly<Record<string, unknown>>
  /** The part of an image that is learned from as one input, in image pixels; larger images are tiled by it. */
  frame(images: readonly TrainImage[]): Size
  /** Samples; left out: whole images, or tiles of those that are much larger than the frame. */
  frames?(images: readonly TrainImage[], frame: Size): TrainFrame[]
  /** Fixed-size arrays that are fed beside `image`. */
  feed(truths: readonly Truth[], height: number, width: number): Readonly<Record<string, BatchArray>>
  /** Whether a score can be told on these images. */
  canScore(images: readonly JobSample[]): boolean
  judge(look: Look): Promise<Judged>
  readonly finish?: LastLook
  /** What is found on a few images, without a score. */
  preview(look: Look): Promise<readonly PredictedImage[]>
  /** One model or more of this preset, their outputs put together. */
  predictor(models: readonly [OpenedModel, ...OpenedModel[]]): Predictor
}
