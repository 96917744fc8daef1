import { describe, expect, test } from 'vitest'
import { itemsOf } from '../../../src/renderer/review/items.ts'
import { densityRangeText, estimateOf, rangeText, stopOf } from '../../../src/renderer/review/live-estimate.ts'
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
  return {
    columns,
    items,
    ...made,
    low,
    answers: Int16Array.from(items, ({ id }) => answers(id)),
    finished: new Set<typeof IMAGE>(),
    shown: columns.shown,
  }
}

describe('the live estimate', () => {
  test('counts what is decided, and from the lowest score of the queue on', () => {
    const all = estimateOf(review((id) => (id % 3 === 0 ? ANSWER.nothing : 0)))!.estimate
    expect(all.perClass[0]).toEqual({ known: 40, estimate: 40, interval: { lower: 40, upper: 40 } })
    expect(estimateOf(review(() => 0, 0.5))!.estimate.items).toBe(30)
  })

  test('counts what was accepted below that score as labelled', () => {
    // 30 of 60 lie below 0.5; of those every third is rejected.
    const { labels, from, estimate } = estimateOf(review((id) => (id % 3 === 0 ? ANSWER.nothing : 0), 0.5))!
    expect([labels[0], from, estimate.perClass[0]!.known]).toEqual([1 + 20, 0.5, 20])
    expect(estimateOf(review((id) => (id <= 30 ? ANSWER.open : 0), 0.5))!.labels[0]).toBe(1)
  })

  test('leaves out what a label shows, unless it was decided on', () => {
    const state = review((id) => (id % 2 === 0 ? ANSWER.open : 0))
    const shown = state.shown.map((_, row) => (row % 4 < 2 ? 1 : 0))
    const left = state.answers.filter((answer, row) => answer !== ANSWER.open || shown[row] === 0).length
    expect(left).toBeLessThan(60)
    expect(estimateOf({ ...state, shown })!.estimate).toMatchObject({ items: left, decided: 30 })
  })

  test('has no more part in what is undecided on a finished image', () => {
    const state = review((id) => (id % 2 === 0 ? ANSWER.open : 0))
    expect(estimateOf(state)!.estimate.decided).toBe(30)
    expect(estimateOf({ ...state, finished: new Set([OTHER_IMAGE]) })!.estimate.total).toEqual({ known: 30, estimate: 30, interval: { lower: 30, upper: 30 } }) // prettier-ignore
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

  const count = (estimate: number, half: number) => ({ known: 0, estimate, interval: { lower: estimate - half, upper: estimate + half } })
  const told = (halves: readonly (readonly [number, number])[], labels: number[], decided = 50) => ({
    labels,
    estimate: {
      ...{ items: 100, decided, sampled: 30, wrong: null },
      perClass: halves.map(([estimate, half]) => count(estimate, half)),
      total: count(halves.reduce((sum, [estimate]) => sum + estimate, 0), Math.hypot(...halves.map(([, half]) => half))), // prettier-ignore
    },
  })

  test('says that one may stop where each class is known to 5 %, labels included, while something is left', () => {
    expect(stopOf(told([[9600, 500]], [400]))).toEqual({ may: true, least: null })
    expect(stopOf(told([[9600, 501]], [400]))).toEqual({ may: false, least: 0 })
    expect(stopOf(told([[9600, 500]], [0])).may).toBe(false)
    expect(stopOf(told([[9600, 0]], [0], 100)).may).toBe(false)
  })

  test('asks of a small class no more than chance lets it be known by', () => {
    // Of 100 by chance 81.4 to 121.6.
    expect(stopOf(told([[10_000, 100], [90, 20.5]], [0, 10]))).toEqual({ may: true, least: null }) // prettier-ignore
    expect(stopOf(told([[10_000, 100], [90, 20.8]], [0, 10]))).toEqual({ may: false, least: 1 }) // prettier-ignore
    // A class that was never seen: 0 by chance up to 3.7.
    expect(stopOf(told([[10_000, 100], [0, 2.2]], [0, 0])).may).toBe(true) // prettier-ignore
    expect(stopOf(told([[10_000, 100], [0, 3]], [0, 0]))).toEqual({ may: false, least: 1 }) // prettier-ignore
    expect(stopOf(told([[10_000, 100], [0, 0]], [0, 0])).may).toBe(true) // prettier-ignore
  })

  test('names the class that is known least, however well all together are', () => {
    // The total is known to 1 %: 10,165 of which 165 (102 to 228).
    expect(stopOf(told([[10_000, 100], [165, 63]], [0, 0]))).toEqual({ may: false, least: 1 }) // prettier-ignore
    expect(stopOf(told([[10_000, 900], [165, 63]], [0, 0])).least).toBe(1) // prettier-ignore
    expect(stopOf(told([[10_000, 9000], [165, 63]], [0, 0])).least).toBe(0) // prettier-ignore
  })
})

describe('training again', () => {
  const id = modelId.parse('m')
  const model = (part: Partial<ModelRecord>): ModelRecord => ({ ...madeModel('m'), name: 'first', best: 0.9, valImages: 5, ...part })

  test('is suggested from some corrections, or many labels, on', () => {
    const fresh = { modelId: id, corrections: 0, annotations: 0, warnings: [] }
    expect([{ corrections: 19, annotations: 99 }, { corrections: 20 }, { annotations: 100 }].map((part) => pays({ ...fresh, ...part }))).toEqual([false, true, true]) // prettier-ignore
  })

  test('says what it brought where both were judged on as many images', () => {
    expect(scoreChange(model({}), model({ best: 0.934 }))).toBe(
      'Its score is 0.934, that of first was 0.900, each at its best on the same 5 validation images.',
    )
    expect(scoreChange(model({}), model({ best: null }))).toBeNull()
    const short = model({ best: 0.8, curves: [{ epoch: 1, name: 'val/ap50', value: 0.8 }] })
    expect(scoreChange(short, model({ best: 0.934 }))).toContain('is of quicker looks: evaluate both')
    expect(scoreChange(short, short)).toContain('each at its best')
    expect(scoreChange(model({ valImages: 4 }), model({}))).toBeNull()
  })

  test('does not call validation images the same whose labels changed', () => {
    const learned = (val: number) => model({ objects: [{ name: 'RBC', train: 5, val, guessed: 0 }, { name: 'WBC', train: 1, val: 0, guessed: 0 }] }) // prettier-ignore
    expect(scoreChange(learned(9), learned(9))).toContain('on the same 5 validation images')
    expect(scoreChange(model({ objects: null }), learned(9))).toContain('on the same 5 validation images')
    expect(scoreChange(learned(9), learned(8))).toContain('changed in between: evaluate both')
  })
})

describe('the pace of a review', () => {
  const every = (seconds: number, count: number): number[] => Array.from({ length: count }, (_, i) => 1000 * seconds * i)

  test('is told after a minute of work, pauses left out', () => {
    expect(secondsEach(every(30, 4))).toBeNull()
    // 29 steps of 2 s and a pause are 58 s of work.
    expect(secondsEach([...every(2, 30), 1_000_000])).toBeNull()
    expect(secondsEach([...every(2, 30), 1_000_000, 1_002_000])).toBeCloseTo(2, 9)
    expect(secondsEach(every(0.2, 300))).toBeNull()
    expect(secondsEach(every(0.2, 301))).toBeCloseTo(0.2, 9)
    expect(paceText(every(2, 31), 100)).toBe('30 a minute, about 3 min for all that are left')
    expect(paceText(every(2, 31), 10_000)).toContain('5 h 33 min')
    expect(paceText(every(2, 31), 0)).toBe('')
  })
})
