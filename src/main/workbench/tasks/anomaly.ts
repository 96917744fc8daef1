import { closeSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { anomalyKind, NORMAL_CLASS } from '#shared/anomaly-kind.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import { type AreaShape, drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { type AnomalyMap, type AnomalyReport, createAnomalyReport } from '#shared/metrics/anomaly-report.ts'
import { IGNORED_PIXEL } from '#shared/metrics/segmentation-overlap.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { ResultMap } from '#shared/records/prediction.ts'
import type { Steps } from '#shared/steps.ts'
import { writeAnomaliesCsv } from '../../interchange/csv.ts'
import { heldOf, LEAST_TO_HOLD_BACK } from '../held-back.ts'
import { compareImages } from './compare-images.ts'
import { imageLabel, imageLabelsOf } from './image-labels.ts'
import { calledAs, labelledAs } from './whole-image.ts'
import { type EvaluatedImage, type Evaluation, type ProjectSample, resultsByImage, type WorkbenchTask } from './workbench-task.ts'
import { allGrouped, groupOf } from './whole-groups.ts'

/** What is not normal, learned from normal images alone: the project's first class is the normal one. */
export const anomalyTask: WorkbenchTask = {
  kind: 'anomaly',
  isLabelled: (_image, annotations) => imageLabel(annotations) !== undefined || annotations.some(({ shape }) => isAreaShape(shape)),
  labelsOf: (annotations, classIndex) => [
    ...imageLabelsOf(annotations, classIndex),
    ...annotations.flatMap(({ shape, classId, crowd, difficult }) => {
      const index = classIndex.get(classId)
      return isAreaShape(shape) && index !== undefined ? [{ shape, classIndex: index, ignore: crowd || difficult }] : []
    }),
  ],
  learnsFrom: (labels) => anomalyKind(labels) === 'normal',
  firstStep: say('Label some images as normal (the first class), or import folders named after the classes, then train.'),
  fewLabels: 100,
  holdsBack: true,
  warnings: (train, val) => {
    const kinds = new Set(val.map(({ labels }) => anomalyKind(labels)))
    if (kinds.has('normal') && kinds.has('abnormal')) return []
    if (!kinds.has('normal')) return [noNormal(train)]
    return [say('No abnormal image in the validation split: how well the two are told apart cannot be said.')]
  },
  // Every image is told to be normal or not, and every area that is told is above the model's own threshold.
  countedFrom: 0,
  // Images are counted: an abnormal one may have several areas.
  counts: ({ type }) => type === 'image',
  measuresAreas: false,
  evaluate,
  compare: (compared) => {
    const normal = compared.classes[NORMAL_CLASS]?.id
    return compareImages(compared, {
      labelOf: tellingLabel(normal),
      isRight: (said, label) => (said === normal) === (label.classId === normal),
    })
  },
  writePredictions: (file, run) =>
    writeAnomaliesCsv(file, {
      rows: resultsByImage(run).flatMap(({ image, result: { anomaly } }) =>
        anomaly === null ? [] : [{ image, score: anomaly, className: calledAs(run, image) ?? '', truth: labelledAs(run, image) }],
      ),
      threshold: knownThreshold(run.model()),
      ...{ model: run.madeBy(), run: run.run },
    }),
  sharedClasses: 'first',
  checkClasses: (names) => {
    if (names.length >= 2) return
    throw new AppError(
      'wrong-classes',
      'An anomaly project needs two classes or more: the normal one first.',
      'Name them, separated by commas: --classes "Normal,Abnormal".',
    )
  },
}

/** Where the threshold comes from without normal validation images: as `holdBack` will do it. */
function noNormal(train: readonly ProjectSample[]): string {
  if (train.length < LEAST_TO_HOLD_BACK)
    return say('No normal image in the validation split: the threshold has to be taken from training images.')
  if (heldOf(train.map(({ image }) => image)).size > 0)
    return say('No normal image in the validation split: one in five training images will be held back, to take the threshold from.')
  return say(
    'No normal image in the validation split, and none can be held back, since all training images are of one slide or patient: the threshold is taken from images that are learned from, and may be too low.',
  )
}

/** What says of an image whether it is normal: its own label, else an area that is not (`anomalyKind`). */
const tellingLabel =
  (normal: ClassId | undefined) =>
  ({ annotations }: EvaluatedImage): AnnotationRecord | undefined => {
    const whole = imageLabel(annotations)
    if (whole) return whole.difficult ? undefined : whole
    return annotations.find(({ shape, classId, crowd, difficult }) => isAreaShape(shape) && classId !== normal && !crowd && !difficult)
  }

/** Areas are compared on maps of at most so many pixels; a file that claims more is none of ours. */
const MOST_MAP_PIXELS = 2 ** 26

/** Image and pixel AUROC, PRO, and the figures at the model's threshold, with intervals; keys as the command line promises them. */
function* evaluate({ images, read, classes, model, mapFile }: Evaluation): Steps<AnomalyReport> {
  const index = new Map(classes.map(({ id }, i) => [id, i]))
  const grouped = allGrouped(images)
  const report = createAnomalyReport({ threshold: thresholdOf(model) })
  let taken = 0
  for (const record of images) {
    yield
    const one = read(record)
    const kind = anomalyKind(anomalyTask.labelsOf(one.annotations, index))
    const score = one.result?.anomaly ?? null
    if (kind === null || score === null) continue
    report.add(
      { id: record.id, anomalous: kind === 'abnormal', score, group: groupOf(record, grouped) },
      mapOf(one, index, mapFile(record)),
    )
    taken++
  }
  if (taken > 0) return yield* report.reportSteps()
  throw new AppError('no-labels', 'None of these images has both a label and a prediction.', 'Label them first, or choose another split.')
}

/** The numbers of an image's map with the areas drawn on it; undefined where the run wrote none. */
function mapOf(
  { image, annotations, result }: EvaluatedImage,
  index: ReadonlyMap<ClassId, number>,
  fileOf: (map: ResultMap) => string,
): AnomalyMap | undefined {
  const values = result?.maps.find(({ kind }) => kind === 'values')
  if (!values) return undefined
  const { width, height } = values
  const areas = annotations.flatMap((annotation) => areaOf(annotation, index))
  return {
    width,
    height,
    map: readValues(fileOf(values), width * height),
    truth: areas.length === 0 ? undefined : truthOf(areas, image, values),
  }
}

interface Area {
  readonly shape: AreaShape
  /** Of the map of areas: 1 abnormal, 0 normal, 255 not looked at. */
  readonly value: number
}

function areaOf({ shape, classId, crowd, difficult }: AnnotationRecord, index: ReadonlyMap<ClassId, number>): Area[] {
  const place = index.get(classId)
  if (!isAreaShape(shape) || place === undefined) return []
  return [{ shape, value: crowd || difficult ? IGNORED_PIXEL : place === NORMAL_CLASS ? 0 : 1 }]
}

/** At a map's size: the value of the image's pixel under the middle of each place. Later areas lie over earlier ones. */
function truthOf(areas: readonly Area[], image: EvaluatedImage['image'], { width, height }: ResultMap): Uint8Array {
  const out = new Uint8Array(width * height)
  const row = new Uint8Array(image.width)
  for (let y = 0; y < height; y++) {
    const region: Box = { x: 0, y: Math.floor(((y + 0.5) * image.height) / height), width: image.width, height: 1 }
    row.fill(0)
    for (const { shape, value } of areas) drawShape(shape, row, region, value)
    for (let x = 0; x < width; x++) out[y * width + x] = row[Math.floor(((x + 0.5) * image.width) / width)]!
  }
  return out
}

/** Throws AppError `map-missing` where the file is gone or not what was written. */
function readValues(file: string, count: number): Float32Array {
  const values = new Float32Array(count <= MOST_MAP_PIXELS ? count : 0)
  try {
    if (values.length !== count || statSync(file).size !== values.byteLength) throw new RangeError('another size')
    const handle = openSync(file, 'r')
    try {
      readSync(handle, values, 0, values.byteLength, 0)
    } finally {
      closeSync(handle)
    }
    if (values.every(Number.isFinite)) return values
    throw new RangeError('no numbers')
  } catch (thrown) {
    throw new AppError('map-missing', `The map ${path.basename(file)} of this run is missing or damaged.`, 'Predict again.', thrown)
  }
}

/** The threshold that the training took from normal images. */
function thresholdOf(model: ModelRecord): number {
  const threshold = knownThreshold(model)
  if (threshold !== null) return threshold
  throw new AppError('no-threshold', `The model ${model.name} has no threshold.`, 'Train again with normal images in the validation split.')
}

const knownThreshold = ({ metrics: { threshold } }: ModelRecord): number | null => (typeof threshold === 'number' ? threshold : null)
