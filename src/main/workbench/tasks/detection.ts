import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { detectionReport, type DetectionReport } from '#shared/metrics/detection-report.ts'
import type { Evaluation, WorkbenchTask } from './workbench-task.ts'

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
  firstStep: 'Draw boxes on some images, or import annotations, then train.',
  fewLabels: 20,
  warnings: (train) => {
    const inWork = train.filter(({ image, labels }) => image.state === 'in-work' && labels.length > 0).length
    return inWork > 0 ? [`${inWork} training images are still in work: what is not labelled there is learned as background.`] : []
  },
  countedFrom: 0.5,
  evaluate: evaluateDetection,
  checkClasses: () => undefined,
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
