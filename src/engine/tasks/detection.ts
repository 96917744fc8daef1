import { append } from '#shared/append.ts'
import type { Found, JobImage, JobSample, PredictedImage } from '#shared/contracts/job.ts'
import { must } from '#shared/assert.ts'
import type { Size } from '#shared/geometry/point.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { evaluateCoco } from '#shared/metrics/coco-ap.ts'
import { centredScore, rawScore, scoreMidpoints } from '#shared/metrics/score-midpoints.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { boxLabels } from '../data/truth.ts'
import { type BoxFinder, detectObjects, type DetectOptions, fuseDetections } from '../inference/detect.ts'
import { turnOf } from '../inference/each-tile.ts'
import type { PixelSource } from '../inference/pixel-source.ts'
import { scaledSize, scaleOf } from '#shared/trained-scale.ts'
import type { DetectionPreset } from '../models/detection-preset.ts'
import type { Truth } from '../models/preset.ts'
import type { Validation } from '../training/loop.ts'
import { trainedFrame, trainSizes } from '../training/training-setup.ts'
import type { EngineTask, Finish, Judged, Look, OpenedModel, Predictor } from './engine-task.ts'
import { lookThrough, shownImages } from './look-through.ts'

/** Low enough for the whole precision-recall curve. */
const MIN_SCORE = 0.02
/** What a last look sees down to: told as `MIN_SCORE` where a class's 0.5 lies at a raw score of 0.09. */
const LEAST_RAW = 0.002
/** What a person is shown: the rest would cover the picture. */
const SAMPLE_SCORE = 0.3

/** Objects in upright boxes. */
export function detectionTask(preset: DetectionPreset): EngineTask {
  return {
    truth: 'boxes',
    frame: (images) => trainedFrame(images, trainSizes(preset.defaults.augmentation)),
    feed: (truths, height, width) => preset.targets(truths.map(labelsOf), height, width, truths.map(insideOf)),
    canScore: (images) => images.some(({ labels }) => boxLabels(labels).some(({ ignore }) => !ignore)),
    judge: (look) => judge(look, detectorOf(preset, look)),
    finish: { look: (look) => finish(preset, look) },
    preview: async (look) => {
      const detect = detectorOf(preset, look)
      const shown: PredictedImage[] = []
      await lookThrough(shownImages(look.images), look.read, async (image, source) => {
        shown.push(shownOf(image, await detect(source)))
      })
      return shown
    },
    predictor: (models) => detectionPredictor(preset, models),
  }
}

function labelsOf(truth: Truth) {
  return truth.kind === 'boxes' ? truth.labels : []
}

function insideOf(truth: Truth): Uint8Array | undefined {
  return truth.kind === 'boxes' ? truth.inside : undefined
}

/** Finds the objects of one image with the weights under test. */
export type Detector = (source: PixelSource) => Promise<readonly Found[]>

/** Unless it is told how: at one size only, to keep validation short. */
function detectorOf(
  preset: DetectionPreset,
  { session, frame }: Look,
  how: Pick<DetectOptions, 'minScore' | 'sizes' | 'flips'> = { minScore: MIN_SCORE, sizes: preset.inferenceSizes.slice(0, 1) },
): Detector {
  return (source) => detectObjects(session, preset, source, { frame, ...how })
}

function shownOf({ id }: JobSample, found: readonly Found[]): PredictedImage {
  return { imageId: id, found: found.filter(({ score }) => score >= SAMPLE_SCORE), result: null }
}

/** COCO's AP50 (mean over the classes that occur) of a detector on labelled images, and what it found on a few of them. */
export async function judge({ images, classes, read }: Omit<Look, 'session' | 'frame'>, detect: Detector): Promise<Judged> {
  const shown: PredictedImage[] = []
  const showing = new Set(shownImages(images).map(({ id }) => id))
  const { truths, predictions, broken } = await compared({ images, read }, detect, (image, found) => {
    if (showing.has(image.id)) shown.push(shownOf(image, found))
  })
  return { validation: scored(truths, predictions, classes), shown, broken }
}

interface Compared {
  readonly truths: readonly TruthBox[]
  readonly predictions: readonly PredictedBox[]
  readonly broken: readonly string[]
}

