import { must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { typicalFrame } from '../inference/detect.ts'
import { type ImageScore, reconstructImage } from '../inference/reconstruct.ts'
import { scaledSize } from '#shared/trained-scale.ts'
import type { ReconstructionPreset } from '../models/anomaly-preset.ts'
import { trainFrames } from '../training/training-setup.ts'
import { anomalyPredictor, finishLevels, judgeAnomalies, levelImages, type LookAt, normalImages, previewAnomalies } from './anomaly.ts'
import type { EngineTask, Judged, Look, OpenedModel } from './engine-task.ts'

/** How images are scored by models that are trained now. */
const SCORED_BY = 'area'

/** Finds what is not normal by what the network, which learned to redraw normal images alone, cannot redraw. */
export function reconstructionTask(preset: ReconstructionPreset): EngineTask {
  const lookOf = ({ session, frame }: Pick<Look, 'session' | 'frame'>, scoredBy: ImageScore = SCORED_BY): LookAt => {
    return (source, { scale = 1, ...options }) =>
      reconstructImage(session, preset, source, { ...options, scoredBy, frame: scaledSize(frame, scale) })
  }
  return {
    truth: 'none',
    frame: (images) => must(typicalFrame(images), 'there are training images'),
    frames: (images, frame) => {
      const normal = new Set(normalImages(images))
      if (normal.size === 0) throw noNormalImages()
      return trainFrames(images, frame).filter(({ image }) => normal.has(images[image]!))
    },
    feed: () => ({}),
    canScore: (images) => normalImages(images).length > 0,
    judge: (look) => judge(preset, look),
    finish: {
      images: levelImages,
      look: async (look, notes) => ({ ...(await finishLevels(look, lookOf(look), notes)), imageScore: SCORED_BY }),
    },
    preview: (look) => previewAnomalies(look, lookOf(look)),
    predictor: ([first, ...rest]) => {
      const opened = ({ file, session }: OpenedModel) => ({ file, look: lookOf({ session, frame: file.frame }, file.imageScore ?? 'top') })
      return anomalyPredictor([opened(first), ...rest.map(opened)])
    },
  }
}

/** Throws nothing itself: AppError `no-training-images` for a training without a normal image. */
export function noNormalImages(): AppError {
  return new AppError(
    'no-training-images',
    'No training image is labelled normal.',
    'The first class is the normal one: label images so and put them into the training split.',
  )
}

/**
 * The best epoch is the one with the lowest mean squared error on normal validation images, as the study had it. The score is the task's own: the
 * AUROC over normal and abnormal images, null where only normal ones are there.
 */
async function judge(preset: ReconstructionPreset, { session, frame, images, read }: Look): Promise<Judged> {
  const errors: number[] = []
  const turn = () => Promise.resolve()
  const { imageAuroc, levels, shown, broken } = await judgeAnomalies(
    { images, read },
    (source) => reconstructImage(session, preset, source, { frame, flips: false, scoredBy: SCORED_BY, turn }),
    (kind, { squaredError }) => {
      if (kind === 'normal') errors.push(squaredError)
    },
  )
  const mse = errors.reduce((a, b) => a + b, 0) / errors.length
  const auroc: Readonly<Record<string, number>> = imageAuroc === null ? {} : { 'val/auroc': imageAuroc }
  // Where no normal image could be read, nothing can be said of the weights.
  const rank = errors.length === 0 ? -Infinity : -mse
  return {
    validation: { score: imageAuroc, rank, curves: { 'val/mse': mse, ...auroc }, metrics: { imageAuroc, mse, ...levels } },
    shown,
    broken,
  }
}
