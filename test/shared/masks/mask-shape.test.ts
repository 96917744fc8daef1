import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '#shared/masks/base64.ts'
import { emptyMask, maskArea, masksEqual } from '#shared/masks/bit-mask.ts'
import { FULL_TILE } from '#shared/masks/bit-tile.ts'
import { bitMaskOf, maskOf, maskShapeSpans } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { boxSpans, discSpans } from '#shared/masks/spans.ts'
import { maskShape, type MaskShape } from '#shared/records/shape.ts'
import { must } from '#shared/assert.ts'
import { dense, maskFrom } from './dense.ts'

describe('base64', () => {
  it('is what Node writes and reads, and refuses everything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = encodeBase64(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64'))
        expect(decodeBase64(text)).toEqual(bytes)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 12 }), fc.base64String({ maxLength: 12 })), (text) => {
        const bytes = decodeBase64(text)
        if (bytes !== null) expect(encodeBase64(bytes)).toBe(text)
      }),
      { numRuns: 1000 },
    )
    for (const bad of ['A', 'AA', 'AAA', 'AB==', 'AAB=', '====', 'A===', 'AA==AAAA', 'AA A', 'AAAé', '\u{1F600}AA']) {
      expect(decodeBase64(bad), bad).toBeNull()
    }
  })
})

describe('maskOf and bitMaskOf', () => {
  it('bring a mask back from what is stored', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const mask = maskFrom(pixels, frame)
        const shape = maskOf(mask)
        if (shape === null) {
          expect(pixels.includes(1)).toBe(false)
          return
        }
        expect(maskShape.parse(JSON.parse(JSON.stringify(shape)))).toEqual(shape)
        expect(masksEqual(bitMaskOf(shape), mask)).toBe(true)
        expect(masksEqual(maskOfSpans(maskShapeSpans(shape)), mask)).toBe(true)
      }),
    )
    expect(maskOf(emptyMask())).toBeNull()
  })

  it('hold large areas in few bytes, with shared full tiles', () => {
    const mask = maskOfSpans(discSpans({ x: 5000, y: 5000 }, 1000))
    const shape = must(maskOf(mask), 'a disc has pixels')
    const back = bitMaskOf(shape)
    expect(maskArea(back)).toBe(maskArea(mask))
    expect([...back.tiles.values()].filter((tile) => tile === FULL_TILE).length).toBeGreaterThan(30)
    expect(JSON.stringify(shape).length).toBeLessThan(30_000)
  })

  it('stores the densest pattern within the record’s limit', () => {
    const mask = maskOfSpans((sink) => {
      for (let y = 0; y < 256; y++) for (let x = y % 2; x < 256; x += 2) sink(y, x, x + 1)
    })
    const shape = must(maskOf(mask), 'a chequerboard has pixels')
    expect(masksEqual(bitMaskOf(maskShape.parse(shape)), mask)).toBe(true)
  })

  it('writes the runs as documented', () => {
    const shape = must(maskOf(maskOfSpans(boxSpans({ x: 2, y: 0, width: 300, height: 1 }))), 'a box has pixels')
    expect([shape.x, shape.y, shape.width, shape.height]).toEqual([2, 0, 300, 1])
    // 2 off, 254 on, 65,280 off; then 46 on, 65,490 off.
    const bytes = (...values: number[]): string => Buffer.from(values).toString('base64')
    expect(shape.tiles).toEqual([
      { column: 0, row: 0, runs: bytes(2, 254, 1, 0x80, 0xfe, 3) },
      { column: 1, row: 0, runs: bytes(0, 46, 0xd2, 0xff, 3) },
    ])
  })
})

describe('bitMaskOf', () => {
  const good = must(maskOf(maskOfSpans(boxSpans({ x: 0, y: 0, width: 2, height: 1 }))), 'a box has pixels')
  const withRuns = (...values: number[]): MaskShape => ({
    ...good,
    tiles: [{ column: 0, row: 0, runs: Buffer.from(values).toString('base64') }],
  })
  const cases: [string, MaskShape, RegExp][] = [
    ['not base64', { ...good, tiles: [{ column: 0, row: 0, runs: '*' }] }, /not base64/],
    ['nothing at all', withRuns(), /fill 0 of its 65536/],
    ['too few pixels', withRuns(0, 2), /fill 2 of its 65536/],
    ['too many pixels', withRuns(0, 2, 0xff, 0xff, 3), /more than its 65536/],
    ['a number cut short', withRuns(0, 2, 0xfe, 0xff), /middle of a number/],
    ['an endless number', withRuns(0, 0x80, 0x80, 0x80, 0x80, 1), /longer than a tile/],
    ['an empty run inside', withRuns(0, 1, 0, 1, 0xfe, 0xff, 3), /run of a tile is empty/],
    ['a tile without pixels', withRuns(0x80, 0x80, 4), /has no pixels/],
    ['no tiles', { ...good, tiles: [] }, /has no pixels/],
    ['a tile twice', { ...good, tiles: [good.tiles[0]!, good.tiles[0]!] }, /comes twice/],
    ['bounds of another mask', { ...good, width: 3 }, /3 x 1 px at 0, 0, but its pixels cover 2 x 1/],
  ]
  it.each(cases)('refuses %s', (_, shape, message) => {
    expect(() => bitMaskOf(shape)).toThrow(message)
  })

  it('reads any text to a mask or an error of its own, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        try {
          bitMaskOf(withRuns(...bytes, 0xff, 0xff, 3))
        } catch (error) {
          expect(error).toMatchObject({ code: 'mask-damaged' })
        }
      }),
      { numRuns: 500 },
    )
  })
})
