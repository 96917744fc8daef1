import { must } from '#shared/assert.ts'
import type { JobSample, PredictedImage } from '#shared/contracts/job.ts'
import { createFigures } from '#shared/metrics/classification-figures.ts'
import { smoothThreshold } from '#shared/metrics/smooth-threshold.ts'
import { decideClass } from '#shared/metrics/classification.ts'
import { imageClass } from '../data/truth.ts'
import { activationMap, writeActivation } from '../inference/activation-map.ts'
import { type ClassFinder, classifyImage, type ClassifyOptions } from '../inference/classify.ts'
import { typicalFrame } from '../inference/detect.ts'
import { type DenseWeights, gradCam } from '../inference/grad-cam.ts'
import type { FloatMap } from '../inference/float-map.ts'
import type { RawOutputs } from '../inference/session.ts'
import type { ClassHead, ClassificationPreset } from '../models/classification-preset.ts'
import type { Truth } from '../models/preset.ts'
import type { Validation } from '../training/loop.ts'
import type { EngineTask, Judged, Look, OpenedModel, Predicted, Predictor } from './engine-task.ts'
import { lookThrough, shownImages } from './look-through.ts'

/** A class for the image as a whole, with a probability for each. */
export function classificationTask(preset: ClassificationPreset): EngineTask {
  return {
    truth: 'label',
    suited: (images) => preset.suited?.(Math.max(...Object.values(must(typicalFrame(images), 'there are images')))) ?? preset,
    frame: (images) => must(typicalFrame(images), 'there are training images'),
    // A patch is seen whole, whatever its size: its class is not that of a part of it.
    frames: (images) => images.map(({ width, height }, image) => ({ image, region: { x: 0, y: 0, width, height } })),
    feed: (truths) => ({ labels: { shape: [truths.length], data: Int32Array.from(truths, classOf) } }),
    canScore: (images) => new Set(images.map(({ labels }) => imageClass(labels)).filter((index) => index >= 0)).size > 1,
    judge: (look) => judge(preset, look),
    preview: async (look) => {
      const shown: PredictedImage[] = []
      await lookThrough(shownImages(look.images), look.read, async (image, source) => {
        const scores = await classifyImage(look.session, preset, source, optionsFor(look.classes.length))
        shown.push({ imageId: image.id, ...said(scores, null) })
      })
      return shown
    },
    predictor: (models) => classificationPredictor(preset, models),
  }
}

function classOf(truth: Truth): number {
  return truth.kind === 'label' ? truth.classIndex : -1
}

const optionsFor = (classes: number): ClassifyOptions => ({ classes, flips: false })

/**
 * Validation score: AUC (of more than two classes the mean over classes, each against the rest), since it needs no threshold; the threshold
 * that is stored with the model is where Youden's J may be hoped to be greatest (`smoothThreshold`).
 */
async function judge(preset: ClassificationPreset, look: Look): Promise<Judged> {
  const classes = look.classes.length
  const truth: number[] = []
  const scores: number[][] = []
  const shown: PredictedImage[] = []
  const showing = new Set(shownImages(look.images).map(({ id }) => id))
  const known = look.images.filter(({ labels }) => imageClass(labels) >= 0)
  const broken = await lookThrough(known, look.read, async (image: JobSample, source) => {
    const found = await classifyImage(look.session, preset, source, optionsFor(classes))
    truth.push(imageClass(image.labels))
    scores.push(found)
    if (showing.has(image.id)) shown.push({ imageId: image.id, ...said(found, null) })
  })
  return { validation: scored(truth, scores, classes), shown, broken }
}

function scored(truth: readonly number[], scores: readonly number[][], classes: number): Validation {
  const work = { truth: Int32Array.from(truth), scores }
  const positive = scores.map(([, second = 0]) => second)
  const rule = classes === 2 ? { positive: 1, threshold: smoothThreshold(positive, truth) ?? 0.5 } : null
  const saidClasses = Int32Array.from(scores, (one) => decideClass(one, rule))
  const { overall } = createFigures({ ...work, classes, said: saidClasses, rule, forecasts: null, bins: 10 })()
  const score = overall.auc ?? 0
  const curves = { 'val/auc': score, 'val/accuracy': overall.accuracy ?? 0 }
  const { auc, accuracy, sensitivity, specificity, f1, balancedAccuracy } = overall
  return { score, curves, metrics: { auc, accuracy, sensitivity, specificity, f1, balancedAccuracy, threshold: rule?.threshold ?? null } }
}

/** A classifier's preset as far as a prediction needs it; `head` null: nothing tells where the evidence is. */
interface ClassTeller extends ClassFinder {
  readonly head: ClassHead | null
}

/** One classifier or more, their probabilities averaged. */
export function classificationPredictor(preset: ClassTeller, models: readonly [OpenedModel, ...OpenedModel[]]): Predictor {
  const pool = preset.head?.pool ?? null
  const classes = models[0].file.classes.length
  return {
    predict: async (source, image, { flips, turn, mapPlace }) => {
      const all: number[][] = []
      const seen: ((classIndex: number) => FloatMap)[] = []
      for (const { session, head } of models) {
        const onOutputs = ({ features }: RawOutputs): void => {
          if (features && head && pool) seen.push((classIndex) => evidence(pool, features, head, { classIndex, classes }))
        }
        all.push(await classifyImage(session, preset, source, { classes, flips, onOutputs }))
        await turn(all.length, models.length)
      }
      const scores = Array.from({ length: classes }, (_, k) => all.reduce((sum, one) => sum + one[k]!, 0) / all.length)
      const predicted = said(scores, thresholdOf(models))
      const [first, ...rest] = seen.map((mapOf) => mapOf(must(predicted.found[0], 'a class is said').classIndex))
      if (first === undefined || mapPlace === null) return predicted
      const [height, width] = must(preset.inferenceSizes[0], 'a preset has an input size')
      const size = { width: Math.min(width, image.width), height: Math.min(height, image.height) }
      return { ...predicted, result: { scores, anomaly: null, maps: [await writeActivation([first, ...rest], size, mapPlace('heat'))] } }
    },
  }
}

/** Where in the picture a class is spoken for: by Grad-CAM, which for a head of one layer behind a mean is the class activation map. */
function evidence(
  pool: ClassHead['pool'],
  features: RawOutputs[string],
  layers: readonly DenseWeights[],
  { classIndex, classes }: { readonly classIndex: number; readonly classes: number },
): FloatMap {
  if (pool === 'max') return gradCam(features, layers, classIndex, classes)
  return activationMap(features, must(layers[0], 'behind a mean there is one layer').kernel, classIndex, classes)
}

/** Of an ensemble the middle between its members' thresholds. */
function thresholdOf(models: readonly OpenedModel[]): number | null {
  const known = models.flatMap(({ file }) => (file.threshold === null ? [] : [file.threshold]))
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length
}

/** The class that is said, with its probability, and the probabilities of all. */
function said(scores: readonly number[], threshold: number | null): Predicted {
  const rule = scores.length === 2 && threshold !== null ? { positive: 1, threshold } : null
  const classIndex = decideClass(scores, rule)
  return {
    found: [{ classIndex, score: scores[classIndex]!, shape: { type: 'image' } }],
    result: { scores: [...scores], anomaly: null, maps: [] },
  }
}
