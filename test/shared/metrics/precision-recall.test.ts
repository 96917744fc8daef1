import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALL_AREAS, type ClassMatches, matchClass } from '#shared/metrics/coco-matching.ts'
import { tabulateDetections } from '#shared/metrics/coco-overlaps.ts'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'
import { bestF1, operatingPoint, precisionRecallCurve, thinCurve } from '#shared/metrics/precision-recall.ts'

const at = (slot: number): TruthBox['box'] => ({ x: slot * 20, y: 0, width: 10, height: 10 })
const truth = (slot: number, more: Partial<TruthBox> = {}): TruthBox => ({ imageId: 1, classId: 'RBC', box: at(slot), ...more })
const seen = (slot: number, score: number): PredictedBox => ({ imageId: 1, classId: 'RBC', box: at(slot), score })

function match(truths: readonly TruthBox[], predictions: readonly PredictedBox[]): ClassMatches {
  const table = tabulateDetections(truths, predictions, { classes: ['RBC'] })
  return matchClass(table.classes[0]!, table.images.length, { thresholds: [0.5], areaRange: ALL_AREAS, maxDetections: Infinity })
}

describe('precisionRecallCurve', () => {
  it('is as worked by hand, one point a score', () => {
    const matches = match([truth(0), truth(1), truth(2), truth(3)], [seen(0, 0.9), seen(9, 0.8), seen(1, 0.8), seen(2, 0.3), seen(2, 0.2)])
    expect(precisionRecallCurve(matches)).toEqual({
      score: [0.9, 0.8, 0.3, 0.2],
      precision: [1, 2 / 3, 3 / 4, 3 / 5],
      recall: [1 / 4, 2 / 4, 3 / 4, 3 / 4],
    })
    expect(bestF1(precisionRecallCurve(matches))).toEqual({ score: 0.3, f1: 0.75 })
  })

  it('is empty without truth, and has no point where all is ignored', () => {
    expect(precisionRecallCurve(match([], [seen(0, 0.9)])).score).toEqual([])
    const matches = match([truth(0, { crowd: true }), truth(1)], [seen(0, 0.9), seen(1, 0.5)])
    expect(precisionRecallCurve(matches)).toEqual({ score: [0.5], precision: [1], recall: [1] })
    expect(bestF1(precisionRecallCurve(match([truth(0)], [seen(5, 0.9)])))).toBeNull()
  })

  it('thins to a plot without losing its ends', () => {
    const many = Array.from({ length: 1000 }, (_, i) => 1 - i / 1000)
    const thin = thinCurve({ score: many, precision: many, recall: many }, 11)
    expect(thin.score.length).toBe(11)
    expect([thin.score[0], thin.score[10]]).toEqual([many[0], many[999]])
    expect(thinCurve(thin, 11)).toBe(thin)
  })
})

describe('operatingPoint', () => {
  it('counts right, wrong and missed from the score up', () => {
    const matches = match([truth(0), truth(1), truth(2)], [seen(0, 0.9), seen(0, 0.7), seen(1, 0.5), seen(2, 0.49)])
    expect(operatingPoint(matches, 0.5)).toEqual({
      truePositives: 2,
      falsePositives: 1,
      missed: 1,
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 2 / 3,
    })
    expect(operatingPoint(matches, 0.95)).toMatchObject({ precision: null, recall: 0, f1: 0 })
    expect(operatingPoint(match([], []), 0.5)).toMatchObject({ precision: null, recall: null, f1: null })
  })

  it('lies on the curve', () => {
    const slots = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 5 })), { maxLength: 30 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9), { minLength: 1 }), slots, (truths, predictions) => {
        const matches = match(
          truths.map((slot) => truth(slot)),
          predictions.map(([slot, score]) => seen(slot, score / 5)),
        )
        const curve = precisionRecallCurve(matches)
        for (const [i, score] of curve.score.entries()) {
          const { precision, recall } = operatingPoint(matches, score)
          expect([precision, recall]).toEqual([curve.precision[i], curve.recall[i]])
        }
        const found = truths.filter((slot) => predictions.some(([other]) => other === slot)).length
        expect(curve.recall.at(-1) ?? 0).toBe(found / truths.length)
      }),
    )
  })
})
