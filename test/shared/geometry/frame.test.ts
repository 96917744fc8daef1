import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Frame, framedBounds, framedRing, frameOfRing, frameRing, normalAngle } from '#shared/geometry/frame.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'

const place = fc.double({ min: -500, max: 500, noNaN: true })
const side = fc.double({ min: 1, max: 300, noNaN: true })
const frame: fc.Arbitrary<Frame> = fc.record({
  cx: place,
  cy: place,
  width: side,
  height: side,
  angle: fc.double({ min: 0, max: 359, noNaN: true }),
})

describe('frames', () => {
  it('have the bounds of their outlines', () => {
    fc.assert(
      fc.property(frame, fc.constantFrom('ellipse' as const, 'rotated-box' as const), (one, type) => {
        const shape = { type, ...one }
        const [bounds, outline] = [framedBounds(shape), shapeBounds({ type: 'polygon', rings: [framedRing(shape)] })]
        // The ring of an ellipse has its corners on the line: a little within the bounds.
        const slack = type === 'ellipse' ? 0.021 : 1e-9
        for (const [a, b] of [
          [bounds.x, outline.x],
          [bounds.y, outline.y],
        ] as const)
          expect(b - a).toBeGreaterThanOrEqual(-1e-9)
        for (const [a, b] of [
          [bounds.x, outline.x],
          [bounds.y, outline.y],
          [outline.x + outline.width, bounds.x + bounds.width],
        ] as const)
          expect(b - a).toBeLessThan(slack)
      }),
    )
  })

  it('are found again from their corners, in either direction', () => {
    fc.assert(
      fc.property(frame, fc.boolean(), (one, back) => {
        const corners = frameRing(one)
        const [a, b, c, d] = [0, 2, 4, 6].map((at) => corners.slice(at, at + 2)) as [number[], number[], number[], number[]]
        const given = back ? [...d, ...c, ...b, ...a] : corners
        const found = frameOfRing(given, 0.01)
        expect(found).not.toBeNull()
        expect(found!.width).toBeCloseTo(one.width, 6)
        expect(found!.height).toBeCloseTo(one.height, 6)
        expect(found!.cx).toBeCloseTo(one.cx, 6)
        const own = [a, b, c, d]
        for (let i = 0; i < 8; i += 2) {
          const [x, y] = frameRing(found!).slice(i, i + 2) as [number, number]
          expect(Math.min(...own.map(([p, q]) => Math.hypot(p! - x, q! - y)))).toBeLessThan(1e-3)
        }
      }),
    )
    expect(frameOfRing([0, 0, 10, 0, 10, 5, 1, 6], 0.01)).toBeNull()
  })

  it('turned by right angles are exact', () => {
    const ring = frameRing({ cx: 15, cy: 12, width: 10, height: 4, angle: 90 })
    expect(ring).toEqual([17, 7, 17, 17, 13, 17, 13, 7])
    expect(framedBounds({ type: 'ellipse', cx: 15, cy: 12, width: 10, height: 4, angle: 270 })).toEqual({
      x: 13,
      y: 7,
      width: 4,
      height: 10,
    })
  })

  it('cover as many pixels as they have square pixels', () => {
    const sides = { cx: 200.3, cy: 200.7, width: 160, height: 90, angle: 33 }
    expect(maskArea(bitMaskOfShape({ type: 'ellipse', ...sides })) / (Math.PI * 80 * 45)).toBeCloseTo(1, 2)
    expect(maskArea(bitMaskOfShape({ type: 'rotated-box', ...sides })) / (160 * 90)).toBeCloseTo(1, 2)
  })

  it('keep angles from 0 to below 360', () => {
    expect([-90, 360, 725.5, 359.99999, 0].map(normalAngle)).toEqual([270, 0, 5.5, 0, 0])
  })
})
