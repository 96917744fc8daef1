import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barOf, baseMagnification, magnificationOf, magnificationText, WIDEST_BAR } from '../../../src/renderer/viewer/scale.ts'

describe('the scale bar', () => {
  it('has a round length', () => {
    expect(barOf(0.5, 1)).toEqual({ width: 100, text: '50 µm' })
    expect(barOf(0.25, 1)).toEqual({ width: 80, text: '20 µm' })
    expect(barOf(0.5, 0.05)).toEqual({ width: 100, text: '1 mm' })
    expect(barOf(0.5, 0.5)).toEqual({ width: 100, text: '100 µm' })
    expect(barOf(1, 1.4)).toEqual({ width: 140, text: '100 µm' })
  })

  it('is never wider than there is room, nor shorter than a third of it, at any zoom', () => {
    const zooms = fc.double({ min: 1e-4, max: 64, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 10, noNaN: true }), zooms, (microns, zoom) => {
        const bar = barOf(microns, zoom)
        fc.pre(bar !== null)
        const [, number, unit] = /^(\d+) (µm|mm)$/.exec(bar.text)!
        const length = Number(number) * (unit === 'mm' ? 1000 : 1)
        expect([1, 2, 5]).toContain(Number(String(length).replace(/0+$/, '')))
        expect(bar.width).toBeCloseTo((length * zoom) / microns, 6)
        expect(bar.width).toBeLessThanOrEqual(WIDEST_BAR * 1.0001)
        expect(bar.width).toBeGreaterThan(WIDEST_BAR / 2.6)
      }),
    )
  })

  it('is none where a micrometre is wider', () => {
    expect(barOf(0.25, 64)).toBeNull()
  })
})

describe('the magnification', () => {
  it('is that of the objective, else what the pixel size implies, else unknown', () => {
    expect(baseMagnification({ objective: 20, micronsPerPixel: 0.25 })).toBe(20)
    expect(baseMagnification({ objective: null, micronsPerPixel: 0.25 })).toBe(40)
    expect(baseMagnification({ objective: null, micronsPerPixel: null })).toBeNull()
  })

  it('is read as people write it', () => {
    expect(['20x', ' 20 ×', '20', '2,5X', '.5x'].map(magnificationOf)).toEqual([20, 20, 20, 2.5, 0.5])
    expect(['', 'x', '0x', '-4x', '20y', '1.2.3x'].map(magnificationOf)).toEqual([null, null, null, null, null, null])
  })

  it('is written as short as it is right', () => {
    expect([40, 19.98, 10, 2.5, 1, 0.314].map(magnificationText)).toEqual(['40x', '20x', '10x', '2.5x', '1x', '0.31x'])
  })
})
