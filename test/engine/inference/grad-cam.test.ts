import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { activationMap } from '../../../src/engine/inference/activation-map.ts'
import { type DenseWeights, gradCam } from '../../../src/engine/inference/grad-cam.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { cnnNetwork } from '../../../src/engine/models/cnn-70/network.ts'
import { createCnn70Preset } from '../../../src/engine/models/cnn-70/preset.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import golden from '../../golden/grad-cam.json' with { type: 'json' }
import { drawnWeights, picture } from '../models/classic-cases.ts'
import { hashedFloats } from '../models/hashed.ts'

beforeAll(() => loadTensorflow())

const { layers: names } = createCnn70Preset().head
const headOf = (weights: Weights): DenseWeights[] =>
  names.map((name) => ({ kernel: weights.get(`${name}/kernel`)!, bias: weights.get(`${name}/bias`)! }))

describe.each(Object.entries(golden.cases))('Grad-CAM of %s', (name, { classes, width, size, maps }) => {
  const network = cnnNetwork({ classes, width })
  const weights = drawnWeights(name, network)

  it.each(['TensorFlow.js', 'ONNX Runtime'])('is what Keras finds by its gradients, from features of %s', async (runtime) => {
    const session = runtime === 'ONNX Runtime' ? await openOnnxSession(exportOnnx(network, weights)) : openTensorSession(network, weights)
    const { features } = await session.run(picture(`${name}/image`, [1, 70, 70, 1]), 1, 70, 70)
    await session.dispose()
    for (const [classIndex, expected] of maps.entries()) {
      const map = gradCam(features!, headOf(weights), classIndex, classes)
      expect([map.width, map.height]).toEqual([size, size])
      const most = Math.max(...expected.map(Math.abs))
      expect(most).toBeGreaterThan(0)
      for (const [at, value] of expected.entries()) expect(Math.abs(map.values[at]! - value) / most, `at ${at}`).toBeLessThan(1e-4)
    }
  })
})

describe('Grad-CAM', () => {
  const features = { shape: [1, 5, 4, 3], data: hashedFloats('features', 60, 0, 1) }
  const layer = (name: string, inputs: number, units: number): DenseWeights => ({
    kernel: { shape: [inputs, units], data: hashedFloats(`${name}/kernel`, inputs * units, -1, 1) },
    bias: { shape: [units], data: hashedFloats(`${name}/bias`, units, -0.1, 0.1) },
  })
  const layers = [layer('one', 12, 6), layer('two', 6, 5), layer('three', 5, 3)]

  it('weighs a channel by how much the logit grows with it: finite differences, a row that the pool leaves out among the places', () => {
    const logit = (data: Float32Array, classIndex: number): number => scored(data, layers)[classIndex]!
    const step = 1e-3
    for (const classIndex of [0, 1, 2]) {
      const gradient = Float64Array.from(features.data, (_, i) => {
        const [more, less] = [features.data.slice(), features.data.slice()]
        more[i]! += step
        less[i]! -= step
        return (logit(more, classIndex) - logit(less, classIndex)) / (2 * step)
      })
      const weights = [0, 1, 2].map((k) => gradient.filter((_, i) => i % 3 === k).reduce((a, b) => a + b, 0) / 20)
      const { values } = gradCam(features, layers, classIndex, 3)
      for (const [place, value] of values.entries())
        expect(value).toBeCloseTo(weights[0]! * features.data[3 * place]! + weights[1]! * features.data[3 * place + 1]! + weights[2]! * features.data[3 * place + 2]!, 3) // prettier-ignore
    }
  })

  it('of the first of two classes is that of the second with its sign turned', () => {
    const two = [layer('one', 12, 6), layer('last', 6, 1)]
    const [first, second] = [0, 1].map((classIndex) => gradCam(features, two, classIndex, 2).values)
    expect([...first!]).toEqual([...second!].map((value) => -value))
  })

  it('of one layer behind a pool over everything is the class activation map', () => {
    const small = { shape: [1, 2, 2, 3], data: hashedFloats('small', 12, 0, 1) }
    const last = layer('last', 3, 2)
    const map = gradCam(small, [last], 1, 2)
    const known = activationMap(small, last.kernel, 1, 2)
    for (const [i, value] of map.values.entries()) expect(4 * value).toBeCloseTo(known.values[i]!, 5)
  })

  it('refuses layers that do not fit', () => {
    expect(() => gradCam(features, [layer('one', 11, 6), layer('last', 6, 2)], 0, 2)).toThrow(RangeError)
    expect(() => gradCam(features, [layer('last', 12, 2)], 2, 2)).toThrow(RangeError)
    expect(() => gradCam(features, [layer('last', 12, 1)], 0, 3)).toThrow(RangeError)
  })
})

/** The network from its features on, written out once more: pool, flatten, dense layers with ReLU between. */
function scored(data: Float32Array, layers: readonly DenseWeights[]): number[] {
  const pooled: number[] = []
  for (const y of [0, 2])
    for (const x of [0, 2])
      for (const k of [0, 1, 2])
        pooled.push(Math.max(...[0, 1].flatMap((dy) => [0, 1].map((dx) => data[((y + dy) * 4 + x + dx) * 3 + k]!))))
  return layers.reduce<number[]>((input, { kernel, bias }, i) => {
    const out = [...bias.data].map((start, u) =>
      input.reduce((sum, value, at) => sum + value * kernel.data[at * bias.data.length + u]!, start),
    )
    return i < layers.length - 1 ? out.map((value) => Math.max(0, value)) : out
  }, pooled)
}
