import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imageId, predictionId } from '../../../src/shared/records/ids.ts'
import { nextOpen, openPredictions, queueOf, whyNext } from '../../../src/renderer/review/queue.ts'
import { annotationOf, box, discMask, polygon, predictionOf } from '../records.ts'

const scored = (id: number, score: number) => predictionOf(id, box(0, 0, 10, 10), score)

const NOTHING = { decided: new Set<never>(), finished: new Set<never>() }

describe('the queue of predictions', () => {
  test('by doubt begins closest to 0.5 and holds the wanted scores, ends included', () => {
    const all = [scored(1, 0.9), scored(2, 0.7), scored(3, 0.48), scored(4, 0.3), scored(5, 0.55)]
    expect(queueOf(all, { order: 'doubt', low: 0.3, high: 0.7 }).map(({ id }) => id)).toEqual([3, 5, 2, 4])
  })

  test('by image keeps the images together in their order, the surest first', () => {
    const other = { ...scored(3, 0.95), imageId: imageId.parse('z') }
    const all = [scored(1, 0.4), other, scored(2, 0.8)]
    expect(queueOf(all, { order: 'image', low: 0, high: 1 }).map(({ id }) => id)).toEqual([2, 1, 3])
  })

  test('leaves out what was decided and what an annotation shows already', () => {
    const predictions = [scored(1, 0.5), predictionOf(2, box(100, 100, 10, 10), 0.5), predictionOf(3, box(50, 50, 10, 10), 0.5)]
    const annotations = [annotationOf('a', box(101, 100, 10, 10)), annotationOf('b', box(57, 50, 10, 10))]
    const open = openPredictions(predictions, new Set([predictionId.parse(1)]), annotations)
    expect(open.map(({ id }) => id)).toEqual([3])
  })

  test('takes areas by their bounds, and a labelled image as answered', () => {
    const predictions = [
      predictionOf(1, discMask(50, 50, 10)),
      predictionOf(2, polygon([0, 0, 9, 0, 9, 9])),
      predictionOf(3, { type: 'image' }),
    ]
    const idsOf = (annotations: Parameters<typeof openPredictions>[2]) =>
      openPredictions(predictions, new Set(), annotations).map(({ id }) => id)
    expect(idsOf([])).toEqual([1, 2, 3])
    expect(idsOf([annotationOf('a', box(40, 40, 20, 18))])).toEqual([2, 3])
    expect(idsOf([annotationOf('a', { type: 'image' })])).toEqual([1, 2])
  })

  test('goes to the next undecided one either way, round the end, never to a decided one', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.nat(12), fc.constantFrom<1 | -1>(1, -1), (done, from, step) => {
        const queue = done.map((_, i) => scored(i + 1, 0.5))
        const decided = new Set(queue.filter((_, i) => done[i]).map(({ id }) => id))
        const at = nextOpen(queue, { decided, finished: new Set() }, Math.min(from, queue.length - 1), step)
        if (done.every(Boolean)) expect(at).toBe(-1)
        else expect(decided.has(queue[at]!.id)).toBe(false)
      }),
    )
    expect(nextOpen([scored(1, 0.5), scored(2, 0.5)], NOTHING, -1, 1)).toBe(0)
    expect(nextOpen([scored(1, 0.5), scored(2, 0.5)], NOTHING, 1, 1)).toBe(0)
  })

  test('says why one is asked', () => {
    expect(whyNext(scored(1, 0.5), 'doubt')).toContain('undecided')
    expect(whyNext(scored(1, 0.9), 'image')).toContain('Image by image')
  })
})
