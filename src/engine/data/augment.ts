import { assertNever } from '#shared/assert.ts'
import type { Box } from '#shared/geometry/box.ts'
import { createRandom, type Random } from '#shared/random.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { DetectionAugmentation, DetectionLabel } from '../models/detection-preset.ts'
import { drawFrameMap, mapLabels } from './frame-geometry.ts'
import { distortPhotometrically, varyStain } from './photometric.ts'
import { type Canvas, fillOutside, resample } from './resample.ts'

/** What is learned from: a region of a raster (the whole of it, or a tile) and all labels of that raster, in its pixels. */
export interface Frame {
  readonly raster: Raster
  readonly region: Box
  readonly labels: readonly DetectionLabel[]
}

export interface AugmentSettings {
  readonly augmentation: DetectionAugmentation
  /** Colour of what lies outside of the image, one number a channel. */
  readonly fill: readonly number[]
}

/**
 * Writes one varied view of a frame onto the canvas (0..255) and gives its labels there. Everything drawn comes from `seed`: the same
 * seed gives the same numbers, on any worker.
 */
export function augmentFrame(frame: Frame, canvas: Canvas, { augmentation, fill }: AugmentSettings, seed: string): DetectionLabel[] {
  const random = createRandom(seed)
  const size = [canvas.height, canvas.width] as const
  const map = drawFrameMap(frame.region, frame.labels, augmentation, size, random)
  const covered = resample(frame.raster, map, canvas)
  varyLook(canvas, augmentation, random)
  fillOutside(canvas, covered, fill)
  return mapLabels(frame.labels, map, size, { minVisible: augmentation.minVisible, dropOutside: augmentation.iouCrops })
}

function varyLook(canvas: Canvas, augmentation: DetectionAugmentation, random: Random): void {
  switch (augmentation.photometric) {
    case 'stain':
      varyStain(canvas, random, augmentation)
      return
    case 'ssd':
      distortPhotometrically(canvas, random)
      return
    default:
      assertNever(augmentation.photometric)
  }
}
