import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { jobSamples, type JobSamples, type TrainJob } from '#shared/contracts/job.ts'
import { must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import type { TrainFrame, TrainImage } from '../data/batch-pipeline.ts'
import { batchesPerEpoch } from '../data/batch-plan.ts'
import { tilesFor, typicalFrame } from '../inference/detect.ts'
import { boxLabels } from '../data/truth.ts'
import type { Augmentation, LearnedPreset, PresetFacts, TrainingDefaults } from '../models/preset.ts'

export const SAMPLES_FILE = 'samples.json'

/** What a training run does, with the preset's own settings where the person left them. */
export interface TrainingPlan {
  readonly epochs: number
  readonly batch: number
  readonly learningRate: number
  readonly patience: number
  readonly defaults: TrainingDefaults
}

/** Reads what the job learns from. Throws AppError `no-samples` or `no-training-images`. */
export async function readSamples(folder: string): Promise<{ samples: JobSamples; hash: string }> {
  const text = await readFile(path.join(folder, SAMPLES_FILE), 'utf8').catch(() => null)
  const parsed = text === null ? null : jobSamples.safeParse(parseJson(text))
  if (text === null || !parsed?.success)
    throw new AppError('no-samples', `The list of training images in ${folder} is missing or damaged.`, 'Start the training anew.')
  const samples = parsed.data
  if (samples.train.length === 0)
    throw new AppError(
      'no-training-images',
      'There are no labelled training images.',
      'Label some images and put them into the training split.',
    )
  const wrong = [...samples.train, ...samples.val].find(({ labels }) => labels.some((label) => label.classIndex >= samples.classes.length))
  if (wrong) throw new AppError('no-samples', `A label of ${wrong.path} names a class that is not in the list.`, 'Start the training anew.')
  return { samples, hash: createHash('sha256').update(text).digest('hex') }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function wrongTask({ name, task }: PresetFacts, wanted: string): AppError {
  return new AppError(
    'wrong-task',
    `The preset ${name} is for ${task}; this project is for ${wanted}.`,
    'Choose a preset of the right kind.',
  )
}

/** The plan for so many frames to learn from. */
export function planTraining({ settings }: TrainJob, preset: LearnedPreset, frames: number): TrainingPlan {
  const { defaults } = preset
  const batch = settings.batch ?? defaults.batch
  const fewest = Math.ceil(defaults.leastSteps / batchesPerEpoch({ frames, batch }))
  return {
    epochs: settings.epochs ?? Math.max(defaults.epochs, fewest),
    batch,
    learningRate: settings.learningRate ?? defaults.learningRate,
    patience: settings.patience ?? defaults.patience,
    defaults,
  }
}

/** Tells one training from another: a checkpoint is only gone on from where all of this is the same. */
export function trainingIdentity(job: TrainJob, preset: LearnedPreset, samplesHash: string): string {
  const { seed, from, settings } = job
  // The model's own folder name: a project that was moved goes on.
  const parent = from === null ? null : path.basename(from)
  const facts = { preset: preset.name, defaults: preset.defaults, samplesHash, seed, from: parent, settings, backend: job.backend }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

export function trainImages(samples: JobSamples): TrainImage[] {
  return samples.train.map(({ path: file, width, height, labels, regions, window }) => ({
    ...{ path: file, width, height, labels },
    ...(regions === undefined ? {} : { regions }),
    ...(window === undefined ? {} : { window }),
  }))
}

/** Samples: whole images, or tiles of those that are much larger than the frame, as at prediction; those in which something is to be learned. */
export function trainFrames(images: readonly TrainImage[], frame: Size): TrainFrame[] {
  return images.flatMap((one, image) =>
    tilesFor(one, frame)
      .filter(countsIn(one))
      .map((region) => ({ image, region })),
  )
}

/** Whether a part of an image lies in what counts of it, at least a pixel. */
export function countsIn({ regions }: Pick<TrainImage, 'regions'>): (part: Box) => boolean {
  if (regions === undefined) return () => true
  const { touches } = regionTest(regions)
  return touches
}

/** Side in input pixels that small objects should have at least; below it they are hardly told from dirt. */
const LEAST_SIDE = 16
/** Share of the labels that may be smaller than that. */
const SMALL_SHARE = 0.1

/**
 * The part of an image that is learned from as one input: the images' own middle size, or less where that would make small objects (the
 * tenth percentile of the labels) too small on the net's largest input. Whole pixels.
 */
export function trainedFrame(images: readonly TrainImage[], sizes: readonly (readonly [number, number])[]): Size {
  const whole = must(typicalFrame(images), 'there are training images')
  const input = Math.sqrt(Math.max(...sizes.map(([height, width]) => height * width)))
  const sides = images.flatMap(({ labels }) => boxLabels(labels).map(({ box }) => Math.sqrt(box.width * box.height))).sort((a, b) => a - b)
  const small = sides[Math.floor(sides.length * SMALL_SHARE)] ?? LEAST_SIDE
  const largest = (input * small) / LEAST_SIDE
  const shrink = Math.min(1, largest / Math.sqrt(whole.width * whole.height))
  return { width: Math.max(1, Math.round(whole.width * shrink)), height: Math.max(1, Math.round(whole.height * shrink)) }
}

/** Sizes of a batch. Where quarter turns are allowed, landscape sizes come as portrait too: a frame is then turned, never squashed. */
export function trainSizes({ sizes, quarterTurns }: Augmentation): (readonly [number, number])[] {
  const turned = sizes.filter(([height, width]) => height !== width).map(([height, width]) => [width, height] as const)
  const all = quarterTurns ? [...sizes, ...turned] : [...sizes]
  return all.filter(([height, width], i) => all.findIndex(([h, w]) => h === height && w === width) === i)
}

/** A forward pass over an image costs about so much of a training step's share for one. */
const FORWARD_SHARE = 0.35
/** Opening a session for a validation costs about as much as so many training samples. */
const SESSION_SAMPLES = 4
const VALIDATION_SHARE = 0.1

/**
 * Epochs between validations, so that they take about a tenth of the time at most. From numbers of images alone: were it measured, a run
 * that was interrupted could end with other weights than an unbroken one.
 */
export function validationInterval(trainSamples: number, valImages: number, epochs: number): number {
  const every = Math.ceil((valImages * FORWARD_SHARE + SESSION_SAMPLES) / (VALIDATION_SHARE * trainSamples))
  return Math.max(1, Math.min(every, Math.floor(epochs / 5)))
}
