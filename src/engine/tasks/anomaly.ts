import { must } from '#shared/assert.ts'
import { anomalyKind } from '#shared/anomaly-kind.ts'
import type { JobLabel, JobSample, JobSamples, PredictedImage } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { areaUnderRoc, createRanking } from '#shared/metrics/classification-curves.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { type AnomalyLevels, type AnomalyLook, highest, levelsIn, levelsOf, tellAnomaly } from '../inference/anomaly-map.ts'
import { type TileWork, turnOf } from '../inference/each-tile.ts'
import type { PixelSource } from '../inference/pixel-source.ts'
import { scaleOf } from '#shared/trained-scale.ts'
import type { Finish, Look, Predictor } from './engine-task.ts'
import { lookThrough, shownImages } from './look-through.ts'

// What all presets for anomalies share, however they look at an image: how they are judged, where levels come from, how an image is told.

export interface LookAtOptions extends TileWork {
  readonly flips: boolean
  /** Under which finished tiles are kept. */
  readonly name?: string
  /** Pixels of the image that are as long as one of those that were learned from; default 1. */
  readonly scale?: number
}

/** Looks at an image; `flips` and what concerns tiles as prediction has them. */
export type LookAt = (source: PixelSource, options: LookAtOptions) => Promise<AnomalyLook>

/** A trained model that can look at images. */
export interface AnomalyModel {
  readonly file: ModelFile
  readonly look: LookAt
}

const QUIETLY = { flips: false, turn: () => Promise.resolve() }

/** The images that a model is to take for normal. */
export function normalImages<T extends { readonly labels: readonly JobLabel[] }>(images: readonly T[]): T[] {
  return images.filter(({ labels }) => anomalyKind(labels) === 'normal')
}

export interface JudgedAnomalies {
  /** AUROC over the images; null where not both kinds are there. */
  readonly imageAuroc: number | null
  readonly levels: AnomalyLevels | null
  readonly shown: readonly PredictedImage[]
  readonly broken: readonly string[]
}

/** Looks through labelled images: how well normal and abnormal ones are told apart, and the levels that follow from the normal ones. */
export async function judgeAnomalies<T extends AnomalyLook>(
  { images, read }: Pick<Look, 'images' | 'read'>,
  look: (source: PixelSource) => Promise<T>,
  each?: (kind: 'normal' | 'abnormal', look: T) => void,
): Promise<JudgedAnomalies> {
  const known = images.filter(({ labels }) => anomalyKind(labels) !== null)
  const showing = new Set(shownImages(known).map(({ id }) => id))
  const kept: { readonly image: JobSample; readonly look: T }[] = []
  const scores: number[] = []
  const truth: number[] = []
  const highestValues: number[] = []
  const broken = await lookThrough(known, read, async (image, source) => {
    const seen = await look(source)
    const kind = must(anomalyKind(image.labels), 'unknown ones were left out')
    scores.push(seen.score)
    truth.push(kind === 'abnormal' ? 1 : 0)
    highestValues.push(highest(seen.map))
    if (showing.has(image.id)) kept.push({ image, look: seen })
    each?.(kind, seen)
  })
  const normal = (values: readonly number[]): number[] => values.filter((_, i) => truth[i] === 0)
  const levels = truth.includes(0) ? levelsOf(normal(scores), normal(highestValues)) : null
  const shown: PredictedImage[] = []
  for (const { image, look: seen } of levels === null ? [] : kept)
    shown.push({ imageId: image.id, ...(await tellAnomaly(seen, image, must(levels, 'there are'), { minScore: 0.5, mapPlace: null })) })
  return { imageAuroc: areaUnderRoc(createRanking(scores, Uint8Array.from(truth))()), levels, shown, broken }
}

/** What is found on a few normal images, without abnormal ones to compare with. */
export async function previewAnomalies(look: Pick<Look, 'images' | 'read'>, lookAt: LookAt): Promise<readonly PredictedImage[]> {
  const images = shownImages(normalImages(look.images))
  return (await judgeAnomalies({ images, read: look.read }, (source) => lookAt(source, QUIETLY))).shown
}

/** Training images that levels are taken from where there is no normal validation image: more would only take longer. */
const MOST_LEVEL_IMAGES = 200

export interface LevelImages {
  readonly images: readonly JobSample[]
  readonly notes: readonly string[]
}

/** Where the levels come from: the normal validation images, or, where there is none, training images, with a word about it. */
export function levelImages({ val, train }: Pick<JobSamples, 'val' | 'train'>): LevelImages {
  const normal = normalImages(val)
  if (normal.length > 0) return { images: normal, notes: [] }
  const learned = normalImages(train)
  const step = Math.max(1, Math.ceil(learned.length / MOST_LEVEL_IMAGES))
  return {
    images: learned.filter((_, i) => i % step === 0),
    notes: [
      say(
        'There are no normal validation images: the threshold was taken from training images and may be too low. Put normal images into the validation split.',
      ),
    ],
  }
}

/** Levels for the model file from a last look. */
export async function finishLevels(look: Pick<Look, 'images' | 'read'>, lookAt: LookAt, notes: readonly string[]): Promise<Finish> {
  const { levels } = await judgeAnomalies(look, (source) => lookAt(source, QUIETLY))
  return { ...levels, notes }
}

/** Predicts with one model, or with several whose scores and maps are brought to the first one's levels and averaged. */
export function anomalyPredictor(models: readonly [AnomalyModel, ...AnomalyModel[]]): Predictor {
  const opened = models.map(({ file, look }) => ({ file, look, levels: levelsOfFile(file) }))
  const { levels } = opened[0]!
  return {
    predict: async (source, image, options) => {
      const looks: AnomalyLook[] = []
      const { flips, skips, openLog } = options
      for (const [i, model] of opened.entries()) {
        const work = { skips, openLog, turn: turnOf(options, i, opened.length), name: `model-${i}` }
        const look = await model.look(source, { ...work, flips, scale: scaleOf(model.file, image) })
        looks.push(scaled(look, model.levels, levels))
      }
      return tellAnomaly(meanOf(looks), source, levels, options)
    },
  }
}

function levelsOfFile(file: ModelFile): AnomalyLevels {
  const levels = levelsIn(file)
  if (levels) return levels
  throw new AppError('model-damaged', 'The model does not say from which score on an image is abnormal.', 'Train again, or restore the model from a backup.') // prettier-ignore
}

function scaled({ score, map }: AnomalyLook, from: AnomalyLevels, to: AnomalyLevels): AnomalyLook {
  if (from === to) return { score, map }
  const factor = to.pixelThreshold / from.pixelThreshold
  return {
    score: (score * to.threshold) / from.threshold,
    map: { ...map, values: map.values.map((value) => value * factor) },
  }
}

function meanOf(looks: readonly AnomalyLook[]): AnomalyLook {
  const [first, ...rest] = looks
  const { score, map } = must(first, 'a look')
  if (rest.length === 0) return { score, map }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / looks.length
  const values = map.values.map((_, i) => mean(looks.map((look) => look.map.values[i]!)))
  return { score: mean(looks.map((look) => look.score)), map: { ...map, values } }
}
