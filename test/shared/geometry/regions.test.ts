import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centreOf, regionPixels, regionTest } from '#shared/geometry/regions.ts'
import { drawShape } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'
import type { RegionShape } from '#shared/records/region.ts'

const image = { width: 60, height: 40 }
const frame = { x: 0, y: 0, ...image }
const place = fc.double({ min: -10, max: 70, noNaN: true })
const length = fc.double({ min: 0.5, max: 50, noNaN: true })
const shape: fc.Arbitrary<RegionShape> = fc.oneof(
  fc.record({ type: fc.constant('box' as const), x: place, y: place, width: length, height: length }),
  fc.array(place, { minLength: 6, maxLength: 12 }).map((ring) => ({ type: 'polygon' as const, rings: [ring.slice(0, ring.length & ~1)] })),
  fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 39 }), fc.integer({ min: 1, max: 15 })).map(([x, y, radius]) => maskOf(maskOfSpans(discSpans({ x, y }, radius)))!), // prettier-ignore
)
const regions = fc.array(shape, { maxLength: 4 })

/** 1 for every pixel that one of the regions covers. */
function drawn(shapes: readonly RegionShape[]): Uint8Array {
  const map = new Uint8Array(image.width * image.height)
  for (const one of shapes) drawShape(one, map, frame, 1)
  return map
}

describe('regions', () => {
  it('have the points, the boxes and the area that their pixels have', () => {
    fc.assert(
      fc.property(
        regions,
        fc.nat(59),
        fc.nat(39),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (shapes, x, y, w, h) => {
          const [map, test] = [drawn(shapes), regionTest(shapes)]
          expect(test.has({ x: x + 0.3, y: y + 0.9 })).toBe(map[y * image.width + x] === 1)
          const box = { x, y, width: Math.min(w, image.width - x), height: Math.min(h, image.height - y) }
          const within = Array.from({ length: box.height }, (_, row) =>
            map.slice((y + row) * image.width + x, (y + row) * image.width + x + box.width),
          )
          expect(test.touches(box)).toBe(within.some((row) => row.includes(1)))
          expect(regionPixels(shapes, image)).toBe(map.reduce((sum, value) => sum + value, 0))
        },
      ),
    )
  })

  it('hold an object by the middle of its bounds', () => {
    const { holds } = regionTest([{ type: 'box', x: 0, y: 0, width: 100, height: 100 }])
    expect(centreOf({ type: 'polygon', rings: [[0, 0, 10, 0, 0, 40]] })).toEqual({ x: 5, y: 20 })
    expect(holds({ type: 'box', x: 85, y: 10, width: 20, height: 20 })).toBe(true)
    expect(holds({ type: 'box', x: 95, y: 10, width: 20, height: 20 })).toBe(false)
    expect(holds({ type: 'point', x: 99.9, y: 0 })).toBe(true)
    expect(regionTest([]).holds({ type: 'point', x: 1, y: 1 })).toBe(false)
  })

  it('share with an area the pixels that both have', () => {
    // Regions are not cut at the image's edge, so all lie within.
    const inside = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 15 }))
    const ellipse = inside.map(([x, y, radius]) => maskOf(maskOfSpans(discSpans({ x: x + 5, y: y + 5 }, Math.min(radius, 5))))!)
    const boxes = inside.map(([x, y, side]) => ({ type: 'box' as const, x: x + 0.4, y, width: side, height: Math.min(9, side) }))
    const some = fc.oneof<fc.Arbitrary<RegionShape>[]>(ellipse, boxes)
    fc.assert(
      fc.property(fc.array(some, { maxLength: 4 }), some, (shapes, area) => {
        const [map, own] = [drawn(shapes), drawn([area])]
        expect(regionTest(shapes).pixelsOf(area)).toBe(own.reduce((sum, value, at) => sum + (value & map[at]!), 0))
      }),
    )
    // Shapes of imports may reach over the image's left edge.
    const [left, right] = [-20, -5].map((x) => ({ type: 'box' as const, x, y: 0, width: 15, height: 10 }))
    expect(regionTest([left!, right!]).pixelsOf({ type: 'box', x: -10, y: 0, width: 12, height: 10 })).toBe(120)
  })
})
