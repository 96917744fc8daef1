import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxContainsBox, boxFromCorners, enclosingBox, expandBox, iou } from '#shared/geometry/box.ts'
import { type ScoredBox } from '#shared/geometry/scored-box.ts'
import { createSizedGrid } from '#shared/geometry/sized-grid.ts'
import { weightedBoxFusion } from '#shared/geometry/weighted-box-fusion.ts'
import golden from '../../golden/weighted-box-fusion.json' with { type: 'json' }
import { box, scoredBox } from './arbitraries.ts'

const fromRow = (row: readonly number[]): ScoredBox => {
  const [x1, y1, x2, y2, classId, score] = row as [number, number, number, number, number, number]
  return { box: boxFromCorners(x1, y1, x2, y2), classId, score }
}

describe('weightedBoxFusion', () => {
  it.each(golden.cases.map((golden, index) => ({ index, golden })))("equals its authors' package, case $index", ({ golden }) => {
    const expected = golden.fused.map(fromRow)
    const fused = weightedBoxFusion(
      golden.passes.map((rows) => rows.map(fromRow)),
      { iouThreshold: golden.iouThreshold },
    )
    expect(fused.length).toBe(expected.length)
    for (const [i, { box, classId, score }] of expected.entries()) {
      expect(fused[i]!.classId).toBe(classId)
      expect(fused[i]!.score).toBeCloseTo(score, 5)
      for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(fused[i]!.box[side] - box[side])).toBeLessThan(0.01)
    }
  })

  it('leaves one clean pass as it is, and identical passes too', () => {
    fc.assert(
      fc.property(fc.array(scoredBox, { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (items, passes) => {
        const apart = items.filter((item, i) => !items.slice(0, i).some((other) => iou(other.box, item.box) > 0))
        const fused = weightedBoxFusion(Array.from({ length: passes }, () => apart))
        const best = [...apart].sort((a, b) => b.score - a.score)
        expect(fused.map(({ classId }) => classId)).toEqual(best.map(({ classId }) => classId))
        for (const [i, { box, score }] of best.entries()) {
          expect(fused[i]!.score).toBeCloseTo(score, 12)
          expect(iou(fused[i]!.box, box)).toBeGreaterThan(1 - 1e-9)
        }
      }),
    )
  })

  it('never invents: scores within bounds, boxes within the hull of their class', () => {
    fc.assert(
      fc.property(fc.array(fc.array(scoredBox, { maxLength: 15 }), { minLength: 1, maxLength: 4 }), (passes) => {
        for (const { classId, box, score } of weightedBoxFusion(passes)) {
          const ofClass = passes.flat().filter((item) => item.classId === classId)
          const hull = ofClass.map((item) => item.box).reduce(enclosingBox)
          expect(boxContainsBox(expandBox(hull, 1e-9), box)).toBe(true)
          expect(score).toBeGreaterThan(0)
          expect(score).toBeLessThanOrEqual(Math.max(...ofClass.map((item) => item.score)) + 1e-12)
        }
      }),
    )
  })

  it('gives what one pass of three saw a third of its score', () => {
    const seen = { box: { x: 3, y: 4, width: 10, height: 10 }, classId: 'RBC', score: 0.9 }
    const [fused] = weightedBoxFusion([[seen], [], []])
    expect(fused).toEqual({ ...seen, score: 0.9 / 3 })
    expect(() => weightedBoxFusion([[seen]], { iouThreshold: 0 })).toThrow(RangeError)
  })
})

describe('createSizedGrid', () => {
  it('finds everything above its IoU, whatever the sizes', () => {
    fc.assert(
      fc.property(
        fc.array(box(60, 1 / 64, 200), { maxLength: 60 }),
        box(60, 1 / 64, 200),
        fc.constantFrom(0.1, 0.3, 0.55),
        (boxes, probe, t) => {
          const grid = createSizedGrid(t)
          for (const [i, item] of boxes.entries()) grid.add(i, item)
          const found = new Set<number>()
          grid.visit(probe, (item) => found.add(item))
          for (const [i, item] of boxes.entries()) if (iou(item, probe) > t) expect(found.has(i)).toBe(true)
        },
      ),
    )
  })
})
