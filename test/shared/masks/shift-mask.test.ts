import fc from 'fast-check'
import { expect, it } from 'vitest'
import { masksEqual, maskArea, maskBounds } from '#shared/masks/bit-mask.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { shiftMask, shiftMaskShape } from '#shared/masks/shift-mask.ts'
import { boxSpans } from '#shared/masks/spans.ts'
import { dense, maskFrom } from './dense.ts'

const distance = fc.oneof(fc.integer({ min: -700, max: 700 }), fc.constantFrom(-512, -256, 0, 256, 512))

it('moves every pixel by the same distance', () => {
  fc.assert(
    fc.property(dense, distance, distance, ({ frame, pixels }, dx, dy) => {
      const mask = maskFrom(pixels, frame)
      const expected = maskFrom(pixels, { ...frame, x: frame.x + dx, y: frame.y + dy })
      expect(masksEqual(shiftMask(mask, dx, dy), expected)).toBe(true)
      expect(masksEqual(shiftMask(shiftMask(mask, dx, dy), -dx, -dy), mask)).toBe(true)
    }),
  )
})

it('shares the tiles where it moves by whole ones', () => {
  const mask = maskOfSpans(boxSpans({ x: 250, y: 10, width: 20, height: 5 }))
  expect([...shiftMask(mask, 256, -512).tiles.values()].every((tile) => [...mask.tiles.values()].includes(tile))).toBe(true)
  expect(shiftMask(mask, 0, 0)).toBe(mask)
})

it('moves stored masks with their bounds, by whole pixels only', () => {
  const shape = maskOf(maskOfSpans(boxSpans({ x: 250, y: 10, width: 20, height: 5 })))!
  const moved = shiftMaskShape(shape, -251, 7)
  expect(maskBounds(bitMaskOf(moved))).toEqual({ x: -1, y: 17, width: 20, height: 5 })
  expect(maskArea(bitMaskOf(moved))).toBe(100)
  expect(shiftMaskShape(shape, 0, 0)).toBe(shape)
  expect(() => shiftMaskShape(shape, 0.5, 0)).toThrow(RangeError)
})
