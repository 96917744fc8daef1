import { describe, expect, it } from 'vitest'
import { countImage } from '../../../src/main/workbench/counting.ts'
import { runId } from '../../../src/shared/records/ids.ts'
import { aDecision, anAnnotation, anImage, aPrediction, RBC, WBC } from './records.ts'

const far = { type: 'box', x: 200, y: 200, width: 20, height: 20 } as const
const run = runId.parse('run')
const image = anImage('a')
const annotations = [
  anAnnotation('1', 'a'),
  anAnnotation('2', 'a', { classId: WBC, shape: { type: 'point', x: 5, y: 5 } }),
  anAnnotation('3', 'a', { crowd: true }),
]
const predictions = [
  aPrediction(1, 'a'),
  aPrediction(2, 'a', { shape: far, score: 0.6 }),
  aPrediction(3, 'a', { shape: { ...far, x: 300 }, score: 0.4, classId: WBC }),
]

describe('what is counted on an image', () => {
  it('truth: annotations of boxes and points, crowds left out', () => {
    const counts = countImage({ image, annotations, predictions, decisions: [] }, { kind: 'truth' })
    expect([counts.get(RBC), counts.get(WBC)]).toEqual([1, 1])
  })

  it('truth: lines are counted, rulers are not', () => {
    const lines = [
      anAnnotation('4', 'a', { shape: { type: 'polyline', points: [1, 1, 20, 20] } }),
      anAnnotation('5', 'a', { shape: { type: 'ruler', points: [1, 1, 20, 20] } }),
    ]
    expect(countImage({ image, annotations: lines, predictions: [], decisions: [] }, { kind: 'truth' })).toEqual(new Map([[RBC, 1]]))
  })

  it('predictions: those at or above the score, decided upon or not', () => {
    const decisions = [aDecision('d', predictions[1]!, 'reject')]
    const counts = countImage({ image, annotations, predictions, decisions }, { kind: 'predictions', runId: run, score: 0.6 })
    expect([counts.get(RBC), counts.get(WBC)]).toEqual([2, undefined])
  })

  it('corrected: annotations, and what nobody decided on and no annotation covers', () => {
    const counts = countImage({ image, annotations, predictions, decisions: [] }, { kind: 'corrected', runId: run, score: 0.5 })
    expect([counts.get(RBC), counts.get(WBC)]).toEqual([2, 1])
  })

  it('corrected: a rejected prediction does not count', () => {
    const decisions = [aDecision('d', predictions[1]!, 'reject')]
    const counts = countImage({ image, annotations, predictions, decisions }, { kind: 'corrected', runId: run, score: 0.5 })
    expect(counts.get(RBC)).toBe(1)
  })

  it('corrected: on an image that is done, the annotations alone', () => {
    const counts = countImage(
      { image: anImage('a', { state: 'done' }), annotations, predictions, decisions: [] },
      { kind: 'corrected', runId: run, score: 0.1 },
    )
    expect([counts.get(RBC), counts.get(WBC)]).toEqual([1, 1])
  })
})