async function compared(
  { images, read }: Pick<Look, 'images' | 'read'>,
  detect: Detector,
  each?: (image: JobSample, found: readonly Found[]) => void,
): Promise<Compared> {
  const truths: TruthBox[] = []
  const predictions: PredictedBox[] = []
  let index = 0
  const broken = await lookThrough(images, read, async (image, source) => {
    const imageId = index++
    const found = await detect(source)
    append(
      truths,
      boxLabels(image.labels).map(({ box, classIndex, ignore }) => ({ imageId, classId: classIndex, box, ignore })),
    )
    const inside = image.regions && regionTest(image.regions)
    for (const { shape, classIndex, score } of found)
      if (shape.type === 'box')
        predictions.push({ imageId, classId: classIndex, box: shape, score, ignore: inside?.holds(shape) === false })
    each?.(image, found)
  })
  return { truths, predictions, broken }
}

/**
 * At all sizes, as at prediction without and with mirrored looks: where each class's scores are to be told as 0.5, and the score of the model as an
 * evaluation of these images will tell it.
 */
async function finish(preset: DetectionPreset, look: Look): Promise<Finish> {
  const seen = (minScore: number, flips: boolean): Promise<Compared> =>
    compared(look, detectorOf(preset, look, { minScore, sizes: preset.inferenceSizes, flips }))
  const midpointsOf = ({ truths, predictions }: Compared): number[] =>
    scoreMidpoints(truths, atLeast(MIN_SCORE, predictions), [...look.classes.keys()], MIN_SCORE)
  const plain = await seen(LEAST_RAW, false)
  const midpoints = midpointsOf(plain)
  const told = plain.predictions.map((one) => ({ ...one, score: centredScore(one.score, midpoints[Number(one.classId)]!) }))
  return {
    validation: scored(plain.truths, atLeast(MIN_SCORE, told), look.classes),
    scoreMidpoints: midpoints,
    mirroredMidpoints: midpointsOf(await seen(MIN_SCORE, true)),
  }
}

const atLeast = (least: number, boxes: readonly PredictedBox[]): PredictedBox[] => boxes.filter(({ score }) => score >= least)

function scored(truths: readonly TruthBox[], predictions: readonly PredictedBox[], classes: readonly string[]): Validation {
  const { summary, perClass } = evaluateCoco(truths, predictions)
  const byClass = Object.fromEntries(
    perClass
      .filter(({ ap50 }) => ap50 >= 0)
      .map(({ classId, ap, ap50, recallAt50 }) => [classes[Number(classId)] ?? '', { ap, ap50, recall50: recallAt50 }]),
  )
  const curves = Object.fromEntries(Object.entries(byClass).map(([name, { ap50 }]) => [`val/ap50/${name}`.slice(0, 60), ap50]))
  const score = Math.max(0, summary.ap50)
  return {
    score,
    // AP over all overlaps tells one epoch from the next with less noise than AP50 alone.
    rank: score + Math.max(0, summary.ap),
    curves: { 'val/ap50': score, 'val/ap': Math.max(0, summary.ap), ...curves },
    metrics: { ap: summary.ap, ap50: summary.ap50, ap75: summary.ap75, perClass: byClass },
  }
}

/** One detector or more, their boxes fused. */
export function detectionPredictor(preset: BoxFinder, models: readonly [OpenedModel, ...OpenedModel[]]): Predictor {
  return {
    predict: async (source, image, { minScore, flips, ...work }) => {
      const passes: Found[][] = []
      for (const [i, { session, file }] of models.entries()) {
        const sized = { ...preset, inferenceSizes: file.inferenceSizes }
        const midpoints = (flips ? file.mirroredMidpoints : null) ?? file.scoreMidpoints ?? []
        const raw = Math.min(minScore, ...midpoints.map((midpoint) => rawScore(minScore, midpoint)))
        const turn = turnOf(work, i, models.length)
        const options = { ...work, minScore: raw, frame: frameFor(file, image), flips, turn, name: `model-${i}` }
        const found = await detectObjects(session, sized, source, options)
        passes.push(found.map((one) => ({ ...one, score: centredScore(one.score, midpoints[one.classIndex] ?? 0.5) })))
      }
      const found = passes.length === 1 ? must(passes[0], 'one model').sort((a, b) => b.score - a.score) : fuseDetections(passes)
      return { found: found.filter(({ score }) => score >= minScore), result: null }
    },
  }
}

/** Null: the image is seen as a whole, however large. */
function frameFor(file: ModelFile, image: JobImage): Size | null {
  return file.foreign?.pixelsPerInput === null ? null : scaledSize(file.frame, scaleOf(file, image))
}
