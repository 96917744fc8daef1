import { plainImage } from '../../../bench/plain-image.ts'
import { type AnnotationRecord, PLAIN } from '../../../src/shared/records/annotation.ts'
import type { ClassRecord } from '../../../src/shared/records/class.ts'
import { annotationId, classId, decisionId, imageId, modelId, predictionId, runId } from '../../../src/shared/records/ids.ts'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import type { ModelRecord } from '../../../src/shared/records/model.ts'
import type { DecisionRecord, PredictionRecord } from '../../../src/shared/records/prediction.ts'
import { type RegionRecord, regionRecord } from '../../../src/shared/records/region.ts'

// Records for tests, whole and valid; a test says only what it is about.

const AT = '2026-01-02T03:04:05.000Z'
export const RBC = classId.parse('class-rbc')
export const WBC = classId.parse('class-wbc')

export const anImage = (id: string, part: Partial<ImageRecord> = {}): ImageRecord =>
  plainImage(id, { absolutePath: `/nowhere/${id}.png`, bytes: 10, state: 'in-work', addedAt: AT, ...part })

export function anAnnotation(id: string, image: string, part: Partial<AnnotationRecord> = {}): AnnotationRecord {
  return {
    id: annotationId.parse(id),
    imageId: imageId.parse(image),
    classId: RBC,
    shape: { type: 'box', x: 10, y: 10, width: 20, height: 20 },
    origin: 'drawn',
    predictionId: null,
    ...PLAIN,
    author: 'test',
    createdAt: AT,
    updatedAt: AT,
    ...part,
  }
}

export function aPrediction(id: number, image: string, part: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    id: predictionId.parse(id),
    runId: runId.parse('run'),
    imageId: imageId.parse(image),
    classId: RBC,
    score: 0.9,
    shape: { type: 'box', x: 10, y: 10, width: 20, height: 20 },
    ...part,
  }
}

export function aDecision(id: string, prediction: PredictionRecord, kind: DecisionRecord['kind']): DecisionRecord {
  return {
    id: decisionId.parse(id),
    predictionId: prediction.id,
    imageId: prediction.imageId,
    kind,
    annotationId: null,
    who: 'test',
    at: AT,
    from: { classId: prediction.classId, shape: prediction.shape, score: prediction.score },
    to: null,
    replaced: null,
  }
}

export function aRegion(id: string, image: string, part: Partial<RegionRecord> = {}): RegionRecord {
  return regionRecord.parse({
    id,
    imageId: image,
    shape: { type: 'box', x: 0, y: 0, width: 100, height: 80 },
    name: '',
    fullyLabelled: true,
    author: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...part,
  })
}

export function aModel(id: string, classes: readonly ClassRecord[], part: Partial<ModelRecord> = {}): ModelRecord {
  return {
    ...{ id: modelId.parse(id), name: id, task: 'detection', preset: 'cells-lite0', parent: null, settings: {}, dataHash: '', fold: null },
    ...{ author: 'test', objects: null, origin: null },
    classes: classes.map(({ id: of, name }) => ({ id: of, name })),
    ...{
      trainImages: 1,
      valImages: 1,
      backend: 'tensorflow',
      epochs: 1,
      seconds: 1,
      secondsPerStep: 1,
      best: 0.5,
      curves: [],
      metrics: {},
    },
    createdAt: AT,
    ...part,
  }
}
