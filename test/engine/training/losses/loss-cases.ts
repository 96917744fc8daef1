import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { classificationLoss, type LossSettings, segmentationLoss } from '../../../../src/engine/training/losses/label-losses.ts'
import { objectLoss } from '../../../../src/engine/training/losses/object-loss.ts'
import { reconstructionLoss } from '../../../../src/engine/training/losses/squared-error.ts'
import type { LossFunction } from '../../../../src/engine/training/step.ts'
import golden from '../../../golden/label-losses.json' with { type: 'json' }
import { tinyNetwork } from '../../nets.ts'

/** A loss of each kind for three classes of pixels, and for one channel. */
export const KINDS: readonly LossSettings[] = [
  { kind: 'cross-entropy' },
  { kind: 'focal' },
  { kind: 'dice' },
  { kind: 'dice', squared: true, over: 'image' },
  { kind: 'jaccard' },
  { kind: 'tversky' },
  { kind: 'squared-error' },
  { kind: 'combined', parts: [{ weight: 1, loss: { kind: 'focal' } }, { weight: 0.5, loss: { kind: 'jaccard', over: 'image' } }] }, // prettier-ignore
]

const title = (settings: LossSettings): string => JSON.stringify(settings)

interface Evaluated {
  readonly loss: number
  readonly gradient: Float32Array
}

/** The loss and its gradient of the logits. */
function evaluate(loss: LossFunction, shape: readonly number[], logits: readonly number[], labels: readonly number[]): Evaluated {
  const places = shape.slice(0, -1)
  return tf.tidy(() => {
    const fed = { labels: tf.tensor([...labels], places, 'int32') }
    const x = tf.tensor([...logits], [...shape])
    const { value, grad } = tf.valueAndGrad((input: Tensor) => loss({ logits: input }, fed).loss)(x)
    return { loss: value.dataSync()[0]!, gradient: grad.dataSync<'float32'>() }
  })
}

function furthest(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return b.reduce((most, value, i) => Math.max(most, Math.abs(a[i]! - value)), 0)
}

/** Losses against other implementations' numbers, gradients against differences, and what holds at the edges. */
export function describeLosses(backend: string): void {
  describe(`losses over labels on ${backend}`, () => {
    describeGolden()
    describeGradients()
    describeEdges()
    describeDistances()
    describeRefusals()
  })
}

function describeGolden(): void {
  it.each(golden.cases.map((entry) => ({ ...entry, name: `${entry.input} ${title(entry.settings as LossSettings)}` })))(
    'has the value and gradient of Keras, PyTorch or segmentation_models: $name',
    ({ input, settings, loss, gradient }) => {
      const { shape, logits, labels } = golden.inputs[input as keyof typeof golden.inputs]
      const make = shape.length === 4 ? segmentationLoss : classificationLoss
      const found = evaluate(make(settings as LossSettings), shape, logits, labels)
      expect(Math.abs(found.loss - loss)).toBeLessThan(2e-6)
      expect(furthest(found.gradient, gradient)).toBeLessThan(1e-6)
      const channels = shape.at(-1)!
      const ignored = found.gradient.filter((_, i) => [255, -1].includes(labels[Math.floor(i / channels)]!))
      expect(ignored.length).toBeGreaterThan(0)
      expect(ignored.every((value) => value === 0)).toBe(true)
    },
  )
}

function describeGradients(): void {
  const { shape, logits, labels } = golden.inputs.pixels
  const single = golden.inputs.binaryPixels
  const both = KINDS.flatMap((settings) => [
    { name: title(settings), loss: segmentationLoss(settings), shape, logits, labels },
    { name: `one channel, ${title(settings)}`, loss: segmentationLoss(settings), ...single },
  ])
  it.each(both)('has the slope that differences find: $name', ({ loss, ...given }) => {
    const direction = given.logits.map((_, i) => Math.sin(1 + 7 * i))
    const at = (step: number): number => {
      const moved = given.logits.map((value, i) => value + step * direction[i]!)
      return evaluate(loss, given.shape, moved, given.labels).loss
    }
    const { gradient } = evaluate(loss, given.shape, given.logits, given.labels)
    const slope = direction.reduce((sum, value, i) => sum + value * gradient[i]!, 0)
    expect(slope).toBeCloseTo((at(0.02) - at(-0.02)) / 0.04, 3)
  })
}

