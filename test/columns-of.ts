import { type AnnotationColumns, AnnotationWriter } from '../src/shared/objects/annotation-columns.ts'
import { type PredictionColumns, PredictionWriter } from '../src/shared/objects/prediction-columns.ts'
import { type AnnotationRecord } from '../src/shared/records/annotation.ts'
import { type ImageId } from '../src/shared/records/ids.ts'
import { type PredictionRecord } from '../src/shared/records/prediction.ts'

// Records as columns, as main makes them of its rows.

export function annotationColumnsOf(imageId: ImageId, records: readonly AnnotationRecord[]): AnnotationColumns {
  const writer = new AnnotationWriter(imageId)
  for (const record of records) {
    writer.shapes.add(record.shape)
    writer.addFacts(record)
  }
  return writer.columns()
}

export function predictionColumnsOf(
  place: Pick<PredictionColumns, 'imageId' | 'runId'>,
  records: readonly PredictionRecord[],
): PredictionColumns {
  const writer = new PredictionWriter(place)
  for (const record of records) {
    writer.shapes.add(record.shape)
    writer.addFacts(record)
  }
  return writer.columns()
}
