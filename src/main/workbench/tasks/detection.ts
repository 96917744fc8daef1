import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { detectionReport, type DetectionReport } from '#shared/metrics/detection-report.ts'
import { writePredictionsCsv } from '../../interchange/csv.ts'
import { missingClasses, withoutDoubtfulBackground } from './missing-labels.ts'
import { type Evaluation, type LabelledSample, objectsOf, type WorkbenchTask } from './workbench-task.ts'

/** Objects in upright boxes, counted a class. */
export const detectionTask: WorkbenchTask = {
  kind: 'detection',
  // An empty field is a true negative only where a person declared it done.
  isLabelled: (image, annotations) =>
    annotations.some((a) => a.shape.type === 'box') || image.state === 'done' || image.state === 'reviewed',
  labelsOf: (annotations, classIndex) =>
    annotations.flatMap(({ shape, classId, crowd, difficult }) => {
      const index = classIndex.get(classId)
      if (shape.type !== 'box' || index === undefined) return []
      // A crowd or a difficult object is neither learned nor punished.
      return [{ shape, classIndex: index, ignore: crowd || difficult }]
    }),
  learnsFrom: () => true,
  settle: withoutDoubtfulBackground,
  firstStep: 'Draw boxes on some images, or import annotations, then train.',
  fewLabels: 20,
  warnings: (train, _val, classes) => {
    const warnings: string[] = []
    const inWork = train.filter(({ image, labels }) => image.state === 'in-work' && labels.length > 0).length
    if (inWork > 0) warnings.push(`${inWork} training images are still in work: what is not labelled there is learned as background.`)
    return [...warnings, ...missingWarnings(train, classes)]
  },
  countedFrom: 0.5,
  measuresAreas: false,
  evaluate: evaluateDetection,
  writePredictions: (file, run) => writePredictionsCsv(file, objectsOf(run)),
  checkClasses: () => undefined,
}

function missingWarnings(train: readonly LabelledSample[], classes: readonly ClassRecord[]): string[] {
  const missing = missingClasses(train)
  return classes.flatMap(({ name }, index) => {
    const images = missing.filter((indices) => indices.includes(index)).length
    return images === 0
      ? []
      : [`${images} training images carry no ${name} though nearly all others do: nothing is learned from their unlabelled parts.`]
  })
}

/** COCO's AP and AR, counts and confusion of a run's boxes, keys as the command line promises them. */
function evaluateDetection({ images, read, classes, score }: Evaluation): DetectionReport & { images: number } {
  const evaluated = images.map((image) => read(image))
  return detectionReport({
    images: images.map(({ id }) => id),
    classes: classes.map(({ id, name }) => ({ id, name })),
    truth: evaluated.flatMap(({ annotations }) => annotations.flatMap(truthOf)),
    predictions: evaluated.flatMap(({ predictions }) =>
      predictions.flatMap(({ id, imageId, classId, shape, score: sure }) =>
        shape.type === 'box' ? [{ id, imageId, classId, box: shape, score: sure }] : [],
      ),
    ),
    score,
  })
}

function truthOf({ id, imageId, classId, shape, crowd, difficult }: AnnotationRecord) {
  return shape.type === 'box' ? [{ id, imageId, classId, box: shape, crowd, ignore: difficult }] : []
}
