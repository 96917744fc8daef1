import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANSWER } from '../../../src/shared/contracts/review.ts'
import { imageId } from '../../../src/shared/records/ids.ts'
import { itemsOf } from '../../../src/renderer/review/items.ts'
import {
  isDecided,
  isOpen,
  nextOpen,
  openBefore,
  queueOf,
  rowsOf,
  tally,
  whyNext,
  type QueueSettings,
} from '../../../src/renderer/review/queue.ts'
import { reviewColumnsOf } from '../../review-columns.ts'
import { box, CLASSES, imageOf, OTHER_IMAGE, predictionOf } from '../records.ts'

const scored = (id: number, score: number, image = imageOf().id) => ({ ...predictionOf(id, box(0, 0, 10, 10), score), imageId: image })

/** What is asked about of these predictions, by id. */
function queue(predictions: readonly ReturnType<typeof scored>[], settings: QueueSettings) {
  const images = [imageOf(), imageOf(OTHER_IMAGE)]
  const columns = reviewColumnsOf({ images, classes: CLASSES, predictions, annotations: [], decisions: [] })
  const items = itemsOf(columns)
  const made = queueOf({ items, columns, doubts: new Map(), groupOf: () => null }, () => true, settings)
  return { ...made, ids: made.queue.map(({ id }) => id) }
}

