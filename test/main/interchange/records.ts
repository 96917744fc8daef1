import { annotationRecord, type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { classRecord, type ClassRecord } from '#shared/records/class.ts'
import { imageRecord, type ImageRecord } from '#shared/records/image.ts'
import { predictionRecord, type PredictionRecord } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Split } from '#shared/records/task.ts'

const NOW = '2026-01-02T03:04:05.000Z'

export function makeImage(
  name: string,
  width: number,
  height: number,
  split: Split | null = null,
  changes: Partial<ImageRecord> = {},
): ImageRecord {
  return imageRecord.parse({
    id: `image ${name}`,
    name,
    relativePath: name,
    absolutePath: `/images/${name}`,
    bytes: 1,
    sha256: '0'.repeat(64),
    width,
    height,
    bitDepth: 8,
    channels: 3,
    micronsPerPixel: null,
    objective: null,
    scannedAt: null,
    split,
    group: null,
    state: 'done',
    addedAt: NOW,
    ...changes,
  })
}

export function makeClass(name: string, order = 0): ClassRecord {
  return classRecord.parse({ id: `class ${name}`, name, color: '#123456', digit: null, order })
}

export function makeAnnotation(
  image: ImageRecord,
  of: ClassRecord,
  shape: Shape,
  changes: Partial<AnnotationRecord> = {},
): AnnotationRecord {
  return annotationRecord.parse({
    id: `annotation ${image.id} ${JSON.stringify(shape)}`.slice(0, 64),
    imageId: image.id,
    classId: of.id,
    shape,
    origin: 'drawn',
    predictionId: null,
    ...PLAIN,
    author: 'test',
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  })
}

export function makePrediction(image: ImageRecord, of: ClassRecord, score: number, shape: Shape, id = 0): PredictionRecord {
  return predictionRecord.parse({ id, runId: 'run', imageId: image.id, classId: of.id, score, shape })
}

export const box = (x: number, y: number, width: number, height: number): Shape => ({ type: 'box', x, y, width, height })
