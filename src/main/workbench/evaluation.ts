import type { ImageRecord } from '#shared/records/image.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { RunId } from '#shared/records/ids.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import type { OpenProject } from './open-project.ts'
import { detectionReport, type DetectionReport } from '#shared/metrics/detection-report.ts'

/** One image's truth and predictions, as an evaluation sees them. */
export interface EvaluatedImage {
  readonly image: ImageRecord
  readonly annotations: readonly AnnotationRecord[]
  readonly predictions: readonly PredictionRecord[]
}

/** The detection metrics of a run against the truth (COCO's AP and AR, counts, confusion), keys as the command line promises them. */
export function evaluateDetection(images: readonly EvaluatedImage[], classes: readonly ClassRecord[], score: number): DetectionReport {
  return detectionReport({
    images: images.map(({ image }) => image.id),
    classes: classes.map((c) => ({ id: c.id, name: c.name })),
    truth: images.flatMap(({ annotations }) => annotations.flatMap(truthOf)),
    predictions: images.flatMap(({ predictions }) =>
      predictions.map((p) => ({ id: p.id, imageId: p.imageId, classId: p.classId, box: p.shape, score: p.score })),
    ),
    score,
  })
}

function truthOf(a: AnnotationRecord) {
  if (a.shape.type !== 'box') return []
  return [{ id: a.id, imageId: a.imageId, classId: a.classId, box: a.shape, crowd: a.crowd, ignore: a.difficult }]
}

/** A run's predictions on these images against their annotations as they are now. */
export function evaluateRun(project: OpenProject, run: RunId, images: readonly ImageRecord[], score: number): DetectionReport {
  const { db } = project
  const evaluated = images.map((image) => ({
    image,
    annotations: db.annotationsOf(image.id),
    predictions: db.predictionsOf(image.id, run),
  }))
  return evaluateDetection(evaluated, db.classes(), score)
}
