import { expect, test } from 'vitest'
import { detectionReport } from '../../../src/shared/metrics/detection-report.ts'
import { evaluationReport, shownInterval, shownScore } from '../../../src/renderer/count/evaluation-report.ts'

const box = { x: 0, y: 0, width: 10, height: 10 }

test('reads what main answers, also over images where nothing is labelled', () => {
  const classes = [
    { id: 'r', name: 'RBC' },
    { id: 'w', name: 'WBC' },
  ]
  const truth = [
    { id: 't1', imageId: 'a', classId: 'r', box },
    { id: 't2', imageId: 'b', classId: 'r', box },
  ]
  const predictions = [{ id: 1, imageId: 'a', classId: 'r', box, score: 0.9 }]
  const full = detectionReport({ images: ['a', 'b'], classes, truth, predictions, score: 0.5, resamples: 50 })
  // What crosses a process is plain data.
  const report = evaluationReport.parse(JSON.parse(JSON.stringify(full)))
  expect(report.confusion.counts[0]).toEqual([1, 0, 1])
  expect(report.perClass['RBC']?.recall50).toBe(0.5)
  expect(shownScore(report.perClass['WBC']?.ap50)).toBe('–')
  const empty = detectionReport({ images: [], classes, truth: [], predictions: [], score: 0.5, resamples: 0 })
  expect(evaluationReport.safeParse(empty).success).toBe(true)
})

test('shows scores with three decimals and intervals only where there are any', () => {
  expect(shownScore(0.92345)).toBe('0.923')
  expect(shownInterval({ lower: 0.9, upper: 0.95 })).toBe('0.900 – 0.950')
  expect(shownInterval(null)).toBe('')
})
