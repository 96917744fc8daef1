import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  AS_IN_FILE,
  colorStages,
  STAIN_VECTORS,
  STAIN_VIEWS,
  stainMatrix,
  unmixing,
  type ColorStages,
  type ColorView,
  type StainView,
} from '#shared/color-view.ts'

interface Golden {
  readonly hed: readonly (readonly number[])[]
  readonly colors: readonly (readonly [number, number, number])[]
  readonly views: Readonly<Record<StainView, { readonly grey: readonly number[]; readonly own?: readonly (readonly number[])[] }>>
}

/** What tools/golden/stains.py found scikit-image to make of them. */
const golden = JSON.parse(readFileSync('test/golden/stains.json', 'utf8')) as Golden
const SEPARATED = STAIN_VIEWS.filter((view) => view !== 'none')

/** A value of a table between its entries, as an SVG filter looks it up. */
function looked(table: readonly number[], value: number): number {
  const at = Math.min(1, Math.max(0, value)) * (table.length - 1)
  const low = Math.min(table.length - 2, Math.floor(at))
  return table[low]! + (at - low) * (table[low + 1]! - table[low]!)
}

/** A colour (0 to 255) through the stages, in floating point or with 8 bits handed on. */
function through({ separation, tones }: ColorStages, color: readonly number[], bits: 8 | 'float'): number[] {
  const kept = (value: number): number => (bits === 8 ? Math.round(255 * Math.min(1, Math.max(0, value))) / 255 : value)
  let values = color.map((value) => value / 255)
  if (separation) {
    const density = values.map((value) => kept(looked(separation.density, value)))
    values = [0, 1, 2].map((out) => kept(density.reduce((sum, part, i) => sum + part * separation.matrix[i]![out]!, 0)))
  }
  return values.map((value) => 255 * kept(looked(tones, value)))
}

const stages = (change: Partial<ColorView>): ColorStages => colorStages({ ...AS_IN_FILE, ...change })!

describe('stain separation', () => {
  it('inverts the stains as scikit-image does its hematoxylin, eosin and DAB', () => {
    const { hematoxylin, eosin, dab } = STAIN_VECTORS
    const found = unmixing([hematoxylin, eosin, dab])
    found.forEach((row, i) => {
      row.forEach((part, j) => {
        expect(part).toBeCloseTo(golden.hed[i]![j]!, 10)
      })
    })
  })

  it('knows stains of one unit and a residual across them, and no two stains of one colour', () => {
    const matrix = stainMatrix(STAIN_VECTORS.hematoxylin, STAIN_VECTORS.dab)
    for (const row of matrix) expect(Math.hypot(...row)).toBeCloseTo(1, 12)
    const product = unmixing(matrix).map((row) => [0, 1, 2].map((j) => row.reduce((sum, part, k) => sum + part * matrix[k]![j]!, 0)))
    expect(product.flat().map((value) => Math.round(1e9 * value) / 1e9 + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect(() => unmixing([STAIN_VECTORS.eosin, STAIN_VECTORS.eosin, STAIN_VECTORS.dab])).toThrow(RangeError)
  })

  it.each(SEPARATED)('shows %s as scikit-image does, to within a level, and to within 9 where 8 bits are handed on', (stain) => {
    const { grey, own } = golden.views[stain]
    golden.colors.forEach((color, i) => {
      const wanted: (readonly [ColorStages, readonly number[]])[] = [[stages({ stain, stainInGrey: true }), [grey[i]!, grey[i]!, grey[i]!]]]
      if (own) wanted.push([stages({ stain }), own[i]!])
      for (const [by, values] of wanted) {
        through(by, color, 'float').forEach((value, channel) => {
          expect(Math.abs(value - values[channel]!)).toBeLessThan(1)
        })
        through(by, color, 8).forEach((value, channel) => {
          expect(Math.abs(value - values[channel]!)).toBeLessThan(9)
        })
      }
    })
  })

  it('leaves glass white, shows the residual in greys alone, and takes tones in after it', () => {
    for (const stain of SEPARATED) expect(through(stages({ stain }), [255, 255, 255], 8)).toEqual([255, 255, 255])
    expect(stages({ stain: 'he-residual' })).toEqual(stages({ stain: 'he-residual', stainInGrey: true }))
    expect(through(stages({ stain: 'he-eosin', invert: true }), [255, 255, 255], 8)).toEqual([0, 0, 0])
  })
})

describe('tones', () => {
  it('need no filter for the image as it is, however a stain would be drawn', () => {
    expect(colorStages(AS_IN_FILE)).toBeNull()
    expect(colorStages({ ...AS_IN_FILE, stainInGrey: true })).toBeNull()
  })

  it('are brightness, contrast, gamma, inversion, in this order', () => {
    const at = (change: Partial<ColorView>, value: number): number => stages(change).tones[value]! * 255
    expect(at({ brightness: 1.5 }, 100)).toBeCloseTo(150, 9)
    expect(at({ brightness: 1.5 }, 200)).toBe(255)
    expect(at({ contrast: 2 }, 150)).toBeCloseTo(127.5 + 2 * 22.5, 9)
    expect(at({ gamma: 2 }, 100)).toBeCloseTo(255 * Math.sqrt(100 / 255), 9)
    expect(at({ invert: true }, 30)).toBeCloseTo(225, 9)
    expect(at({ brightness: 2, contrast: 0.5, gamma: 0.5, invert: true }, 100)).toBeCloseTo(255 - 163.75 ** 2 / 255, 9)
  })
})
