import { must } from '#shared/assert.ts'
import type { JobImage, JobSample, PredictedImage } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { type AreaShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import { centredScore, rawScore, scoreMidpoints } from '#shared/metrics/score-midpoints.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { TrainImage } from '../data/batch-pipeline.ts'
import { AreaMaps } from '../inference/area-maps.ts'
import { type AreaFinder, areaModel } from '../inference/area-model.ts'
import { typicalFrame } from '../inference/detect.ts'
import type { PixelSource } from '../inference/pixel-source.ts'
import type { AreaModel } from '../inference/probability-rows.ts'
import { gatherAreas } from '../inference/gather-areas.ts'
import { type AreaLookOptions, type AreaRow, ObjectGatherer } from '../inference/segment.ts'
import { scaleOf } from '#shared/trained-scale.ts'
import type { OpenLog } from '../inference/work-log.ts'
import { IGNORED, type InputSize, type Truth } from '../models/preset.ts'
import { type AreaFacts, areaFacts, type SegmentationPreset } from '../models/segmentation-preset.ts'
import { areaFactsOf } from '../training/area-facts.ts'
import { areaFrames } from '../training/area-frames.ts'
import type { EngineTask, Finish, Judged, Look, OpenedModel, Predicted, PredictOptions, Predictor } from './engine-task.ts'
import { lookThrough, shownImages } from './look-through.ts'
import { AreaJudge } from './area-judge.ts'

/** What a person is shown while it learns: the rest would cover the picture. */
const SAMPLE_SCORE = 0.3

/** A class for each pixel, and the objects that these make. */
export function segmentationTask(preset: SegmentationPreset): EngineTask {
  const facts = (): AreaFacts => must(preset.facts, 'the preset was suited to its images')
  return {
    truth: preset.distances ? 'objects' : 'areas',
    suited: (images) => suitedPreset(preset, images),
    ...(preset.facts === null ? {} : { remembers: { areas: preset.facts, distances: preset.distances } }),
    frame: () => {
      const [height, width] = largest(preset.defaults.augmentation.sizes)
      const scale = facts().pixelsPerInput
      return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
    },
    frames: areaFrames,
    feed: (truths, height, width) => {
      const shape = [truths.length, height, width]
      const labels = { shape, data: labelsOf(truths, height * width) }
      return preset.distances ? { labels, distances: { shape, data: distancesOf(truths, height * width) } } : { labels }
    },
    canScore: (images) => images.some(({ labels }) => labels.some(({ shape, ignore }) => !ignore && isAreaShape(shape))),
    judge: (look) => judge(preset, facts(), look),
    preview: async (look) => {
      const shown: PredictedImage[] = []
      await lookThrough(shownImages(look.images), look.read, async ({ id }, source) => {
        const { objects } = await lookAt([modelOf(preset, facts(), look)], look.classes.length, facts(), preset, source, QUIETLY)
        shown.push({ imageId: id, found: objects.objects(SAMPLE_SCORE), result: null })
      })
      return shown
    },
    finish: { look: (look) => finish(preset, facts(), look) },
    predictor: (models) => segmentationPredictor(preset, models),
  }
}

function largest(sizes: readonly InputSize[]): InputSize {
  return sizes.reduce((most, size) => (size[0] * size[1] > most[0] * most[1] ? size : most))
}

/** Inputs are no larger than the images are at the scale that suits their labels. */
function suitedPreset(preset: SegmentationPreset, images: readonly TrainImage[]): SegmentationPreset {
  const facts = areaFactsOf(images, preset)
  const { multiple, fixedSize } = preset.network(1)
  const image = must(typicalFrame(images), 'there are training images')
  const most = Math.ceil(Math.max(image.width, image.height) / facts.pixelsPerInput / multiple) * multiple
  const fitted = (side: number): number => (fixedSize === null ? Math.min(side, most) : side)
  const sizes = preset.defaults.augmentation.sizes.map(([height, width]) => [fitted(height), fitted(width)] as const)
  const augmentation = { ...preset.defaults.augmentation, sizes }
  return { ...preset, facts, defaults: { ...preset.defaults, augmentation } }
}

function labelsOf(truths: readonly Truth[], pixels: number): Int32Array {
  const labels = new Int32Array(truths.length * pixels).fill(IGNORED)
  for (const [i, truth] of truths.entries()) if ('classes' in truth) labels.set(truth.classes, i * pixels)
  return labels
}

function distancesOf(truths: readonly Truth[], pixels: number): Float32Array {
  const all = new Float32Array(truths.length * pixels)
  for (const [i, truth] of truths.entries())
    if (truth.kind === 'objects')
      all.set(
        Float32Array.from(truth.distances, (d) => d / 255),
        i * pixels,
      )
  return all
}

/** How much lower a valley between two objects must be than their middles, as a share of the height that a middle has by its label. */
export const VALLEY_DEPTH = 0.15

const QUIETLY = { flips: false, turn: () => Promise.resolve() }

function modelOf(preset: AreaFinder, { pixelsPerInput }: AreaFacts, { session, classes }: Pick<Look, 'session' | 'classes'>): AreaModel {
  return areaModel(preset, session, classes.length, pixelsPerInput)
}

interface Seen {
  readonly objects: ObjectGatherer
  /** Class of each pixel, 0 = background; where it was asked for. */
  readonly classes: Uint8Array | null
}

interface LookAtOptions extends AreaLookOptions {
  readonly maps?: AreaMaps | null
  readonly keepClasses?: boolean
  readonly leastScore?: number
  readonly openLog?: OpenLog | undefined
}

async function lookAt(
  models: readonly [AreaModel, ...AreaModel[]],
  classes: number,
  { instances, neckDepth, leastAreas }: AreaFacts,
  { distances }: Pick<AreaFinder, 'distances'>,
  source: PixelSource,
  { maps = null, keepClasses, leastScore = 0, ...options }: LookAtOptions,
): Promise<Seen> {
  const part = !instances
    ? null
    : distances
      ? ({ by: 'distances', depth: VALLEY_DEPTH } as const)
      : ({ by: 'necks', depth: neckDepth } as const)
  const objects = new ObjectGatherer({ classes, shares: models[0].shares, part, leastAreas, leastScore })
  const kept = keepClasses === true ? new Uint8Array(source.width * source.height) : null
  const each = kept === null ? undefined : (row: AreaRow) => { kept.set(row.classes, row.y * source.width) } // prettier-ignore
  await gatherAreas(models, classes, source, { ...options, each }, { objects, maps })
  return { objects, classes: kept }
}

/** Validation score: the mean Dice of the classes, over all pixels of all images, seen whole as at prediction. */
async function judge(preset: SegmentationPreset, facts: AreaFacts, look: Look): Promise<Judged> {
  const shown: PredictedImage[] = []
  const showing = new Set(shownImages(look.images).map(({ id }) => id))
  const judged = new AreaJudge(look.classes, facts.instances)
  const model = modelOf(preset, facts, look)
  const broken = await lookThrough(look.images, look.read, async (image: JobSample, source) => {
    const seen = await lookAt([model], look.classes.length, facts, preset, source, { ...QUIETLY, keepClasses: true })
    const found = facts.instances || showing.has(image.id) ? seen.objects.objects(0) : []
    judged.add(image, source, must(seen.classes, 'classes were kept'), found)
    if (showing.has(image.id)) shown.push({ imageId: image.id, found: found.filter(({ score }) => score >= SAMPLE_SCORE), result: null })
  })
  return { validation: judged.validation(), shown, broken }
}

/**
 * Where objects are counted: at which score the areas of each class balance missed and extra ones. Otherwise an area is told as soon as its
 * class is likelier than the background, and no number is needed.
 */
async function finish(preset: SegmentationPreset, facts: AreaFacts, look: Look): Promise<Finish> {
  if (!facts.instances) return {}
  const truths: TruthBox[] = []
  const predictions: PredictedBox[] = []
  const model = modelOf(preset, facts, look)
  let imageId = 0
  await lookThrough(look.images, look.read, async ({ labels, regions }, source) => {
    const { objects } = await lookAt([model], look.classes.length, facts, preset, source, QUIETLY)
    const inside = regions && regionTest(regions)
    const outside = (shape: AreaShape): boolean => inside?.holds(shape) === false
    for (const { shape, classIndex, ignore } of labels)
      if (isAreaShape(shape)) truths.push({ imageId, classId: classIndex, box: shapeBounds(shape), ignore: ignore || outside(shape) })
    for (const { shape, classIndex, score } of objects.objects(0))
      if (isAreaShape(shape)) predictions.push({ imageId, classId: classIndex, box: shapeBounds(shape), score, ignore: outside(shape) })
    imageId++
  })
  return { scoreMidpoints: scoreMidpoints(truths, predictions, [...look.classes.keys()], chance(look.classes.length)) }
}

/** An area's mean probability is higher than this: otherwise it would be background or another class. */
const chance = (classes: number): number => 1 / (1 + classes)

/** Of each class the score that is told as 0.5; of several models the mean. Without a known one that of chance. */
function midpointsOf(models: readonly OpenedModel[], classes: number): number[] {
  const known = models.flatMap(({ file }) => (file.scoreMidpoints === null ? [] : [file.scoreMidpoints]))
  return Array.from({ length: classes }, (_, k) => {
    return known.length === 0 ? chance(classes) : known.reduce((sum, midpoints) => sum + (midpoints[k] ?? 0.5), 0) / known.length
  })
}

/** One segmenter or more, their probabilities averaged. */
export function segmentationPredictor(preset: AreaFinder, models: readonly [OpenedModel, ...OpenedModel[]]): Predictor {
  const { classes } = models[0].file
  const midpoints = midpointsOf(models, classes.length)
  return {
    predict: async (source: PixelSource, image: JobImage, { minScore, flips, mapPlace, ...work }: PredictOptions): Promise<Predicted> => {
      const opened = models.map(({ file, session }) => ({ facts: scaledFacts(factsIn(file, preset), scaleOf(file, image)), session }))
      const [first, ...rest] = opened.map(({ facts, session }) => modelOf(preset, facts, { session, classes }))
      const facts = { ...opened[0]!.facts, instances: opened.some((one) => one.facts.instances) }
      const all = [must(first, 'one model'), ...rest] as const
      const maps = mapPlace === null ? null : new AreaMaps(source, classes.length, all[0].shares)
      const leastScore = Math.min(...midpoints.map((midpoint) => rawScore(minScore, midpoint)))
      const { objects } = await lookAt(all, classes.length, facts, preset, source, { ...work, flips, maps, leastScore })
      const found = objects
        .objects(leastScore)
        .map((one) => ({ ...one, score: centredScore(one.score, must(midpoints[one.classIndex], 'a midpoint a class')) }))
        .filter(({ score }) => score >= minScore)
        .sort((a, b) => b.score - a.score)
      const drawn = maps && mapPlace ? await maps.write(mapPlace) : []
      const { unparted } = objects
      const result = { scores: null, anomaly: null, maps: drawn, ...(unparted > 0 ? { unparted } : {}) }
      return { found, result: maps === null && unparted === 0 ? null : result }
    },
  }
}

/** Lengths in pixels of another scale. */
function scaledFacts(facts: AreaFacts, scale: number): AreaFacts {
  if (scale === 1) return facts
  const { pixelsPerInput, neckDepth, leastAreas } = facts
  const areas = leastAreas.map((area) => area * scale * scale)
  return { ...facts, pixelsPerInput: pixelsPerInput * scale, neckDepth: neckDepth * scale, leastAreas: areas }
}

function factsIn({ settings }: ModelFile, preset: Pick<AreaFinder, 'distances'>): AreaFacts {
  // The last output of such a net meant something else before: read as a distance it would cut objects at random.
  if (preset.distances && settings['distances'] !== true)
    throw new AppError(
      'model-older',
      'The model was trained by an older version, which told touching objects apart in another way.',
      'Train again; the labels are as they were.',
    )
  const parsed = areaFacts.safeParse(settings['areas'])
  if (parsed.success) return parsed.data
  throw new AppError(
    'model-damaged',
    'The model does not say at which scale it learned.',
    'Train again, or restore the model from a backup.',
  )
}
