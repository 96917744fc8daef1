import { expect, it } from 'vitest'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { ImageResult } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import { taskKind } from '#shared/records/task.ts'
import { workbenchTask } from '../../../../src/main/workbench/tasks/registry.ts'
import { anAnnotation, anImage, aPrediction, RBC, WBC } from '../records.ts'

const classes = [
  { id: RBC, name: 'a' },
  { id: WBC, name: 'b' },
] as unknown as readonly ClassRecord[]
const square: Shape = { type: 'polygon', rings: [[5, 5, 15, 5, 15, 15, 5, 15]] }
const SHAPES = { detection: { type: 'box', x: 5, y: 5, width: 10, height: 10 }, segmentation: square, classification: { type: 'image' }, anomaly: { type: 'image' } } as const // prettier-ignore

/** Of two images and their intervals, which draw images hundreds of times. */
it.each(taskKind.options)('an evaluation of the kind %s lets others have turns while its intervals are drawn', (kind) => {
  const shape: Shape = SHAPES[kind]
  const steps = workbenchTask(kind).evaluate({
    classes,
    model: { classes, metrics: { threshold: 0.5 } } as unknown as ModelRecord,
    images: ['a', 'b'].map((id) => anImage(id, { width: 20, height: 20 })),
    read: (image) => ({
      image,
      annotations: [anAnnotation(image.id, image.id, { shape, classId: image.id === 'a' ? RBC : WBC })],
      predictions: shape.type === 'image' ? [] : [aPrediction(1, image.id, { shape })],
      result: { scores: [0.3, 0.7], anomaly: 0.7, maps: [] } as unknown as ImageResult,
    }),
    mapFile: () => () => '',
    score: 0.5,
  })
  let taken = 0
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) {
      const { resamples } = (value as unknown as { intervals: { resamples: number } }).intervals
      expect(resamples).toBeGreaterThanOrEqual(100)
      expect(taken).toBeGreaterThanOrEqual(resamples)
      return
    }
    taken++
  }
})
