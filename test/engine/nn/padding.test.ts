import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputSize, padAmounts } from '../../../src/engine/nn/padding.ts'

const window = fc.record({
  size: fc.integer({ min: 1, max: 80 }),
  kernel: fc.integer({ min: 1, max: 7 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
})

describe('padding', () => {
  it("'same' gives ceil(size / stride) windows, the odd zero behind", () => {
    fc.assert(
      fc.property(window, ({ size, kernel, stride, dilation }) => {
        const [before, after] = padAmounts(size, kernel, stride, dilation, 'same')
        expect(outputSize(size, kernel, stride, dilation, 'same')).toBe(Math.ceil(size / stride))
        expect(after - before === 0 || after - before === 1).toBe(true)
      }),
    )
  })

  it("'valid' counts the windows that lie inside", () => {
    fc.assert(
      fc.property(window, ({ size, kernel, stride, dilation }) => {
        const reach = (kernel - 1) * dilation + 1
        const starts = Array.from({ length: size }, (_, i) => i * stride).filter((start) => start + reach <= size)
        fc.pre(size >= reach)
        expect(outputSize(size, kernel, stride, dilation, 'valid')).toBe(starts.length)
      }),
    )
  })

  it("'ceil' counts the windows that begin inside and cover the rest", () => {
    expect([outputSize(75, 2, 2, 1, 'ceil'), padAmounts(75, 2, 2, 1, 'ceil')]).toEqual([38, [0, 1]])
    expect([outputSize(38, 2, 2, 1, 'ceil'), padAmounts(38, 2, 2, 1, 'ceil')]).toEqual([19, [0, 0]])
    expect([outputSize(8, 3, 2, 1, 'ceil'), padAmounts(8, 3, 2, 1, 'ceil')]).toEqual([4, [0, 1]])
  })

  it('an open size stays open', () => {
    expect(outputSize(-1, 3, 2, 1, 'same')).toBe(-1)
  })
})
