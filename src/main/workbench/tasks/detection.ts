import { say } from '#shared/i18n/say.ts'
import { isEmptyBox } from '#shared/geometry/box.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { BoxShape, Shape } from '#shared/records/shape.ts'
import { areaBounds } from '#shared/geometry/shape-overlap.ts'
import { type DetectionReport, detectionSteps } from '#shared/metrics/detection-report.ts'
import { comparisonSteps } from '#shared/metrics/detection-comparison.ts'
import { stepped, type Steps } from '#shared/steps.ts'
import { writePredictionsCsv } from '../../interchange/csv.ts'
import { allGrouped, groupOf } from './whole-groups.ts'
import { isEmptyField, placesAlone } from './place-alone.ts'
import { missingClasses, withoutDoubtfulBackground } from './missing-labels.ts'
import {
  type Compared,
  type ComparedRuns,
  type EvaluatedImage,
  type Evaluation,
  type LabelledSample,
  objectsOf,
  type WorkbenchTask,
} from './workbench-task.ts'

/** Objects in upright boxes, counted a class. */
export const detectionTask: WorkbenchTask = {
  kind: 'detection',
  isLabelled: (image, annotations) => annotations.some(({ shape }) => boxOf(shape) !== null) || isEmptyField(image, annotations),
  labelsOf: (annotations, classIndex) => [
    ...annotations.flatMap(({ shape, classId, crowd, difficult }) => {
      const index = classIndex.get(classId)
      const box = boxOf(shape)
      if (box === null || index === undefined) return []
      // A crowd or a difficult object is neither learned nor punished.
      return [{ shape: box, classIndex: index, ignore: crowd || difficult }]
    }),
    ...placesAlone(annotations, isAreaShape).flatMap(({ box, classId }) => {
      const index = classIndex.get(classId)
      return index === undefined ? [] : [{ shape: { type: 'box', ...box } as const, classIndex: index, ignore: true }]
    }),
  ],
  withinParts: (labels, parts) => {
    const { holds } = regionTest(parts)
    return labels.map((label) => (isPlaced(label.shape) && !holds(label.shape) ? { ...label, ignore: true } : label))
  },
  learnsFrom: () => true,
  settle: withoutDoubtfulBackground,
  firstStep: say('Draw boxes on some images, or import annotations, then train.'),
  fewLabels: 20,
  warnings: (train, _val, classes) => missingWarnings(train, classes),
  inWorkWarning: (count) =>
    say('{{count}} training images are still in work: what is not labelled there is learned as background.', { count }),
  countedFrom: 0.5,
  measuresAreas: false,
  evaluate: evaluateDetection,
  compare: compareBoxes,
  writePredictions: (file, run) => writePredictionsCsv(file, objectsOf(run)),
  sharedClasses: 'none',
  checkClasses: () => undefined,
}

/** The upright box that a detector learns of an object: of what is outlined, round or turned, the one round it. Points and lines have none. */
function boxOf(shape: Shape): BoxShape | null {
  const bounds = areaBounds(shape)
  return bounds === null || isEmptyBox(bounds) ? null : { type: 'box', ...bounds }
}

function missingWarnings(train: readonly LabelledSample[], classes: readonly ClassRecord[]): string[] {
  const missing = missingClasses(train)
  return classes.flatMap(({ name }, index) => {
    const images = missing.filter((indices) => indices.includes(index)).length
    return images === 0
      ? []
      : [
          say('{{count}} training images carry no {{name}} though nearly all others do: nothing is learned from their unlabelled parts.', {
            count: images,
            name,
          }),
        ]
  })
}

/** COCO's AP and AR, counts and confusion of a run's boxes, keys as the command line promises them. */
function* evaluateDetection({ images, read, classes, score }: Evaluation): Steps<DetectionReport & { images: number }> {
  const evaluated = yield* stepped(images, (image) => boxesOf(read(image)))
  return yield* detectionSteps({
    images: images.map(({ id }) => id),
    classes: classes.map(({ id, name }) => ({ id, name })),
    truth: evaluated.flatMap(({ truth }) => truth),
    predictions: evaluated.flatMap(({ predictions }) => predictions),
    score,
    groups: allGrouped(images) ? images.map((image) => groupOf(image, true) ?? '') : undefined,
  })
}

function* compareBoxes({ images, classes, readA, readB, score }: Compared): Steps<ComparedRuns> {
  const both = yield* stepped(images, (image) => ({ a: boxesOf(readA(image)), b: boxesOf(readB(image)) }))
  const compared = yield* comparisonSteps({
    images: images.map(({ id }) => id),
    classes: classes.map(({ id }) => id),
    truth: both.flatMap(({ a }) => a.truth),
    a: both.flatMap(({ a }) => a.predictions),
    b: both.flatMap(({ b }) => b.predictions),
    score,
  })
  return { kind: 'objects', images: compared }
}

/** Where only parts of the image are fully labelled, what lies outside of them is neither to be found nor held against the detector. */
function boxesOf({ annotations, predictions, parts }: EvaluatedImage): { truth: TruthBox[]; predictions: PredictedBox[] } {
  const inside = parts && regionTest(parts)
  const outside = (shape: BoxShape): boolean => inside?.holds(shape) === false
  const drawn = annotations.flatMap(({ id, imageId, classId, shape, crowd, difficult }): TruthBox[] => {
    const box = boxOf(shape)
    return box === null ? [] : [{ id, imageId, classId, box, crowd, ignore: difficult || outside(box) }]
  })
  return {
    truth: [...drawn, ...placesAlone(annotations, isAreaShape).map((one): TruthBox => ({ ...one, crowd: false, ignore: true }))],
    predictions: predictions.flatMap(({ id, imageId, classId, shape, score }) =>
      shape.type === 'box' ? [{ id, imageId, classId, box: shape, score, ignore: outside(shape) }] : [],
    ),
  }
}
