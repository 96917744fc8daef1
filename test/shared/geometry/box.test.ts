import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as boxes from '#shared/geometry/box.ts'
import { box } from './arbitraries.ts'

const { iou, giou, intersectBoxes, boxArea, unionArea, intersectionOverSmaller } = boxes

describe('box', () => {
  it('measures overlap as worked by hand', () => {
    const a = { x: 0, y: 0, width: 10, height: 10 }
    const b = { x: 5, y: 5, width: 10, height: 10 }
    expect(intersectBoxes(a, b)).toEqual({ x: 5, y: 5, width: 5, height: 5 })
    expect(unionArea(a, b)).toBe(175)
    expect(iou(a, b)).toBeCloseTo(25 / 175, 15)
    expect(giou(a, b)).toBeCloseTo(25 / 175 - 50 / 225, 15)
    expect(intersectionOverSmaller(a, { x: 2, y: 2, width: 2, height: 2 })).toBe(1)
    const apart = { x: 20, y: 0, width: 10, height: 10 }
    expect([iou(a, apart), giou(a, apart), intersectBoxes(a, apart)]).toEqual([0, -1 / 3, null])
  })

  it('has IoU symmetric, within 0..1, 1 for itself alone, unmoved by shift, scale and flip', () => {
    fc.assert(
      fc.property(box(), box(), fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.5, 2, 4), (a, b, shift, scale) => {
        const value = iou(a, b)
        expect(value).toBe(iou(b, a))
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(iou(a, a)).toBe(1)
        expect(value === 1).toBe(boxes.boxesEqual(a, b))
        expect(iou(boxes.translateBox(a, shift, -shift), boxes.translateBox(b, shift, -shift))).toBe(value)
        expect(iou(boxes.scaleBox(a, scale), boxes.scaleBox(b, scale))).toBe(value)
        expect(iou(boxes.flipBoxHorizontally(a, 640), boxes.flipBoxHorizontally(b, 640))).toBe(value)
        expect(iou(boxes.flipBoxVertically(a, 480), boxes.flipBoxVertically(b, 480))).toBe(value)
      }),
    )
  })

  it('has GIoU symmetric, within -1..IoU, IoU itself where the hull holds nothing else', () => {
    fc.assert(
      fc.property(box(), box(), (a, b) => {
        expect(giou(a, b)).toBe(giou(b, a))
        expect(giou(a, b)).toBeGreaterThanOrEqual(-1)
        expect(giou(a, b)).toBeLessThanOrEqual(iou(a, b))
        const inner = intersectBoxes(a, b)
        if (inner) expect(giou(a, inner)).toBeCloseTo(iou(a, inner), 12)
      }),
    )
  })

  it('has an intersection inside both and areas that add up', () => {
    fc.assert(
      fc.property(box(), box(), (a, b) => {
        const inner = intersectBoxes(a, b)
        expect(inner === null ? 0 : boxArea(inner)).toBe(boxes.intersectionArea(a, b))
        expect(boxes.intersectionArea(a, b) + unionArea(a, b)).toBeCloseTo(boxArea(a) + boxArea(b), 6)
        const hull = boxes.enclosingBox(a, b)
        for (const part of [a, b]) {
          expect(boxes.boxContainsBox(hull, part)).toBe(true)
          if (inner) expect(boxes.boxContainsBox(part, inner)).toBe(true)
        }
        expect(intersectionOverSmaller(a, b)).toBeGreaterThanOrEqual(iou(a, b))
      }),
    )
  })

  it('puts drags in any direction right and goes through corners and back', () => {
    fc.assert(
      fc.property(box(), fc.boolean(), fc.boolean(), (a, left, up) => {
        const dragged = {
          x: left ? a.x + a.width : a.x,
          y: up ? a.y + a.height : a.y,
          width: left ? -a.width : a.width,
          height: up ? -a.height : a.height,
        }
        expect(boxes.normaliseBox(dragged)).toEqual(a)
        const [{ x, y }, , corner] = boxes.boxCorners(a)
        expect(boxes.boxFromCorners(corner.x, y, x, corner.y)).toEqual(a)
        expect(boxes.boundsOfPoints(boxes.boxCorners(a))).toEqual(a)
        expect(boxes.boxAround(boxes.boxCentre(a), a)).toEqual(a)
      }),
    )
  })

  it('clips to a frame and drops what lies outside', () => {
    expect(boxes.clipBox({ x: -5, y: 90, width: 10, height: 20 }, { width: 100, height: 100 })).toEqual({
      x: 0,
      y: 90,
      width: 5,
      height: 10,
    })
    expect(boxes.clipBox({ x: 100, y: 0, width: 10, height: 10 }, { width: 100, height: 100 })).toBeNull()
    expect(boxes.clipBox({ x: 3, y: 3, width: 0, height: 5 }, { width: 100, height: 100 })).toBeNull()
  })

  it('owns its left and top edge, not its right and bottom: tiles share no point', () => {
    const a = { x: 1, y: 1, width: 2, height: 2 }
    const inside = (x: number, y: number): boolean => boxes.boxContainsPoint(a, { x, y })
    expect([inside(1, 1), inside(2.999, 1), inside(3, 1), inside(1, 3), inside(0.999, 1)]).toEqual([true, true, false, false, false])
  })

  it('treats empty and broken boxes as nothing', () => {
    const empty = { x: 1, y: 1, width: 0, height: 5 }
    expect([boxArea(empty), iou(empty, empty), giou(empty, empty), boxes.isEmptyBox(empty)]).toEqual([0, 0, 0, true])
    expect(boxes.isEmptyBox({ ...empty, width: Number.NaN })).toBe(true)
    expect(boxes.isFiniteBox({ ...empty, width: Number.NaN })).toBe(false)
    expect(boxes.boundsOfPoints([])).toBeNull()
    expect(boxes.expandBox({ x: 0, y: 0, width: 4, height: 10 }, -3)).toEqual({ x: 2, y: 3, width: 0, height: 4 })
  })
})
