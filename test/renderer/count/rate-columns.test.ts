import { expect, test } from 'vitest'
import { columnsAlong, scoreHistogram } from '../../../src/renderer/count/rate-columns.ts'

test('curves of different points share one rising axis; where x is equal a curve keeps its own order', () => {
  const upright = { x: [0, 0.5, 0.5, 1], y: [0, 0.2, 0.9, 1] }
  const even = { x: [0, 1], y: [0, 1] }
  expect(columnsAlong([upright, even])).toEqual([
    [0, 0, 0.5, 0.5, 1, 1],
    [0, null, 0.2, 0.9, 1, null],
    [null, 0, null, null, null, 1],
  ])
  // Recall falls with the score in some curves.
  expect(columnsAlong([{ x: [1, 0.5, 0.5], y: [0.1, 0.2, 0.3] }])).toEqual([
    [0.5, 0.5, 1],
    [0.3, 0.2, 0.1],
  ])
  expect(columnsAlong([])).toEqual([[]])
})

test('a histogram counts every image once, the highest score in the last bin', () => {
  const scores = [
    { anomalous: false, score: 0 },
    { anomalous: false, score: 1.9 },
    { anomalous: true, score: 4 },
    { anomalous: true, score: 3.99 },
  ]
  expect(scoreHistogram(scores, 4)).toEqual({ middles: [0.5, 1.5, 2.5, 3.5], normal: [1, 1, 0, 0], abnormal: [0, 0, 0, 2] })
  expect(scoreHistogram([], 2)).toMatchObject({ normal: [0, 0] })
})
