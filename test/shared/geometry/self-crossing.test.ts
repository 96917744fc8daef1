import { describe, expect, it } from 'vitest'
import { crossesItself } from '#shared/geometry/self-crossing.ts'

describe('rings that cross themselves', () => {
  it.each<[string, boolean, number[]]>([
    ['a bow tie', true, [0, 0, 10, 10, 10, 0, 0, 10]],
    ['a star of five points in one line', true, [5, 0, 8, 10, 0, 3, 10, 3, 2, 10]],
    ['a square', false, [0, 0, 10, 0, 10, 10, 0, 10]],
    ['a ring whose corner touches its own side', false, [0, 0, 10, 0, 5, 0, 5, 10]],
    ['two squares that meet in a corner', false, [0, 0, 5, 0, 5, 5, 10, 5, 10, 10, 5, 10, 5, 5, 0, 5]],
    ['a hole that is reached by a passage', false, [0, 0, 10, 0, 10, 10, 0, 10, 0, 0, 3, 3, 3, 6, 6, 6, 6, 3, 3, 3, 0, 0]],
    ['a passage that leads across another side', false, [0, 0, 10, 0, 10, 10, 0, 10, 0, 0, 6, 6, 6, 3, 3, 3, 3.5, 6, 6, 6, 0, 0]],
  ])('%s: %s', (_, crosses, ring) => {
    expect(crossesItself(ring)).toBe(crosses)
  })

  it('is looked for among many corners without holding each side against each', () => {
    const teeth = Array.from({ length: 50_000 }, (_, i) => [i, i % 2]).flat()
    const ring = [...teeth, 50_000, 9, 0, 9]
    expect(crossesItself(ring)).toBe(false)
    expect(crossesItself([...ring, 2, -9, 3, 9])).toBe(true)
  })
})
