import { describe, expect, test } from 'vitest'
import { itemsOf } from '../../../src/renderer/review/items.ts'
import { densityRangeText, estimateOf, mayStop, rangeText } from '../../../src/renderer/review/live-estimate.ts'
import { paceText, secondsEach } from '../../../src/renderer/review/pace.ts'
import { pays, scoreChange } from '../../../src/renderer/review/retrain.ts'
import { queueOf } from '../../../src/renderer/review/queue.ts'
import { ANSWER } from '../../../src/shared/contracts/review.ts'
import { type ModelRecord } from '../../../src/shared/records/model.ts'
import { modelId } from '../../../src/shared/records/ids.ts'
import { model as madeModel } from '../../main/project/fixtures.ts'
import { reviewColumnsOf } from '../../review-columns.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf } from '../records.ts'

function review(answers: (id: number) => number, low = 0) {
  const predictions = Array.from({ length: 60 }, (_, i) => ({ ...predictionOf(i + 1, box(30 * i, 0, 20, 20), (i + 1) / 61), imageId: i % 2 === 0 ? IMAGE : OTHER_IMAGE })) // prettier-ignore
  const annotations = [annotationOf('drawn', box(5000, 0, 20, 20))]
  const columns = reviewColumnsOf({ images: [imageOf(), imageOf(OTHER_IMAGE)], classes: CLASSES, predictions, annotations, decisions: [] })
  const items = itemsOf(columns)
  const made = queueOf({ items, columns, doubts: new Map(), groupOf: () => null }, () => true, { order: 'help', low, high: 1 })
  return { columns, items, ...made, low, answers: Int16Array.from(items, ({ id }) => answers(id)), finished: new Set<typeof IMAGE>() }
}

describe('the live estimate', () => {
  test('counts what is decided, and from the lowest score of the queue on', () => {
    const all = estimateOf(review((id) => (id % 3 === 0 ? ANSWER.nothing : 0)))!
    expect(all.perClass[0]).toEqual({ known: 40, estimate: 40, interval: { lower: 40, upper: 40 } })
    expect(estimateOf(review(() => 0, 0.5))!.items).toBe(30)
  })

  test('takes what is undecided on a finished image for nothing', () => {
    const state = review((id) => (id % 2 === 0 ? ANSWER.open : 0))
    expect(estimateOf(state)!.decided).toBe(30)
    expect(estimateOf({ ...state, finished: new Set([OTHER_IMAGE]) })!.total).toEqual({ known: 30, estimate: 30, interval: { lower: 30, upper: 30 } }) // prettier-ignore
  })

  test('is told with its range in whole objects, labels beside the items included', () => {
    const { columns } = review(() => 0)
    expect(columns.labels[0]).toBe(1)
    expect(rangeText({ known: 5, estimate: 12.4, interval: { lower: 9.2, upper: 15.9 } }, 1)).toBe('13 (11 to 16)')
    expect(rangeText({ known: 5, estimate: 5, interval: { lower: 5, upper: 5 } }, 0)).toBe('5')
  })

  test('is told a square millimetre, with the same range', () => {
    expect(densityRangeText({ known: 5, estimate: 12, interval: { lower: 9, upper: 15 } }, 4, 0.05)).toBe('320 (260 to 380)/mm²')
    expect(densityRangeText({ known: 5, estimate: 5, interval: { lower: 5, upper: 5 } }, 0, 2)).toBe('2.5/mm²')
  })

  test('says that one may stop from a range of 5 % to both sides on, while something is left', () => {
    const told = (half: number, decided = 50) => ({ items: 100, decided, sampled: 30, perClass: [], wrong: null, total: { known: 50, estimate: 180, interval: { lower: 180 - half, upper: 180 + half } } }) // prettier-ignore
    expect([mayStop(told(10), 20), mayStop(told(10.1), 20), mayStop(told(9.1), 0), mayStop(told(0, 100), 20)]).toEqual([true, false, false, false]) // prettier-ignore
  })
})

describe('training again', () => {
  const id = modelId.parse('m')
  const model = (part: Partial<ModelRecord>): ModelRecord => ({ ...madeModel('m'), name: 'first', best: 0.9, valImages: 5, ...part })

  test('is suggested from some corrections, or many labels, on', () => {
    const fresh = { modelId: id, corrections: 0, annotations: 0 }
    expect([{ corrections: 19, annotations: 99 }, { corrections: 20 }, { annotations: 100 }].map((part) => pays({ ...fresh, ...part }))).toEqual([false, true, true]) // prettier-ignore
  })

  test('says what it brought where both were judged on as many images', () => {
    expect(scoreChange(model({}), model({ best: 0.934 }))).toBe(
      'Its score is 0.934, that of first was 0.900, each at its best on the same 5 validation images.',
    )
    expect(scoreChange(model({}), model({ best: null }))).toBeNull()
    expect(scoreChange(model({ valImages: 4 }), model({}))).toBeNull()
  })

  test('does not call validation images the same whose labels changed', () => {
    const learned = (val: number) => model({ objects: [{ name: 'RBC', train: 5, val }, { name: 'WBC', train: 1, val: 0 }] }) // prettier-ignore
    expect(scoreChange(learned(9), learned(9))).toContain('on the same 5 validation images')
    expect(scoreChange(model({ objects: null }), learned(9))).toContain('on the same 5 validation images')
    expect(scoreChange(learned(9), learned(8))).toContain('changed in between: evaluate both')
  })
})

describe('the pace of a review', () => {
  const every = (seconds: number, count: number): number[] => Array.from({ length: count }, (_, i) => 1000 * seconds * i)

  test('is told after a few answers, pauses left out', () => {
    expect(secondsEach(every(2, 4))).toBeNull()
    expect(secondsEach([...every(2, 6), 1_000_000, 1_002_000])).toBeCloseTo(2, 9)
    expect(paceText(every(2, 6), 100)).toBe('30 a minute, about 3 min for all that are left')
    expect(paceText(every(2, 6), 10_000)).toContain('5 h 33 min')
    expect(paceText(every(2, 6), 0)).toBe('')
  })
})
