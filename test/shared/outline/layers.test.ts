import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/shared/random.ts'
import { joined, pointwise, separable, stem, type Features } from '../../../src/shared/outline/layers.ts'

const random = createRandom('layers')
const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform(-1, 1))
const features = (side: number, channels: number): Features => ({ side, channels, data: values(side * side * channels) })
const at = ({ side, channels, data }: Features, x: number, y: number, c: number): number =>
  x < 0 || y < 0 || x >= side || y >= side ? 0 : data[(y * side + x) * channels + c]!

/** A convolution as the book has it; `weight` of kernel row, kernel column, in and out. */
function convolution(
  input: Features,
  stride: number,
  bias: Float32Array,
  weight: (r: number, k: number, i: number, o: number) => number,
): number[] {
  const out: number[] = []
  for (let y = 0; y < input.side; y += stride)
    for (let x = 0; x < input.side; x += stride)
      for (let o = 0; o < bias.length; o++) {
        let sum = bias[o]!
        for (let r = 0; r < 3; r++)
          for (let k = 0; k < 3; k++)
            for (let i = 0; i < input.channels; i++) sum += at(input, x + k - 1, y + r - 1, i) * weight(r, k, i, o)
        out.push(sum)
      }
  return out
}

function expectClose(found: Float32Array, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4)
}

describe('layers of the outline network', () => {
  it('stem: every second pixel of a 3 x 3 convolution, then ReLU', () => {
    const [input, weights, bias] = [features(8, 6), values(9 * 6 * 5), values(5)]
    const wanted = convolution(input, 2, bias, (r, k, i, o) => weights[((3 * r + k) * 6 + i) * 5 + o]!)
    const { side, channels, data } = stem(input, weights, bias)
    expect([side, channels]).toEqual([4, 5])
    expectClose(
      data,
      wanted.map((value) => Math.max(0, value)),
    )
  })

  it.each([
    [1, 8, 8],
    [1, 8, 12],
    [2, 8, 8],
  ] as const)('separable: stride %d, %d to %d channels, added to the input where the shape stays', (stride, from, to) => {
    const input = features(6, from)
    const layer = { stride, from, to, depth: values(9 * from), depthBias: values(from), point: values(from * to), pointBias: values(to) }
    const deep = convolution(input, stride, layer.depthBias, (r, k, i, o) => (i === o ? layer.depth[(3 * r + k) * from + o]! : 0))
    const across = pointwise({ side: 6 / stride, channels: from, data: Float32Array.from(deep) }, layer.point, layer.pointBias, to)
    const wanted = Array.from(across.data, (value, i) => Math.max(0, value) + (stride === 1 && from === to ? input.data[i]! : 0))
    expectClose(separable(input, layer).data, wanted)
  })

  it('pointwise: each pixel by itself', () => {
    const [input, weights, bias] = [features(4, 8), values(8 * 3), values(3)]
    const wanted = convolution(input, 1, bias, (r, k, i, o) => (r === 1 && k === 1 ? weights[i * 3 + o]! : 0))
    expectClose(pointwise(input, weights, bias, 3).data, wanted)
  })

  it('joined: each coarse pixel four times, before the fine channels', () => {
    const [coarse, fine] = [features(2, 3), features(4, 2)]
    const both = joined(coarse, fine)
    expect([both.side, both.channels]).toEqual([4, 5])
    expect([at(both, 3, 1, 2), at(both, 3, 1, 4)]).toEqual([at(coarse, 1, 0, 2), at(fine, 3, 1, 1)])
  })
})
