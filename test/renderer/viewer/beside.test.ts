import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverse, placeInStep, relationOf, viewInStep } from '../../../src/renderer/viewer/beside-geometry.ts'
import { toImage, toScreen, transformOf, type Frame, type View } from '../../../src/renderer/viewer/view-geometry.ts'

const coordinate = fc.double({ min: -5_000, max: 5_000, noNaN: true })
const views: fc.Arbitrary<View> = fc.record({
  zoom: fc.double({ min: 0.05, max: 16, noNaN: true }),
  centre: fc.record({ x: coordinate, y: coordinate }),
  angle: fc.constantFrom(0, 90, 30, -137.5),
})
const relations = fc.record({ from: views, to: views })
const frame: Frame = { image: { width: 100, height: 100 }, viewport: { width: 640, height: 700 }, pixelRatio: 1 }

describe('two images in step', () => {
  it('show what belongs together at the same place of their viewports', () => {
    const places = fc.record({ x: fc.integer({ min: 0, max: 640 }), y: fc.integer({ min: 0, max: 700 }) })
    fc.assert(
      fc.property(relations, views, places, (relation, view, place) => {
        const onFirst = toImage(transformOf(view, frame), place)
        const other = viewInStep(relation, view)
        const seen = toScreen(transformOf(other, frame), placeInStep(relation, onFirst))
        // Both transforms stand on whole pixels.
        expect(Math.abs(seen.x - place.x)).toBeLessThanOrEqual(2)
        expect(Math.abs(seen.y - place.y)).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('come back to the same view the other way round', () => {
    fc.assert(
      fc.property(relations, views, (relation, view) => {
        const back = viewInStep(inverse(relation), viewInStep(relation, view))
        expect(back.zoom / view.zoom).toBeCloseTo(1, 9)
        expect(Math.hypot(back.centre.x - view.centre.x, back.centre.y - view.centre.y)).toBeLessThan(1e-4)
        expect(Math.cos(((back.angle - view.angle) * Math.PI) / 180)).toBeCloseTo(1, 9)
      }),
    )
  })

  it('begin middle on middle, at the same scale where both files state theirs', () => {
    const first = { width: 1000, height: 800, micronsPerPixel: 0.25 }
    const view: View = { zoom: 2, centre: { x: 520, y: 400 }, angle: 0 }
    // 20 px of 0.25 µm are 10 px of 0.5 µm, which are shown twice as large.
    expect(viewInStep(relationOf(first, { width: 600, height: 400, micronsPerPixel: 0.5 }), view)).toEqual({
      zoom: 4,
      centre: { x: 310, y: 200 },
      angle: 0,
    })
    expect(viewInStep(relationOf(first, { width: 600, height: 400, micronsPerPixel: null }), view)).toMatchObject({
      zoom: 2,
      centre: { x: 320, y: 200 },
    })
  })
})
