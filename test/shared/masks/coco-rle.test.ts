import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskArea, maskBounds, masksEqual } from '#shared/masks/bit-mask.ts'
import { bitMaskOfCocoRle, cocoRleOf, cocoRleOfMap, type CocoRle, mapOfCocoRle } from '#shared/masks/coco-rle.ts'
import { clipMask, maskOfSpans } from '#shared/masks/paint.ts'
import { boxSpans } from '#shared/masks/spans.ts'
import { transposeMask } from '#shared/masks/transpose.ts'
import { dense, maskFrom, pixelsFor, pixelsOfMask } from './dense.ts'
import { golden, numbersOf } from './golden.ts'

describe('COCO run lengths', () => {
  it('are those of pycocotools', () => {
    for (const { mask, size, counts, area, box } of golden.runLengths) {
      const [height, width] = size
      const read = bitMaskOfCocoRle({ size, counts })
      expect(cocoRleOf(read, { width, height })).toEqual({ size, counts })
      expect(maskArea(read)).toBe(area)
      const bounds = maskBounds(read)
      expect(bounds === null ? [0, 0, 0, 0] : [bounds.x, bounds.y, bounds.width, bounds.height]).toEqual(box)
      if (mask.pixels === '') continue
      expect(mapOfCocoRle({ size, counts })).toEqual(numbersOf(mask.pixels))
      expect(cocoRleOfMap(numbersOf(mask.pixels), { width, height })).toEqual({ size, counts })
    }
  })

  it('bring every mask back, compressed or not', () => {
    const image = fc
      .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
      .chain((size) => pixelsFor(size).map((pixels) => ({ ...size, pixels })))
    fc.assert(
      fc.property(image, ({ width, height, pixels }) => {
        const rle = cocoRleOfMap(pixels, { width, height })
        expect(mapOfCocoRle(rle)).toEqual(pixels)
        const counts: number[] = []
        for (let i = 0, value = 0, run = 0; i <= pixels.length; i++) {
          const next = i < pixels.length ? pixels[(i % height) * width + Math.floor(i / height)]! : 1 - value
          if (next !== value) counts.push(run)
          run = next === value ? run + 1 : 1
          value = next
        }
        expect(mapOfCocoRle({ size: [height, width], counts })).toEqual(pixels)
      }),
    )
  })

  it('hold a large image, and only what lies in it', () => {
    const size = { width: 20_000, height: 15_000 }
    const mask = maskOfSpans(boxSpans({ x: 19_000, y: -50, width: 5000, height: 9000 }))
    const back = bitMaskOfCocoRle(cocoRleOf(mask, size))
    expect(maskArea(back)).toBe(1000 * 8950)
    expect(masksEqual(back, clipMask(mask, size))).toBe(true)
  })

  const bad: [string, CocoRle, RegExp][] = [
    ['a size that is none', { size: [0, 4], counts: [] }, /size is 0 x 4/],
    ['a size too large', { size: [100_000, 100_000], counts: '0' }, /size is 100000/],
    ['other characters', { size: [2, 2], counts: '1 3' }, /characters of no number/],
    ['characters past the end', { size: [2, 2], counts: '1~' }, /characters of no number/],
    ['a number cut short', { size: [2, 2], counts: 'o' }, /middle of a number/],
    ['a number too long', { size: [2, 2], counts: 'oooooooo0' }, /too long/],
    ['runs below 0', { size: [2, 2], counts: [3, -1, 2] }, /not a whole number from 0/],
    ['too few pixels', { size: [2, 2], counts: [1, 2] }, /fill 3 of 4/],
    ['too many pixels', { size: [2, 2], counts: [1, 9] }, /fill 10 of 4/],
  ]
  it.each(bad)('refuse %s', (_, rle, message) => {
    expect(() => bitMaskOfCocoRle(rle)).toThrow(message)
    expect(() => mapOfCocoRle(rle)).toThrow(expect.objectContaining({ code: 'rle-damaged' }))
  })

  it('read any text to a mask or an error of their own', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 46, max: 113 }).map((code) => String.fromCharCode(code)), maxLength: 9 }),
        (counts) => {
          try {
            bitMaskOfCocoRle({ size: [4, 4], counts })
          } catch (error) {
            expect(error).toMatchObject({ code: 'rle-damaged' })
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('transposeMask', () => {
  it('exchanges x and y', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const turned = transposeMask(maskFrom(pixels, frame))
        const found = pixelsOfMask(turned, { x: frame.y, y: frame.x, width: frame.height, height: frame.width })
        const expected = pixels.map((_, i) => pixels[(i % frame.height) * frame.width + Math.floor(i / frame.height)]!)
        expect(found).toEqual(expected)
        expect(masksEqual(transposeMask(turned), maskFrom(pixels, frame))).toBe(true)
      }),
    )
  })
})
