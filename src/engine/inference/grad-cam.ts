import { must } from '#shared/assert.ts'
import type { WeightArray } from '../nn/weights.ts'
import type { FloatMap } from './float-map.ts'
import type { RawOutputs } from './session.ts'

/** One dense layer: kernel [inputs, units] and bias [units]. */
export interface DenseWeights {
  readonly kernel: WeightArray
  readonly bias: WeightArray
}

/** Size of the max pool between features and dense layers, and its stride; no padding. */
const POOL = 2

/**
 * Grad-CAM (Selvaraju et al., ICCV 2017) of the first image of a batch, before its ReLU: the mean gradient of a class's logit by each channel of
 * the features, and the sum of the channels weighted so. For a network that goes on from its features [batch, height, width, n] with a 2x2 max
 * pool, flattens, and ends in dense layers with ReLU between them, the gradient has a closed form: it runs back through the layers whose ReLU is
 * open, and the pool hands it on to one place of four each, so that its sum over the places of a channel is that over the pooled ones.
 * The last layer has a unit for each class, or one for the second of two: then the first one's logit is that with its sign turned.
 * Throws RangeError where the shapes do not fit.
 */
export function gradCam(features: RawOutputs[string], layers: readonly DenseWeights[], classIndex: number, classes: number): FloatMap {
  const [, height = 0, width = 0, channels = 0] = features.shape
  const pooled = maxPooled(features)
  const gradient = gradientByInput(pooled, layers, classIndex, classes)
  const weights = new Float64Array(channels)
  for (let i = 0; i < gradient.length; i++) weights[i % channels]! += gradient[i]! / (height * width)
  const values = new Float32Array(height * width)
  for (let place = 0; place < values.length; place++) {
    let sum = 0
    for (let k = 0; k < channels; k++) sum += weights[k]! * features.data[place * channels + k]!
    values[place] = sum
  }
  return { values, width, height }
}

/** The first image's features after the pool, row by row, channels last: as they are flattened. */
function maxPooled({ shape, data }: RawOutputs[string]): Float64Array {
  const [, height = 0, width = 0, channels = 0] = shape
  if (shape.length !== 4) throw new RangeError(`Features [${shape.join()}] are no maps`)
  const [rows, columns] = [Math.floor(height / POOL), Math.floor(width / POOL)]
  const out = new Float64Array(rows * columns * channels).fill(-Infinity)
  for (let y = 0; y < rows * POOL; y++)
    for (let x = 0; x < columns * POOL; x++) {
      const to = (Math.floor(y / POOL) * columns + Math.floor(x / POOL)) * channels
      const from = (y * width + x) * channels
      for (let k = 0; k < channels; k++) out[to + k] = Math.max(out[to + k]!, data[from + k]!)
    }
  return out
}

/** The gradient of a class's logit by what goes into the first dense layer. */
function gradientByInput(input: Float64Array, layers: readonly DenseWeights[], classIndex: number, classes: number): Float64Array {
  const sums: Float64Array[] = []
  let values = input
  for (const layer of layers) {
    const sum = applied(layer, values)
    sums.push(sum)
    values = sum.map((value) => Math.max(0, value))
  }
  let gradient = ofLogit(sums.at(-1)?.length ?? 0, classIndex, classes)
  for (let i = layers.length - 1; i >= 0; i--) {
    // Behind the last layer there is no ReLU.
    if (i < layers.length - 1) gradient = gradient.map((value, unit) => (sums[i]![unit]! > 0 ? value : 0))
    gradient = backThrough(must(layers[i], 'a layer for each step'), gradient)
  }
  return gradient
}

function ofLogit(units: number, classIndex: number, classes: number): Float64Array {
  const single = units === 1 && classes === 2
  if ((units !== classes && !single) || classIndex < 0 || classIndex >= classes)
    throw new RangeError(`${units} logits are not of ${classes} classes, or there is no class ${classIndex}`)
  const gradient = new Float64Array(units)
  if (single) gradient[0] = classIndex === 1 ? 1 : -1
  else gradient[classIndex] = 1
  return gradient
}

function applied({ kernel, bias }: DenseWeights, input: Float64Array): Float64Array {
  const [inputs, units = 0] = kernel.shape
  if (inputs !== input.length || bias.data.length !== units)
    throw new RangeError(`A kernel [${kernel.shape.join()}] and ${bias.data.length} biases do not take ${input.length} values`)
  const out = Float64Array.from(bias.data)
  for (let i = 0; i < input.length; i++) for (let u = 0; u < units; u++) out[u]! += input[i]! * kernel.data[i * units + u]!
  return out
}

function backThrough({ kernel }: DenseWeights, gradient: Float64Array): Float64Array {
  const [inputs = 0, units = 0] = kernel.shape
  const out = new Float64Array(inputs)
  for (let i = 0; i < inputs; i++) for (let u = 0; u < units; u++) out[i]! += gradient[u]! * kernel.data[i * units + u]!
  return out
}
