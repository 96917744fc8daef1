import { describe, expect, it } from 'vitest'
import { frameRing } from '#shared/geometry/frame.ts'
import { combineAreas, splitArea } from '#shared/masks/area-algebra.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { type AreaShape, bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'

const image = { width: 400, height: 300 }
const ellipse = { type: 'ellipse', cx: 150, cy: 150, width: 120, height: 80, angle: 20 } as const
const turned = { type: 'rotated-box', cx: 190, cy: 150, width: 100, height: 60, angle: 30 } as const
const pixels = (shape: AreaShape | null): number => (shape === null ? 0 : maskArea(bitMaskOfShape(shape)))

describe('ellipses and rotated boxes as areas', () => {
  it('are joined, cut out of each other and kept where they meet; the pixels add up', () => {
    const [both, rest, shared] = (['union', 'subtract', 'intersect'] as const).map((operation) =>
      combineAreas(operation, [ellipse, turned], image),
    )
    expect([both, rest, shared].map((shape) => shape?.type)).toEqual(['polygon', 'polygon', 'polygon'])
    // A centre right on a line may fall to either side.
    expect(Math.abs(pixels(ellipse) - pixels(rest!) - pixels(shared!))).toBeLessThanOrEqual(2)
    expect(Math.abs(pixels(both!) - pixels(rest!) - pixels(turned))).toBeLessThanOrEqual(2)
    expect(pixels(shared!)).toBeGreaterThan(1000)
  })

  it('give a mask with a mask', () => {
    const mask = maskOf(bitMaskOfShape({ type: 'polygon', rings: [frameRing(turned)] }))!
    const shared = combineAreas('intersect', [mask, turned], image)
    expect(shared).toEqual(mask)
  })

  it('are split along a line in two halves', () => {
    const cut = splitArea(ellipse, [{ x: 150, y: 0 }, { x: 150, y: 300 }]) // prettier-ignore
    expect(cut?.pieces).toHaveLength(1)
    expect(pixels(cut!.kept) / pixels(cut!.pieces[0]!)).toBeCloseTo(1, 1)
  })
})