function describeEdges(): void {
  it.each(KINDS)('is finite with sure logits, right or wrong, and near its least when right: %j', (settings) => {
    for (const channels of [1, 3]) {
      const labels = [0, 1, 1, 0]
      const logits = (size: number) =>
        labels.flatMap((label) => (channels === 1 ? [label === 1 ? size : -size] : [0, 1, 2].map((c) => (c === label ? size : -size))))
      const shape = [1, 2, 2, channels]
      const right = evaluate(segmentationLoss(settings), shape, logits(80), labels)
      const wrong = evaluate(segmentationLoss(settings), shape, logits(-80), labels)
      expect(right.loss).toBeGreaterThanOrEqual(-1e-6)
      expect(right.loss).toBeLessThan(1e-4)
      expect(wrong.loss).toBeGreaterThan(0.3)
      expect([...right.gradient, ...wrong.gradient].every(Number.isFinite)).toBe(true)
    }
  })

  it.each(KINDS)('is 0, and teaches nothing, where nobody labelled anything: %j', (settings) => {
    const { loss, gradient } = evaluate(segmentationLoss(settings), [1, 1, 2, 3], [1, 2, 3, 4, 5, 6], [255, 255])
    expect(Math.abs(loss)).toBeLessThan(1e-6)
    expect(gradient.every((value) => value === 0)).toBe(true)
  })

  it('logs the parts of a combined loss', () => {
    const { shape, logits, labels } = golden.inputs.pixels
    const settings: LossSettings = { kind: 'combined', parts: [{ weight: 0.5, loss: { kind: 'focal' } }, { weight: 3, loss: { kind: 'dice' } }] } // prettier-ignore
    const scalars = tf.tidy(() => {
      const values = segmentationLoss(settings)({ logits: tf.tensor(logits, shape) }, { labels: tf.tensor(labels, shape.slice(0, 3), 'int32') }) // prettier-ignore
      return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.dataSync()[0]!]))
    })
    const alone = (kind: 'focal' | 'dice') => evaluate(segmentationLoss({ kind }), shape, logits, labels).loss
    expect(scalars['loss/focal']).toBeCloseTo(alone('focal'), 6)
    expect(scalars['loss/dice']).toBeCloseTo(alone('dice'), 6)
    expect(scalars['loss']).toBeCloseTo(0.5 * alone('focal') + 3 * alone('dice'), 5)
  })

  it('measures a reconstruction against the normalised input', () => {
    const network = { ...tinyNetwork(), normalization: { mean: [0], scale: [255] } }
    const value = tf.tidy(() => {
      const outputs = { reconstruction: tf.tensor([0, 0.5, 1], [1, 1, 1, 3]) }
      return reconstructionLoss(network)(outputs, { image: tf.tensor([51, 127.5, 0], [1, 1, 1, 3]) }).loss.dataSync()[0]!
    })
    expect(value).toBeCloseTo((0.2 ** 2 + 0 + 1) / 3, 6)
  })
}

function describeRefusals(): void {
  it('refuses settings that are none', () => {
    const wrong: unknown[] = [
      { kind: 'hinge' },
      { kind: 'cross-entropy', labelSmoothing: 2 },
      { kind: 'dice', classWeights: [0, 0] },
      { kind: 'combined', parts: [] },
      { kind: 'combined', parts: [{ weight: 1, loss: { kind: 'dice' } }, { weight: 1, loss: { kind: 'dice' } }] }, // prettier-ignore
    ]
    for (const settings of wrong) expect(() => segmentationLoss(settings as LossSettings)).toThrow()
  })

  it('refuses shapes and weights that do not fit', () => {
    const on = (settings: LossSettings, shape: number[], places: number[], make = segmentationLoss) =>
      tf.tidy(() => make(settings)({ logits: tf.zeros(shape) }, { labels: tf.zeros(places, 'int32') }))
    expect(() => on({ kind: 'dice' }, [2, 4, 4, 3], [2, 4, 5])).toThrow('Labels [2,4,5] do not fit logits [2,4,4,3]')
    expect(() => on({ kind: 'dice' }, [2, 4, 4, 3], [2])).toThrow('Labels of pixels')
    expect(() => on({ kind: 'focal' }, [2, 3], [2, 1], classificationLoss)).toThrow('Labels of images')
    expect(() => on({ kind: 'dice' }, [1, 1, 1, 256], [1, 1, 1])).toThrow('More than 255 classes')
    expect(() => on({ kind: 'cross-entropy', classWeights: [1] }, [2, 1], [2], classificationLoss)).toThrow('1 class weights do not fit 2')
    expect(() => on({ kind: 'dice', classWeights: [1, 2] }, [2, 4, 4, 3], [2, 4, 4])).toThrow('2 class weights do not fit 3 classes')
  })
}

/** The loss of a network that tells distances beside its classes. */
function describeDistances(): void {
  describe('objectLoss', () => {
    const areas = { kind: 'cross-entropy' } as const
    // Background, one class, the distance: two pixels of an object, one of the background, one ignored.
    const logits = [0.3, 1.2, 0.4, -0.5, 0.7, -1.1, 2, 0.1, 5, 0.2, 0.9, -3]
    const labels = [1, 1, 0, 255]
    const distances = [0.8, 0.2, 0.9, 0.5]
    const evaluated = (weight: number): Evaluated & { distance: number } =>
      tf.tidy(() => {
        const fed = { labels: tf.tensor(labels, [1, 2, 2], 'int32'), distances: tf.tensor(distances, [1, 2, 2]) }
        const loss = objectLoss(areas, 1, weight)
        const x = tf.tensor(logits, [1, 2, 2, 3])
        const { value, grad } = tf.valueAndGrad((input: Tensor) => loss({ logits: input }, fed).loss)(x)
        const distance = loss({ logits: x }, fed)['loss/distance']!.dataSync()[0]!
        return { loss: value.dataSync()[0]!, gradient: grad.dataSync<'float32'>(), distance }
      })

    it('is the cross-entropy of the classes and that of the distances, of the pixels of objects alone', () => {
      const entropy = (x: number, t: number): number => -(t * Math.log(1 / (1 + Math.exp(-x))) + (1 - t) * Math.log(1 / (1 + Math.exp(x))))
      const distance = (entropy(0.4, 0.8) + entropy(-1.1, 0.2)) / 2
      const pixel = (of: number, other: number): number => Math.log(1 + Math.exp(other - of))
      const classes = (pixel(1.2, 0.3) + pixel(0.7, -0.5) + pixel(2, 0.1)) / 3
      expect(evaluated(2).distance).toBeCloseTo(distance, 6)
      expect(evaluated(2).loss).toBeCloseTo(classes + 2 * distance, 6)
    })

    it('pulls each distance by its own error, and none where there is no object', () => {
      const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
      const pulls = [...evaluated(2).gradient].filter((_, i) => i % 3 === 2)
      expect(furthest(pulls, [sigmoid(0.4) - 0.8, sigmoid(-1.1) - 0.2, 0, 0])).toBeLessThan(1e-6)
    })
  })
}
