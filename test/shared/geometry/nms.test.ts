import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iou } from '#shared/geometry/box.ts'
import { buildBoxIndex } from '#shared/geometry/box-index.ts'
import { nonMaximumSuppression } from '#shared/geometry/nms.ts'
import { type ScoredBox } from '#shared/geometry/scored-box.ts'
import { box, scoredBox } from './arbitraries.ts'

/** The textbook loop, all pairs. */
function plainNms(items: readonly ScoredBox[], threshold: number): ScoredBox[] {
  const kept: ScoredBox[] = []
  for (const item of [...items].sort((a, b) => b.score - a.score))
    if (!kept.some((better) => better.classId === item.classId && iou(better.box, item.box) > threshold)) kept.push(item)
  return kept
}

describe('nonMaximumSuppression', () => {
  it('equals the textbook loop, order and ties included', () => {
    fc.assert(
      fc.property(fc.array(scoredBox, { maxLength: 60 }), fc.constantFrom(0, 0.1, 0.3, 0.5, 0.9), (items, iouThreshold) => {
        expect(nonMaximumSuppression(items, { iouThreshold })).toEqual(plainNms(items, iouThreshold))
      }),
    )
  })

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.array(scoredBox, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (items, iouThreshold) => {
        const once = nonMaximumSuppression(items, { iouThreshold })
        expect(nonMaximumSuppression(once, { iouThreshold })).toEqual(once)
      }),
    )
  })

  it('keeps a box that overlaps by the threshold exactly, and other classes', () => {
    const better = { box: { x: 0, y: 0, width: 10, height: 10 }, classId: 'RBC', score: 0.9 }
    const half = { box: { x: 0, y: 0, width: 10, height: 5 }, classId: 'RBC', score: 0.8 }
    const other = { ...better, classId: 'WBC', score: 0.7 }
    expect(nonMaximumSuppression([other, half, better], { iouThreshold: 0.5 })).toEqual([better, half, other])
    expect(nonMaximumSuppression([other, half, better], { iouThreshold: 0.49 })).toEqual([better, other])
    expect(nonMaximumSuppression([other, half, better], { iouThreshold: 0.49, limit: 1 })).toEqual([better])
    expect(nonMaximumSuppression([other, half, better], { iouThreshold: 0.5, scoreThreshold: 0.8 })).toEqual([better, half])
    expect(nonMaximumSuppression([], { iouThreshold: 0.5 })).toEqual([])
  })
})

describe('buildBoxIndex', () => {
  it('finds every box that meets or touches a region', () => {
    fc.assert(
      fc.property(fc.array(box(), { maxLength: 80 }), box(), (boxes, region) => {
        const meets = boxes.flatMap((other, index) => {
          const apart =
            other.x > region.x + region.width ||
            region.x > other.x + other.width ||
            other.y > region.y + region.height ||
            region.y > other.y + other.height
          return apart ? [] : [index]
        })
        const index = buildBoxIndex(boxes)
        expect(index.search(region).sort((a, b) => a - b)).toEqual(meets)
        expect(index.searchWhere(region, (hit) => hit % 2 === 0).sort((a, b) => a - b)).toEqual(meets.filter((hit) => hit % 2 === 0))
      }),
    )
  })
})
