import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Box } from '#shared/geometry/box.ts'
import { masksEqual, maskSpans } from '#shared/masks/bit-mask.ts'
import { bitMaskOfMap, mapOfMask, mapSpans, spansByLabel } from '#shared/masks/dense.ts'
import { type AreaShape, bitMaskOfShape, drawShape, isAreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { dense, type Dense, frames, maskFrom, pixelsOf, pixelsOfMask } from './dense.ts'

const coordinate = fc.double({ min: -40, max: 40, noNaN: true })
const side = fc.double({ min: 0.1, max: 60, noNaN: true })
const box: fc.Arbitrary<AreaShape> = fc.record({
  type: fc.constant('box' as const),
  x: coordinate,
  y: coordinate,
  width: side,
  height: side,
})
const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 }).map((points) => points.flat())
const polygon: fc.Arbitrary<AreaShape> = fc.record({
  type: fc.constant('polygon' as const),
  rings: fc.array(ring, { minLength: 1, maxLength: 3 }),
})
const stored = ({ frame, pixels }: Dense): AreaShape[] => {
  const shape = maskOf(maskFrom(pixels, frame))
  return shape === null ? [] : [shape]
}
const mask = dense.map(stored).filter((shapes) => shapes.length > 0)
const shape: fc.Arbitrary<AreaShape> = fc.oneof(
  box,
  polygon,
  mask.map(([first]) => first!),
)

/** A region with a part of the shape most of the time. */
const around = (region: Box, area: AreaShape): Box => (area.type === 'mask' ? { ...region, x: area.x - 3, y: area.y - 2 } : region)

describe('drawShape', () => {
  it('writes its value where the shape’s mask is, and nowhere else', () => {
    fc.assert(
      fc.property(shape, frames, fc.constantFrom('u8', 'u16', 'i32'), (area, given, kind) => {
        const region = around(given, area)
        const length = region.width * region.height
        const out = kind === 'u8' ? new Uint8Array(length) : kind === 'u16' ? new Uint16Array(length) : new Int32Array(length)
        drawShape(area, out.fill(7), region, 200)
        const expected = pixelsOfMask(bitMaskOfShape(area), region)
        expect([...out]).toEqual([...expected].map((value) => (value === 1 ? 200 : 7)))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a map of another size', () => {
    const unit = { type: 'box', x: 0, y: 0, width: 1, height: 1 } as const
    expect(() => {
      drawShape(unit, new Uint8Array(3), { x: 0, y: 0, width: 2, height: 2 }, 1)
    }).toThrow(/2 x 2 px does not have 3/)
  })

  it('tells shapes with an area from the others', () => {
    expect([isAreaShape({ type: 'point', x: 1, y: 1 }), isAreaShape({ type: 'box', x: 0, y: 0, width: 1, height: 1 })]).toEqual([
      false,
      true,
    ])
  })
})

describe('shapesToLabelMap', () => {
  it('has the last shape on top', () => {
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 4 }), frames, (shapes, region) => {
        const covers = shapes.map((area) => pixelsOfMask(bitMaskOfShape(area), region))
        const expected = Array.from({ length: region.width * region.height }, (_, i) => covers.findLastIndex((cover) => cover[i] === 1) + 1)
        expect([...shapesToLabelMap(shapes, region)]).toEqual(expected)
        const values = shapes.map((_, index) => (index + 1) * 11)
        expect([...shapesToLabelMap(shapes, region, values)]).toEqual(expected.map((index) => index * 11))
      }),
    )
  })
})

describe('maps of pixels', () => {
  it('become masks and come back', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const made = bitMaskOfMap(pixels, frame)
        expect(masksEqual(made, maskFrom(pixels, frame))).toBe(true)
        expect(mapOfMask(made, frame)).toEqual(pixels)
      }),
    )
  })

  it('give each label’s pixels in one pass', () => {
    const labels = frames.chain((frame) =>
      fc.record({
        frame: fc.constant(frame),
        map: fc.array(fc.constantFrom(0, 0, 1, 2, 70_000), {
          minLength: frame.width * frame.height,
          maxLength: frame.width * frame.height,
        }),
      }),
    )
    fc.assert(
      fc.property(labels, ({ frame, map }) => {
        const found = spansByLabel(Int32Array.from(map), frame)
        expect([...found.keys()]).toEqual([...new Set(map)].filter((value) => value !== 0).sort((a, b) => a - b))
        for (const [value, spans] of found) {
          expect(pixelsOf(spans, frame)).toEqual(Uint8Array.from(map, (v) => (v === value ? 1 : 0)))
          expect(masksEqual(maskOfSpans(spans), maskOfSpans(mapSpans(map, frame, value)))).toBe(true)
        }
      }),
    )
  })

  it('are read from a mask within a region alone', () => {
    fc.assert(
      fc.property(dense, frames, ({ frame, pixels }, { width, height }) => {
        const region = { x: frame.x - 2, y: frame.y + 3, width, height }
        const made = maskFrom(pixels, frame)
        expect(mapOfMask(made, region)).toEqual(pixelsOf(maskSpans(made), region))
      }),
    )
  })
})
