import * as tf from '@tensorflow/tfjs-core'
import { autoencoderNetwork } from '../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../src/engine/models/cnn-70/network.ts'
import { findLearnedPreset } from '../../src/engine/models/registry.ts'
import { unetNetwork } from '../../src/engine/models/unet/network.ts'
import { unetEfficientNet } from '../../src/engine/models/unet-efficientnet/network.ts'
import { declareNetwork } from '../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../src/engine/nn/network.ts'
import type { Ops } from '../../src/engine/nn/ops.ts'
import type { Batch, LossFunction, OptimizerSettings } from '../../src/engine/training/step.ts'

/** A network with its batch, loss and optimiser, alike on both sides. */
export interface BenchCase {
  readonly name: string
  readonly network: Network
  readonly batch: number
  readonly height: number
  readonly width: number
  /** Which loss of keras_rival.py is the same as `loss`. */
  readonly lossName: 'bce-dice' | 'dense' | 'logits' | 'squared'
  readonly loss: LossFunction
  readonly optimizer: OptimizerSettings
}

const ADAM: OptimizerSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} }

export function benchCases(): BenchCase[] {
  const cells = findLearnedPreset('cells-lite0')
  return [
    { name: 'unet', network: unet(16, 4), batch: 4, height: 128, width: 128, lossName: 'bce-dice', loss: bceDice, optimizer: ADAM },
    classic(cnnNetwork({ classes: 2 }), 64, 70),
    classic(autoencoderNetwork(), 4, 128),
    { ...classic(unetNetwork({ outputs: 2, width: 16 }), 4, 128), name: 'unet-classic-16' },
    classic(unetEfficientNet({ variant: 'b0', outputs: 1 }), 2, 256),
    {
      name: 'cells-lite0',
      network: cells.network(3),
      batch: 8,
      height: 384,
      width: 512,
      lossName: 'dense',
      loss: dense,
      optimizer: cells.defaults.optimizer,
    },
  ]
}

/** A network with logits, or one that draws its input anew. */
function classic(network: Network, batch: number, size: number): BenchCase {
  const draws = network.name === 'autoencoder-128'
  const loss = { lossName: draws ? 'squared' : 'logits', loss: draws ? squared : logits } as const
  return { name: network.name, network, batch, height: size, width: size, ...loss, optimizer: ADAM }
}

/** Random pixels, and for each output random targets of its shape. */
export function randomBatch({ network, batch, height, width }: BenchCase): Batch {
  const fill = (shape: readonly number[], number: () => number) => {
    return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, number) }
  }
  const { outputs } = declareNetwork(network, height, width)
  const targets = Object.entries(outputs).map(([name, shape]) => [
    `target/${name}`,
    fill([batch, ...shape.slice(1)], () => Number(Math.random() > 0.5)),
  ])
  return { image: fill([batch, height, width, network.channels], () => Math.floor(Math.random() * 256)), ...Object.fromEntries(targets) }
}

/** U-Net (Ronneberger et al. 2015) with batch norm, 'same' padding and nearest up-sampling. */
function unet(base: number, levels: number): Network {
  return {
    name: 'unet',
    channels: 3,
    normalization: { mean: [0], scale: [255] },
    multiple: 2 ** levels,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      let x = input
      const skips: T[] = []
      for (let i = 0; i < levels; i++) {
        x = block(ops, x, `down${i}`, base << i)
        skips.push(x)
        x = ops.maxPool(x, 2, 2, 'same')
      }
      x = block(ops, x, 'bottom', base << levels)
      for (let i = levels - 1; i >= 0; i--) x = block(ops, ops.concat([skips[i]!, ops.upsampleNearest(x, 2)]), `up${i}`, base << i)
      return { mask: ops.sigmoid(ops.conv(x, { name: 'head', filters: 1, kernel: 1, bias: true })) }
    },
  }
}

function block<T>(ops: Ops<T>, x: T, name: string, filters: number): T {
  let y = x
  for (const part of ['a', 'b']) {
    y = ops.conv(y, { name: `${name}/${part}`, filters, kernel: 3 })
    y = ops.relu(ops.batchNorm(y, { name: `${name}/${part}-norm`, epsilon: 1e-3, momentum: 0.01 }))
  }
  return y
}

/** Binary cross-entropy plus 1 - Dice. */
const bceDice: LossFunction = (outputs, fed) => {
  const [p, y] = [outputs['mask']!, fed['target/mask']!]
  const clipped = tf.clipByValue(p, 1e-6, 1 - 1e-6)
  const entropy = tf.add(tf.mul(y, tf.log(clipped)), tf.mul(tf.sub(1, y), tf.log(tf.sub(1, clipped))))
  const overlap = tf.div(tf.add(tf.mul(tf.sum(tf.mul(y, p)), 2), 1), tf.add(tf.add(tf.sum(y), tf.sum(p)), 1))
  return { loss: tf.sub(tf.sub(1, overlap), tf.mean(entropy)) }
}

const logits: LossFunction = (outputs, fed) => {
  const [x, z] = [outputs['logits']!, fed['target/logits']!]
  return { loss: tf.mean(tf.sub(tf.softplus(x), tf.mul(x, z))) }
}

const squared: LossFunction = (outputs, fed) => {
  return { loss: tf.mean(tf.squaredDifference(outputs['reconstruction']!, fed['target/reconstruction']!)) }
}

/** For `class` logits the mean binary cross-entropy, for `box` the mean absolute error: the network's cost without target assignment. */
const dense: LossFunction = (outputs, fed) => {
  const [x, z] = [outputs['class']!, fed['target/class']!]
  const entropy = tf.mean(tf.sub(tf.softplus(x), tf.mul(x, z)))
  return { loss: tf.add(entropy, tf.mean(tf.abs(tf.sub(outputs['box']!, fed['target/box']!)))) }
}
