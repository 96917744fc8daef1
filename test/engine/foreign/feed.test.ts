import { describe, expect, it } from 'vitest'
import type { ForeignGraph } from '#shared/records/foreign-graph.ts'
import { fed, placed } from '../../../src/engine/foreign/feed.ts'

const input: ForeignGraph['input'] = { name: 'x', type: 'float32', axes: 'nchw', channels: 3, order: 'rgb', fixed: false, multiple: 1 }
const PLAIN = { mean: [0], scale: [1] }
// Two pixels: (10, 20, 30) and (50, 80, 110).
const PIXELS = Float32Array.of(10, 20, 30, 50, 80, 110)

describe('a picture for a graph from elsewhere', () => {
  it('has its channels in the order and on the axes that are asked for', () => {
    expect([...fed(PIXELS, [1, 2], { input, perInput: null }, PLAIN)]).toEqual([10, 50, 20, 80, 30, 110])
    expect([...fed(PIXELS, [1, 2], { input: { ...input, order: 'bgr' }, perInput: null }, PLAIN)]).toEqual([30, 110, 20, 80, 10, 50])
    expect([...fed(PIXELS, [1, 2], { input: { ...input, axes: 'nhwc', order: 'bgr' }, perInput: null }, PLAIN)]).toEqual([
      30, 20, 10, 110, 80, 50,
    ])
  })

  it('is normalised by given numbers, a channel each, in the order of the graph', () => {
    const norm = { mean: [10, 0, 0], scale: [2, 1, 1] }
    expect([...fed(PIXELS, [1, 2], { input: { ...input, order: 'bgr' }, perInput: null }, norm)].slice(0, 2)).toEqual([10, 50])
  })

  it('is normalised by itself: mean and deviation of a channel or of all, and percentiles', () => {
    const each = fed(PIXELS, [1, 2], { input, perInput: { kind: 'zero_mean_unit_variance', together: false, eps: 0 } }, PLAIN)
    expect([...each]).toEqual([-1, 1, -1, 1, -1, 1])
    const all = fed(PIXELS, [1, 2], { input, perInput: { kind: 'zero_mean_unit_variance', together: true, eps: 0 } }, PLAIN)
    // numpy: (x - x.mean()) / x.std(), x = [10, 50, 20, 80, 30, 110]
    expect(all[0]).toBeCloseTo(-1.1389896, 6)
    const range = fed(PIXELS, [1, 2], { input, perInput: { kind: 'scale_range', low: 0, high: 50, together: true, eps: 0 } }, PLAIN)
    // numpy: np.percentile(x, 50) = 40
    expect([...range].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([0, 1.333333, 0.333333, 2.333333, 0.666667, 3.333333])
    const flat = fed(
      new Float32Array(6).fill(7),
      [1, 2],
      { input, perInput: { kind: 'zero_mean_unit_variance', together: true, eps: 0 } },
      PLAIN,
    )
    expect([...flat]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('lies in the middle of a larger input, on grey', () => {
    const { data, left, top } = placed(Float32Array.of(1, 2), [1, 2], [3, 2])
    expect([left, top, ...data]).toEqual([0, 1, 114, 114, 1, 2, 114, 114])
    const same = Float32Array.of(1, 2)
    expect(placed(same, [1, 2], [1, 2]).data).toBe(same)
  })
})
