import { expect, it } from 'vitest'
import { FIGURE_NAMES } from '#shared/figure-names.ts'
import { classificationReport } from '#shared/metrics/classification-report.ts'
import { detectionReport } from '#shared/metrics/detection-report.ts'
import { meansOf } from '../../../src/main/workbench/folds/cross-validation.ts'
import type { TaskReport } from '../../../src/main/workbench/tasks/workbench-task.ts'

const classes = [
  { id: 1, name: 'RBC' },
  { id: 2, name: 'WBC' },
]

it('gives the means of scores alone over the folds, each by a name of the field', () => {
  const fold = (right: number) =>
    classificationReport({
      images: Array.from({ length: 10 }, (_, i) => ({
        id: String(i),
        truth: i % 2,
        scores: i < right ? [1 - (i % 2), i % 2] : [i % 2, 1 - (i % 2)],
      })),
      classes,
      threshold: 0.4,
    }) as unknown as TaskReport
  const means = meansOf([fold(10), fold(6)])
  expect(means['accuracy']).toEqual({ mean: 0.8, lowest: 0.6, highest: 1 })
  expect(Object.keys(means)).toEqual(expect.arrayContaining(['balancedAccuracy', 'ece', 'brier', 'mcc']))
  expect(Object.keys(means)).not.toEqual(expect.arrayContaining(['threshold']))
  expect(Object.keys(means).filter((name) => !(name in FIGURE_NAMES) || name === 'positive' || name === 'images')).toEqual([])
})

it('leaves a figure out that COCO does not know of each fold', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 }
  const found = { imageId: 1, classId: 1, box }
  const fold = (truth: (typeof found)[]) =>
    detectionReport({ images: [1], classes, truth, predictions: [{ ...found, score: 1 }], score: 0.5 }) as unknown as TaskReport
  const means = meansOf([fold([found]), fold([{ ...found, box: { ...box, width: 200, height: 200 } }])])
  expect(Object.keys(means)).toEqual(expect.arrayContaining(['ap', 'ap50', 'ar100']))
  expect(Object.keys(means)).not.toContain('apSmall')
})
