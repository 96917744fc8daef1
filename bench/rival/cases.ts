import * as tf from '@tensorflow/tfjs-core'
import { autoencoderNetwork } from '../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../src/engine/models/cnn-70/network.ts'
import { findLearnedPreset } from '../../src/engine/models/registry.ts'
import { unetNetwork } from '../../src/engine/models/unet/network.ts'
import { unetEfficientNet } from '../../src/engine/models/unet-efficientnet/network.ts'
import { EFFICIENTNETS, type EfficientNetVariant } from '../../src/engine/models/unet-efficientnet/variants.ts'
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
  /** The outputs that the loss looks at: targets are fed for these. */
  readonly targets: readonly string[]
  readonly optimizer: OptimizerSettings
  /** Takes long and says little beside its smaller kin: measured where it is asked for (`--only`, `--all`). */
  readonly large?: boolean
}

/** A loss, what it is called in keras_rival.py, and the outputs that it looks at. */
type CaseLoss = Pick<BenchCase, 'lossName' | 'loss' | 'targets'>

const ADAM: OptimizerSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} }

/** A case of each preset that is learned, and a small U-Net; of the U-Nets on EfficientNet all but the smallest are large. */
export function benchCases(): BenchCase[] {
  return [
    { name: 'unet-small', network: unet(16, 4), ...square(4, 128), ...BCE_DICE, optimizer: ADAM },
    { name: 'cnn-70', network: cnnNetwork({ classes: 2 }), ...square(64, 70), ...LOGITS, optimizer: ADAM },
    { name: 'autoencoder-128', network: autoencoderNetwork(), ...square(4, 128), ...SQUARED, optimizer: ADAM },
    { name: 'unet', network: unetNetwork({ outputs: 2 }), ...square(2, 128), ...LOGITS, optimizer: ADAM },
    ...EFFICIENTNETS.map((variant) => unetOn(variant)),
    strong('classifier-lite0', 2, { batch: 32, height: 128, width: 128 }, LOGITS),
    strong('unet-lite0', 1, { batch: 8, height: 256, width: 256 }, LOGITS),
    strong('cells-lite0', 3, { batch: 8, height: 384, width: 512 }, DENSE),
    strong('ssd300-vgg16', 3, { batch: 4, height: 300, width: 300 }, DENSE),
  ]
}

const square = (batch: number, side: number): Pick<BenchCase, 'batch' | 'height' | 'width'> => ({ batch, height: side, width: side })

function unetOn(variant: EfficientNetVariant): BenchCase {
  const network = unetEfficientNet({ variant, outputs: 1 })
  const size = variant === 'b0' ? square(2, 256) : square(2, 128)
  return { name: network.name, network, ...size, ...LOGITS, optimizer: ADAM, large: variant !== 'b0' }
}

/** A preset with its own optimiser, on batches as it sees them. */
function strong(name: string, classes: number, batch: Pick<BenchCase, 'batch' | 'height' | 'width'>, loss: CaseLoss): BenchCase {
  const preset = findLearnedPreset(name)
  return { name, network: preset.network(classes), ...batch, ...loss, optimizer: preset.defaults.optimizer }
}

/** Random pixels, and random targets for each output that the loss looks at. */
export function randomBatch({ network, batch, height, width, targets: looked }: BenchCase): Batch {
  const fill = (shape: readonly number[], number: () => number) => {
    return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, number) }
  }
  const { outputs } = declareNetwork(network, height, width)
  const targets = looked.map((name) => [`target/${name}`, fill([batch, ...outputs[name]!.slice(1)], () => Number(Math.random() > 0.5))])
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

const BCE_DICE: CaseLoss = { lossName: 'bce-dice', loss: bceDice, targets: ['mask'] }
const LOGITS: CaseLoss = { lossName: 'logits', loss: logits, targets: ['logits'] }
const SQUARED: CaseLoss = { lossName: 'squared', loss: squared, targets: ['reconstruction'] }
const DENSE: CaseLoss = { lossName: 'dense', loss: dense, targets: ['class', 'box'] }
