import type { Found, JobSample, JobSamples } from '#shared/contracts/job.ts'
import { evaluateCoco } from '#shared/metrics/coco-ap.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import type { Raster } from '../../imaging/raster.ts'
import { readAhead } from '../data/read-ahead.ts'
import type { Validation } from './loop.ts'

type Image = JobSamples['val'][number]

/** Finds the objects of one image with the weights under test. */
export type Detector = (raster: Raster) => Promise<readonly Found[]>

export interface ValidationSource {
  readonly images: readonly Image[]
  readonly classes: readonly string[]
  read(path: string): Promise<Raster>
}

/** Images whose predictions are shown while training goes on. */
const SAMPLES = 4
/** What a person is shown: the rest would cover the picture. */
const SAMPLE_SCORE = 0.3

/** Whether there is anything to be found on these images; without it no score can be told. */
export function canValidate(images: readonly Image[]): boolean {
  return images.some(({ labels }) => labels.some((label) => !label.ignore))
}

/**
 * COCO's AP50 (mean over the classes that occur) of a detector on labelled images, and what it found on a few of them. Images that can't
 * be read are left out and named.
 */
export async function validateDetector(
  source: ValidationSource,
  detect: Detector,
): Promise<{ validation: Validation; shown: JobSample['images']; broken: string[] }> {
  const truths: TruthBox[] = []
  const predictions: PredictedBox[] = []
  const broken: string[] = []
  const shown: JobSample['images'] = []
  const showing = new Set(shownImages(source.images).map(({ id }) => id))
  let index = 0
  for await (const result of readAhead(source.images, source.read)) {
    const { image } = result
    if ('error' in result) {
      broken.push(image.path)
      continue
    }
    const imageId = index++
    const found = await detect(result.raster)
    truths.push(...image.labels.map(({ box, classIndex, ignore }) => ({ imageId, classId: classIndex, box, ignore })))
    predictions.push(...found.map(({ box, classIndex, score }) => ({ imageId, classId: classIndex, box, score })))
    if (showing.has(image.id)) shown.push({ imageId: image.id, found: worthShowing(found) })
  }
  return { validation: scored(truths, predictions, source.classes), shown, broken }
}

/** What the detector finds on the few images that are shown, without a score. */
export async function sampleDetector(source: ValidationSource, detect: Detector): Promise<JobSample['images']> {
  const shown: JobSample['images'] = []
  for await (const result of readAhead(shownImages(source.images), source.read)) {
    if ('error' in result) continue
    shown.push({ imageId: result.image.id, found: worthShowing(await detect(result.raster)) })
  }
  return shown
}

/** Spread evenly over the list, always the same ones, so that they can be watched growing better. */
function shownImages(images: readonly Image[]): Image[] {
  const count = Math.min(SAMPLES, images.length)
  return Array.from({ length: count }, (_, i) => images[Math.floor((i * images.length) / count)]!)
}

function worthShowing(found: readonly Found[]): Found[] {
  return found.filter(({ score }) => score >= SAMPLE_SCORE)
}

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
    curves: { 'val/ap50': score, 'val/ap': Math.max(0, summary.ap), ...curves },
    metrics: { ap: summary.ap, ap50: summary.ap50, ap75: summary.ap75, perClass: byClass },
  }
}
