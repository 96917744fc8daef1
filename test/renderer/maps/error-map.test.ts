import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { errorMap, type JudgedArea, paintErrors, stripePeriod } from '../../../src/renderer/maps/error-map.ts'

const boxOf = (x: number, y: number, width: number, height: number, value = 1, ignore = false): JudgedArea => ({
  shape: { type: 'box', x, y, width, height },
  value,
  ignore,
})
const discOf = (x: number, y: number, radius: number, value = 1): JudgedArea => ({
  shape: maskOf(maskOfSpans(discSpans({ x, y }, radius)))!,
  value,
  ignore: false,
})
const rows = ({ width, height, cells }: ReturnType<typeof errorMap>): string[] =>
  Array.from({ length: height }, (_, y) => [...cells.subarray(y * width, (y + 1) * width)].map((cell) => '.RMEC'[cell]!).join(''))

describe('error map', () => {
  it('tells right, missed, extra and confused apart', () => {
    const map = errorMap({ width: 6, height: 3 }, [boxOf(0, 0, 3, 2)], [boxOf(1, 0, 3, 1), boxOf(2, 1, 2, 2, 2)])
    expect(rows(map)).toEqual(['MRRE..', 'MMCE..', '..EE..'])
    expect(map.tally).toEqual({ right: 2, missed: 3, extra: 4, confused: 1 })
  })

  it('does not judge what is crowded or difficult, whatever lies there', () => {
    const map = errorMap({ width: 4, height: 1 }, [boxOf(1, 0, 2, 1, 1, true), boxOf(0, 0, 2, 1)], [boxOf(1, 0, 3, 1)])
    expect(rows(map)).toEqual(['M..E'])
  })

  it('is empty without areas, and all extra without labels', () => {
    expect(errorMap({ width: 3, height: 2 }, [], []).tally).toEqual({ right: 0, missed: 0, extra: 0, confused: 0 })
    expect(errorMap({ width: 3, height: 2 }, [], [boxOf(-5, -5, 50, 50)]).tally.extra).toBe(6)
  })

  it('looks at the middle pixel of each block of a large image', () => {
    const areaOf = fc
      .tuple(
        fc.integer({ min: -5, max: 45 }),
        fc.integer({ min: -5, max: 35 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 3 }),
      )
      .chain(([x, y, size, value]) => fc.constantFrom(boxOf(x, y, size, size / 2 + 1, value), discOf(x + 0.5, y + 0.5, size / 2, value)))
    const areas = fc.array(areaOf, { maxLength: 5 })
    fc.assert(
      fc.property(
        areas,
        areas,
        fc.integer({ min: 1, max: 47 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 4, max: 50 }),
        (truth, found, width, height, side) => {
          const map = errorMap({ width, height }, truth, found, side)
          const block = Math.max(1, Math.ceil(Math.max(width, height) / side))
          expect(Math.max(map.width, map.height)).toBeLessThanOrEqual(side)
          const region = { x: 0, y: 0, width, height }
          const full = [truth, found].map((list) =>
            shapesToLabelMap(
              list.map(({ shape }) => shape),
              region,
              list.map(({ value }) => value),
            ),
          )
          for (let y = 0; y < map.height; y++)
            for (let x = 0; x < map.width; x++) {
              const at = Math.min(height - 1, y * block + (block >> 1)) * width + Math.min(width - 1, x * block + (block >> 1))
              const [a, b] = [full[0]![at]!, full[1]![at]!]
              const wanted = a === b ? (a === 0 ? 0 : 1) : b === 0 ? 2 : a === 0 ? 3 : 4
              expect(map.cells[y * map.width + x]).toBe(wanted)
            }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('paints each kind in its own pattern', () => {
    const side = 32
    const kinds = { right: [boxOf(0, 0, side, side)], none: [] as JudgedArea[] }
    const paint = (truth: readonly JudgedArea[], found: readonly JudgedArea[]): Uint32Array => {
      const pixels = new Uint32Array(side * side).fill(7)
      paintErrors(errorMap({ width: side, height: side }, truth, found), pixels)
      return pixels
    }
    const opaque = (pixels: Uint32Array): number => pixels.find((pixel) => new Uint8Array(Uint32Array.of(pixel).buffer)[3] === 255)!
    const distinct = (pixels: Uint32Array): number => new Set(pixels).size
    const [right, missed, extra] = [paint(kinds.right, kinds.right), paint(kinds.right, []), paint([], kinds.right)]
    expect([right, missed, extra, paint([], [])].map(distinct)).toEqual([1, 2, 2, 1])
    expect(paint([], [])[0]).toBe(0)
    const period = stripePeriod({ width: side, height: side })
    // Rising stripes go on one up and one to the right, falling ones one down and one to the right.
    for (const at of [5 * side + 5, 9 * side + 7]) {
      expect(missed[at - side + 1]).toBe(missed[at])
      expect(extra[at + side + 1]).toBe(extra[at])
      expect(missed[at + period]).toBe(missed[at])
      expect(missed[at + period / 2]).not.toBe(missed[at])
    }
    const confused = paint(kinds.right, [boxOf(0, 0, side, side, 2)])
    expect(new Set(confused)).toEqual(new Set([opaque(missed), opaque(extra)]))
  })
})
