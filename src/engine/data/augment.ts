import { assertNever } from '#shared/assert.ts'
import type { Box } from '#shared/geometry/box.ts'
import { createRandom, type Random } from '#shared/random.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { JobLabel, JobSample } from '#shared/contracts/job.ts'
import type { Augmentation, Truth, TruthKind } from '../models/preset.ts'
import { drawFrameMap } from './frame-geometry.ts'
import { distortPhotometrically, jitterColors, varyStain } from './photometric.ts'
import { type Canvas, fillOutside, resample } from './resample.ts'
import { boxLabels, truthOf } from './truth.ts'

/** What is learned from: a region of a raster (the whole of it, or a tile) and all labels of that raster, in its pixels. */
export interface Frame {
  readonly raster: Raster
  readonly region: Box
  readonly labels: readonly JobLabel[]
  /** The parts of it that count, in its pixels; left out: all of it. */
  readonly regions?: JobSample['regions']
}

export interface AugmentSettings {
  readonly augmentation: Augmentation
  /** What is learned of each sample. */
  readonly truth: TruthKind
  /** Colour of what lies outside of the image, one number a channel. */
  readonly fill: readonly number[]
}

/**
 * Writes one varied view of a frame onto the canvas (0..255) and gives what is to be learned of it there. Everything drawn comes from `seed`: the same
 * seed gives the same numbers, on any worker.
 */
export function augmentFrame(frame: Frame, canvas: Canvas, { augmentation, fill, truth }: AugmentSettings, seed: string): Truth {
  const random = createRandom(seed)
  const size = [canvas.height, canvas.width] as const
  const map = drawFrameMap(frame.region, augmentation.iouCrops ? boxLabels(frame.labels) : [], augmentation, size, random)
  const covered = resample(frame.raster, map, canvas)
  varyLook(canvas, augmentation, random)
  fillOutside(canvas, covered, fill)
  return truthOf(truth, frame, frame.raster, map, size, augmentation)
}

function varyLook(canvas: Canvas, augmentation: Augmentation, random: Random): void {
  switch (augmentation.photometric) {
    case 'none':
      return
    case 'stain':
      varyStain(canvas, random, augmentation)
      return
    case 'jitter':
      jitterColors(canvas, random)
      return
    case 'ssd':
      distortPhotometrically(canvas, random)
      return
    default:
      assertNever(augmentation.photometric)
  }
}
