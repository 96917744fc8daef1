import fc from 'fast-check'
import { type Box } from '#shared/geometry/box.ts'

/** Pixels as they occur: up to a large slide, in 1/64 px steps so that sums stay exact. */
const pixels = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: min * 64, max: max * 64 }).map((n) => n / 64)

/** A box with some extent, in a field small enough that boxes often meet. */
export const box = (field = 100, smallest = 1 / 64, largest = 60): fc.Arbitrary<Box> =>
  fc.record({
    x: pixels(0, field),
    y: pixels(0, field),
    width: pixels(0, largest).map((side) => Math.max(side, smallest)),
    height: pixels(0, largest).map((side) => Math.max(side, smallest)),
  })

export const scoredBox = fc.record({
  box: box(),
  classId: fc.integer({ min: 0, max: 2 }),
  score: fc.integer({ min: 1, max: 20 }).map((n) => n / 20),
})
