import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawOf } from '#shared/review/draws.ts'
import { orderByUse, type OrderItems, RANDOM_EVERY, REASONS } from '#shared/review/order.ts'

const itemsOf = (scores: readonly number[], part: Partial<OrderItems> = {}): OrderItems => ({
  scores,
  rivals: scores.map(() => Number.NaN),
  classes: scores.map(() => 0),
  images: scores.map((_, i) => i),
  groups: scores.map((_, i) => i),
  draws: scores.map((_, i) => drawOf(i + 1, 0)),
  ...part,
})
const rowsOf = ({ scores }: OrderItems): number[] => Array.from(scores, (_, i) => i)
const orderOf = (items: OrderItems) => orderByUse(items, rowsOf(items))
const reason = (items: OrderItems, row: number) => REASONS[orderOf(items).reasons[row]!]

describe('the order of a review', () => {
  it('asks about each once, every fifth drawn at random, the others by use', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 }), (scores) => {
        const items = itemsOf(scores)
        const { order, ranks } = orderOf(items)
        expect([...order].sort((a, b) => a - b)).toEqual(rowsOf(items))
        expect([...ranks].sort((a, b) => a - b)).toEqual(rowsOf(items))
        const taken = new Set<number>()
        for (const [place, row] of order.entries()) {
          const left = rowsOf(items).filter((other) => !taken.has(other))
          const first = (column: ArrayLike<number>): number => left.reduce((best, other) => (column[other]! < column[best]! ? other : best))
          expect(row).toBe(place % RANDOM_EVERY === RANDOM_EVERY - 1 ? first(items.draws) : first(ranks))
          taken.add(row)
        }
      }),
    )
  })

  it('begins with what the model is least sure of', () => {
    expect([...orderOf(itemsOf([0.99, 0.52, 0.7, 0.05])).ranks]).toEqual([3, 0, 1, 2])
  })

  it('does not stay on one image or patient', () => {
    const items = itemsOf([0.5, 0.5, 0.5, 0.45, 0.44], { images: [0, 0, 0, 1, 2], groups: [0, 0, 0, 1, 1] })
    expect([...orderOf(items).ranks]).toEqual([0, 3, 4, 1, 2])
  })

  it('puts a rare class and what another model denies first, and says why', () => {
    const scores = [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.98]
    const items = itemsOf(scores, {
      classes: scores.map((_, i) => (i === 4 ? 1 : 0)),
      rivals: scores.map((_, i) => (i === 10 ? 0 : Number.NaN)),
    })
    const { ranks } = orderOf(items)
    expect([ranks[4], ranks[10]]).toEqual([0, 1])
    expect([reason(items, 4), reason(items, 10)]).toEqual(['rare', 'rivals'])
    expect(REASONS).toContain(reason(items, 0))
  })

  it('puts specks behind what is as large as its class is, and each class has its own size', () => {
    // Of class 0 ten specks and two whole ones that the model is surer of; of class 1 all are small.
    const scores = [...new Array<number>(10).fill(0.5), 0.8, 0.8, 0.5]
    const items = itemsOf(scores, {
      areas: [...new Array<number>(10).fill(4), 1000, 1000, 4],
      classes: [...new Array<number>(12).fill(0), 1],
    })
    const { ranks } = orderOf(items)
    expect([ranks[12], ranks[10], ranks[11]]).toEqual([0, 1, 2])
    expect([...orderOf({ ...items, areas: null }).ranks.slice(10, 12)]).toEqual([11, 12])
  })

  it('leaves alone what takes nothing of its image', () => {
    const items = itemsOf([0.9, 0.5, 0.7])
    expect(orderOf({ ...items, areas: [0, 0, 0] })).toEqual(orderOf(items))
  })

  it('goes by the doubt of an image as a whole where that is told', () => {
    const items = itemsOf([0.5, 0.9], { doubts: [0, 0.8] })
    expect([...orderOf(items).ranks]).toEqual([1, 0])
  })

  it('leaves the same items in the same order when others are not asked about', () => {
    const items = itemsOf(Array.from({ length: 50 }, (_, i) => ((i * 37) % 50) / 50))
    const some = rowsOf(items).filter((row) => row % 3 !== 0)
    expect([...orderByUse(items, some).order].sort((a, b) => a - b)).toEqual(some)
  })
})

describe('places in the random order', () => {
  it('are the same for the same id, differ between ids, and lie evenly', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) => drawOf(i + 1, 0))
    expect(new Set(draws).size).toBe(draws.length)
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true)
    for (let tenth = 0; tenth < 10; tenth++) {
      const inIt = draws.filter((draw) => Math.floor(draw * 10) === tenth).length
      expect(Math.abs(inIt - 2000)).toBeLessThan(200)
    }
    expect(drawOf(17, 0)).toBe(drawOf(17, 0))
    expect(drawOf(17, 0)).not.toBe(drawOf(17, 1))
  })
})
