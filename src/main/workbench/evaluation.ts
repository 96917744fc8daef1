import type { ImageRecord } from '#shared/records/image.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
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
    predictions: images.flatMap(({ predictions }) => predictions.map((p) => ({ id: p.id, imageId: p.imageId, classId: p.classId, box: p.shape, score: p.score }))),
    score,
  })
}

function truthOf(a: AnnotationRecord) {
  if (a.shape.type !== 'box') return []
  return [{ id: a.id, imageId: a.imageId, classId: a.classId, box: a.shape, crowd: a.crowd, ignore: a.difficult }]
}
