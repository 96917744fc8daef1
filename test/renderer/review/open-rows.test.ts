import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveredRows, idsOf, openRows } from '../../../src/renderer/review/open-rows.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { annotationOf, box, point, predictionOf } from '../records.ts'
import { openPredictions } from '../../review-columns.ts'
import { tableOf } from '../scenes.ts'

const place = fc.integer({ min: 0, max: 40 })
const side = fc.integer({ min: 4, max: 20 })
const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(place, place, side, side).map(([x, y, w, h]) => box(x, y, w, h)) },
  { weight: 1, arbitrary: fc.tuple(place, place).map(([x, y]) => point(x, y)) },
  { weight: 1, arbitrary: fc.constant({ type: 'image' as const }) },
)

describe('predictions that are open', () => {
  it('are those that the review has open, counted on both sides of the score', () => {
    const guesses = fc.array(fc.tuple(shape, fc.constantFrom(0.2, 0.5, 0.9)), { maxLength: 20 })
    fc.assert(
      fc.property(guesses, fc.array(shape, { maxLength: 12 }), fc.array(fc.nat(19), { maxLength: 4 }), (found, labels, done) => {
        const predictions = found.map(([of, score], i) => predictionOf(i, of, score))
        const annotations = labels.map((of, i) => annotationOf(`a${String(i)}`, of))
        const decided = new Set(predictions.filter((_, i) => done.includes(i)).map(({ id }) => id))
        const [table, truth] = [tableOf(predictions), tableOf(annotations.slice(0, 4)).with(annotations.slice(4), [])]
        const open = openRows(table, coveredRows(table, truth), decided, 0.5)
        const above = predictions.filter(({ score }) => score >= 0.5)
        const fresh = openPredictions(above, decided, annotations)
        expect(idsOf(open.above)).toEqual(fresh.map(({ id }) => id))
        expect(open.covered).toBe(above.filter(({ id }) => !decided.has(id)).length - fresh.length)
        expect(idsOf(open.below)).toEqual(predictions.filter(({ id, score }) => score < 0.5 && !decided.has(id)).map(({ id }) => id))
      }),
    )
  })
})
