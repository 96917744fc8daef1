import { PLAIN, type AnnotationRecord } from '#shared/records/annotation.ts'
import { annotationId, newId } from '#shared/records/ids.ts'

type Given = Pick<AnnotationRecord, 'imageId' | 'classId' | 'shape'> & Partial<AnnotationRecord>

/** A label as if somebody had drawn it just now. */
export function drawnLabel(given: Given): AnnotationRecord {
  const at = new Date().toISOString()
  return {
    ...{ id: annotationId.parse(newId()), origin: 'drawn', predictionId: null, ...PLAIN },
    ...{ author: 'Test', createdAt: at, updatedAt: at, ...given },
  }
}
