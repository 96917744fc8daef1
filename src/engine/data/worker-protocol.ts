import type { Box } from '#shared/geometry/box.ts'
import type { JobLabel, JobSample, SampleWindow } from '#shared/contracts/job.ts'
import type { OwnColors, StainFacts } from '#shared/stains/stain-facts.ts'
import type { Truth } from '../models/preset.ts'
import type { AugmentSettings } from './augment.ts'
import type { SharedRaster } from './raster-store.ts'

// What passes between the training process and its image workers. Pixels lie in shared memory; only what is to be learned and names are messages.

/** Told once, when a worker starts. */
export interface WorkerSettings extends AugmentSettings {
  readonly channels: number
  /** Steps down in the operating system's priority, so that the training step keeps its cores. */
  readonly lowPriority: boolean
  /** The project's cache, where pyramids of large images lie. */
  readonly cacheFolder?: string | undefined
  /** The colours that images are moved to; left out: they keep their own. */
  readonly stain?: StainFacts | null | undefined
}

/** One place of a batch as a worker needs it. */
export interface SampleTask {
  /** Index of the image, for the cache. */
  readonly image: number
  readonly path: string
  /** Decoded before, or null: then the worker reads the file and hands the pixels back. */
  readonly raster: SharedRaster | null
  /** Size as the project knows it: labels and region are in these pixels. */
  readonly width: number
  readonly height: number
  /** The part of a large image that the sample shows; undefined for a whole image. */
  readonly window?: SampleWindow | undefined
  readonly region: Box
  readonly labels: readonly JobLabel[]
  /** The parts of it that count; undefined: all of it. */
  readonly regions?: JobSample['regions']
  readonly seed: string
}

export interface BatchTask {
  readonly index: number
  /** float32 NHWC memory of the whole batch; larger than needed where sizes differ. */
  readonly pixels: SharedArrayBuffer
  readonly height: number
  readonly width: number
  readonly samples: readonly SampleTask[]
}

export interface BatchReply {
  readonly index: number
  /** What is to be learned of each place, in pixels of the input. */
  readonly truths: readonly Truth[]
  readonly decoded: readonly { readonly image: number; readonly raster: SharedRaster }[]
  /** Images that could not be read; their places are grey, and nothing is learned from them. */
  readonly broken: readonly { readonly image: number; readonly why: string }[]
  /** Images that were left in their own colours, by path. */
  readonly ownColors?: readonly { readonly path: string; readonly why: OwnColors }[]
  /** A defect in the worker itself; the batch is not usable. */
  readonly failure: string | null
}