describe('the queue of predictions', () => {
  test('by doubt begins closest to 0.5 and holds the wanted scores, ends included', () => {
    const all = [scored(1, 0.9), scored(2, 0.7), scored(3, 0.48), scored(4, 0.3), scored(5, 0.55)]
    expect(queue(all, { order: 'doubt', low: 0.3, high: 0.7 }).ids).toEqual([3, 5, 2, 4])
  })

  test('by image keeps the images together in their order, the surest first', () => {
    const all = [scored(1, 0.4), scored(3, 0.95, OTHER_IMAGE), scored(2, 0.8)]
    expect(queue(all, { order: 'image', low: 0, high: 1 }).ids).toEqual([2, 1, 3])
  })

  test('by use and at random goes from the lowest score all the way up', () => {
    const all = [scored(1, 0.2), scored(2, 0.5), scored(3, 0.99)]
    expect(queue(all, { order: 'help', low: 0.3, high: 0.7 }).ids).toEqual([2, 3])
    const random = queue(all, { order: 'random', low: 0.3, high: 0.7 })
    expect(random.ids.toSorted()).toEqual([2, 3])
    // No item stands before another for what it is.
    expect(new Set(random.ranks)).toEqual(new Set([Infinity]))
  })

  test('leaves out what is not asked about, without another order', () => {
    const all = Array.from({ length: 30 }, (_, i) => scored(i + 1, 0.3 + i / 50))
    const images = [imageOf()]
    const columns = reviewColumnsOf({ images, classes: CLASSES, predictions: all, annotations: [], decisions: [] })
    const reviewed = { items: itemsOf(columns), columns, doubts: new Map(), groupOf: () => null }
    const settings: QueueSettings = { order: 'help', low: 0, high: 1 }
    const whole = queueOf(reviewed, () => true, settings)
    const part = queueOf(reviewed, ({ id }) => id % 3 === 0, settings)
    expect(part.queue.map(({ id }) => id)).toEqual(whole.queue.map(({ id }) => id).filter((id) => id % 3 === 0))
  })

  test('goes to the next undecided one round the end, and back to the one before as far as the first, never to a decided one', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.nat(12), (done, from) => {
        const { queue: items } = queue(
          done.map((_, i) => scored(i + 1, 0.5)),
          { order: 'image', low: 0, high: 1 },
        )
        const answers = Int16Array.from(items, ({ id }) => (done[id - 1] ? ANSWER.nothing : ANSWER.open))
        const answered = { answers, finished: new Set<never>(), shown: new Uint16Array(items.length) }
        const at = Math.min(from, items.length - 1)
        const open = items.flatMap((item, place) => (isOpen(item, answered) ? [place] : []))
        expect(nextOpen(items, answered, at)).toBe(open.find((place) => place > at) ?? open[0] ?? -1)
        expect(openBefore(items, answered, at)).toBe(open.findLast((place) => place < at) ?? -1)
      }),
    )
  })

  test('passes over what lies on finished images', () => {
    const { queue: items } = queue([scored(1, 0.6), scored(2, 0.5, OTHER_IMAGE)], { order: 'image', low: 0, high: 1 })
    const open = { answers: new Int16Array(2).fill(ANSWER.open), shown: new Uint16Array(2) }
    expect(nextOpen(items, { ...open, finished: new Set([imageOf().id]) }, -1)).toBe(1)
    expect(nextOpen(items, { ...open, finished: new Set([imageOf().id, imageId.parse(OTHER_IMAGE)]) }, -1)).toBe(-1)
  })

  test('passes over what a label shows, and tells all of its scores apart from what it asks about', () => {
    const all = [scored(1, 0.6), scored(2, 0.5), scored(3, 0.2)]
    const columns = reviewColumnsOf({ images: [imageOf()], classes: CLASSES, predictions: all, annotations: [], decisions: [] })
    const items = itemsOf(columns)
    const settings: QueueSettings = { order: 'image', low: 0.3, high: 1 }
    const made = queueOf({ items, columns, doubts: new Map(), groupOf: () => null }, ({ id }) => id !== 1, settings)
    expect([made.queue.map(({ id }) => id), [...made.rows]]).toEqual([[2], [0, 1]])
    const answers = Int16Array.of(0, ANSWER.open, ANSWER.open)
    const open = { answers, shown: new Uint16Array(3), finished: new Set<never>() }
    expect(tally(made.rows, columns, open)).toEqual({ open: 1, decided: 1 })
    const shown = { ...open, shown: Uint16Array.of(1, 1, 0) }
    expect(tally(made.rows, columns, shown)).toEqual({ open: 0, decided: 1 })
    expect(nextOpen(made.queue, shown, -1)).toBe(-1)
  })

  test('says why one is asked', () => {
    const all = [scored(1, 0.5), scored(2, 0.9)]
    const why = (order: QueueSettings['order'], at: number): string => {
      const made = queue(all, { order, low: 0, high: 1 })
      return whyNext(made.queue[at]!, { ...made, order })
    }
    expect(why('doubt', 0)).toContain('undecided')
    expect(why('image', 0)).toContain('Image by image')
    expect(why('random', 0)).toContain('at random')
    expect(why('help', 0)).toContain('unsure')
  })
})

describe('what is open of many', () => {
  test('is counted by rows as by items', () => {
    const all = Array.from({ length: 20 }, (_, i) => scored(i + 1, 0.05 * i, i % 3 === 0 ? OTHER_IMAGE : imageOf().id))
    const columns = reviewColumnsOf({ images: [imageOf(), imageOf(OTHER_IMAGE)], classes: CLASSES, predictions: all, annotations: [], decisions: [] }) // prettier-ignore
    const items = itemsOf(columns)
    const queued = items.filter(({ score }) => score >= 0.3)
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 20, maxLength: 20 }), fc.boolean(), (done, finished) => {
        const answers = Int16Array.from(items, ({ row }) => (done[row] === 0 ? ANSWER.nothing : ANSWER.open))
        const shown = Uint16Array.from(items, ({ row }) => (done[row] === 1 ? 1 : 0))
        const answered = { answers, shown, finished: new Set(finished ? [OTHER_IMAGE] : []) }
        const count = { open: queued.filter((item) => isOpen(item, answered)).length, decided: queued.filter((item) => isDecided(item, answered)).length } // prettier-ignore
        expect(tally(rowsOf(queued), columns, answered)).toEqual(count)
      }),
    )
  })
})
