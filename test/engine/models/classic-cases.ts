import { autoencoderNetwork } from '../../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../../src/engine/models/cnn-70/network.ts'
import { unetNetwork } from '../../../src/engine/models/unet/network.ts'
import { declareNetwork, type DeclaredParameter } from '../../../src/engine/nn/declare-ops.ts'
import { sizeOf } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import { classificationLoss, segmentationLoss } from '../../../src/engine/training/losses/label-losses.ts'
import { reconstructionLoss } from '../../../src/engine/training/losses/squared-error.ts'
import type { Batch, LossFunction } from '../../../src/engine/training/step.ts'
import golden from '../../golden/classic-networks.json' with { type: 'json' }
import { hashed, hashedFloats } from './hashed.ts'

/** A classic network and what tools/golden/classic_networks.py found Keras to make of it. */
export interface ClassicCase {
  readonly name: 'cnn-70' | 'autoencoder-128' | 'unet'
  readonly network: Network
  /** The same with few filters. */
  readonly narrow: Network
  readonly golden: (typeof golden.networks)['unet']
  readonly loss: LossFunction
  /** Shape of the labels of a batch [n, h, w, c]; null = the picture is its own. */
  readonly labels: ((image: readonly number[]) => number[]) | null
}

export const CLASSIC_CASES: readonly ClassicCase[] = [
  {
    name: 'cnn-70',
    network: cnnNetwork({ classes: 2 }),
    narrow: cnnNetwork({ classes: 2, width: 4 }),
    golden: golden.networks['cnn-70'],
    loss: classificationLoss({ kind: 'cross-entropy' }),
    labels: ([images = 0]) => [images],
  },
  {
    name: 'autoencoder-128',
    network: autoencoderNetwork(),
    narrow: autoencoderNetwork({ width: 2 }),
    golden: golden.networks['autoencoder-128'],
    loss: reconstructionLoss(autoencoderNetwork()),
    labels: null,
  },
  {
    name: 'unet',
    network: unetNetwork({ outputs: 2 }),
    narrow: unetNetwork({ outputs: 2, width: 4 }),
    golden: golden.networks.unet,
    loss: segmentationLoss({ kind: 'cross-entropy' }),
    labels: (image) => image.slice(0, 3),
  },
]

/** Whole numbers in 0..255 of a shape. */
export function picture(name: string, shape: readonly number[]): Float32Array {
  return Float32Array.from(hashed(name, sizeOf(shape)), (value) => Math.floor(value * 256))
}

/** What Keras trained on, or another picture with the same labels. */
export function trainingBatch(
  { name, labels }: ClassicCase,
  shape: readonly number[],
  data: Float32Array = picture(`${name}/training`, shape),
): Batch {
  const image = { shape, data }
  if (labels === null) return { image }
  const drawn = hashed(`${name}/labels`, sizeOf(labels(shape)))
  return { image, labels: { shape: labels(shape), data: Int32Array.from(drawn, (value) => Math.floor(2 * value)) } }
}

/** The weights that Keras had: drawn parameter by parameter, which Keras counts in the order that ours are declared in. */
export function drawnWeights(name: string, network: Network): Weights {
  const draw = (parameter: DeclaredParameter, index: number) => {
    const { shape } = parameter
    return { shape, data: hashedFloats(`${name}/${index}`, sizeOf(shape), ...limits(parameter)) }
  }
  return new Map(declareNetwork(network).parameters.map((parameter, i) => [parameter.name, draw(parameter, i)]))
}

function limits({ name, fan }: DeclaredParameter): [number, number] {
  if (name.endsWith('/kernel')) return [-Math.sqrt(6 / fan.in), Math.sqrt(6 / fan.in)]
  return /gamma|variance/.test(name) ? [0.5, 1.5] : [-0.1, 0.1]
}
