import { classColor } from '../../src/shared/colors.ts'
import { type AnnotationRecord, PLAIN } from '../../src/shared/records/annotation.ts'
import { type ClassRecord } from '../../src/shared/records/class.ts'
import { annotationId, classId, imageId, modelId, predictionId, runId } from '../../src/shared/records/ids.ts'
import { type ImageRecord, NO_ORIGIN, SIZE_OF_FILE } from '../../src/shared/records/image.ts'
import { type RunRecord } from '../../src/shared/records/model.ts'
import { type PredictionRecord } from '../../src/shared/records/prediction.ts'
import { maskOf } from '../../src/shared/masks/mask-shape.ts'
import { maskOfSpans } from '../../src/shared/masks/paint.ts'
import { discSpans } from '../../src/shared/masks/spans.ts'
import { type MaskShape, type PointShape, type PolygonShape, type Shape } from '../../src/shared/records/shape.ts'

// Records for tests and for the page that shows the canvas without Electron.

const AT = '2025-01-01T00:00:00.000Z'

export const IMAGE = imageId.parse('image-1')
export const OTHER_IMAGE = imageId.parse('image-2')
export const RBC = classId.parse('rbc')
export const WBC = classId.parse('wbc')
export const PLATELET = classId.parse('platelet')
export const RUN = runId.parse('run-1')

export const CLASSES: readonly ClassRecord[] = [
  { id: RBC, name: 'RBC', color: classColor(0), digit: 1, order: 0 },
  { id: WBC, name: 'WBC', color: classColor(1), digit: 2, order: 1 },
  { id: PLATELET, name: 'Platelets', color: classColor(2), digit: 3, order: 2 },
]

export function imageOf(id = IMAGE, width = 640, height = 480): ImageRecord {
  return {
    ...{ id, name: `${id}.png`, relativePath: '', absolutePath: `/${id}.png`, bytes: 1, sha256: '0'.repeat(64), width, height },
    ...{
      bitDepth: 8,
      channels: 3,
      micronsPerPixel: 0.25,
      ...SIZE_OF_FILE,
      ...NO_ORIGIN,
      objective: null,
      scannedAt: null,
      split: null,
      group: null,
      state: 'in-work',
      addedAt: AT,
    },
  }
}

export const box = (x: number, y: number, width: number, height: number): Extract<Shape, { type: 'box' }> => ({
  type: 'box',
  x,
  y,
  width,
  height,
})
export const point = (x: number, y: number): PointShape => ({ type: 'point', x, y })

/** Rings of corners, one after the other. */
export const polygon = (...rings: number[][]): PolygonShape => ({ type: 'polygon', rings })

/** A mask of all pixels whose centres are within a radius. */
export const discMask = (x: number, y: number, radius: number): MaskShape => maskOf(maskOfSpans(discSpans({ x, y }, radius)))!

export function annotationOf(id: string, shape: Shape, of = RBC, image = IMAGE): AnnotationRecord {
  return {
    ...{ id: annotationId.parse(id), imageId: image, classId: of, shape, origin: 'drawn', predictionId: null },
    ...{ ...PLAIN, author: '', createdAt: AT, updatedAt: AT },
  }
}

export function predictionOf(id: number, shape: Shape, score = 0.9, of = RBC): PredictionRecord {
  return { id: predictionId.parse(id), runId: RUN, imageId: IMAGE, classId: of, score, shape }
}

export const RUNS: readonly RunRecord[] = [
  { id: RUN, modelId: modelId.parse('model-1'), settings: {}, images: 1, objects: 1, seconds: 1, createdAt: AT },
]
