import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import type { DetectionLabel } from '../../../src/engine/models/preset.ts'
import { bestOfEachObject } from '../../../src/engine/models/best-boxes.ts'
import { type Corners, cornersAt, decodeBox, encodeBox } from '../../../src/engine/models/ssd300/box-coding.ts'
import { BOXES_PER_CELL, DEFAULT_BOX_COUNT, defaultBoxes } from '../../../src/engine/models/ssd300/default-boxes.ts'
import { matchLabels } from '../../../src/engine/models/ssd300/matching.ts'
import { ssd300Network } from '../../../src/engine/models/ssd300/network.ts'
import { createSsd300Preset } from '../../../src/engine/models/ssd300/preset.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { parameterCount } from '../../../src/engine/nn/initialize.ts'
import golden from '../../golden/ssd300.json' with { type: 'json' }
import { hashedFloats } from './hashed.ts'

/** Golden classes count from 1 (0 is background), ours from 0. */
const labels: DetectionLabel[][] = golden.labels.map((list) => list.map((row) => label(row)))
const priors = defaultBoxes()

function label([left, top, right, bottom, value]: number[], ignore = false): DetectionLabel {
  return { box: { x: left!, y: top!, width: right! - left!, height: bottom! - top! }, classIndex: value! - 1, ignore }
}

const closeTo = (actual: ArrayLike<number>, expected: readonly number[], digits = 3) =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits))

describe('SSD300-VGG16 against torchvision', () => {
  it('has the same number of parameters, in total and by kind of output', () => {
    expect(parameterCount(ssd300Network(3)).total).toBe(golden.parameters['3'])
    expect(golden.parameters['3']).toBe(24_013_232)
    expect(parameterCount(ssd300Network(90)).total).toBe(35_641_826)
    expect(declareNetwork(ssd300Network(3), 300, 300).outputs).toEqual({ class: [-1, 8732, 4], box: [-1, 8732, 4] })
  })

  it('has the same default boxes', () => {
    expect(DEFAULT_BOX_COUNT).toBe(8732)
    expect(BOXES_PER_CELL).toEqual([4, 6, 6, 6, 4, 4])
    for (const [index, box] of golden.defaultBoxes.some as [number, number[]][]) closeTo(cornersAt(priors, index), box)
    const sums = [0, 1, 2, 3].map((side) => priors.filter((_, i) => i % 4 === side).reduce((a, b) => a + b, 0))
    closeTo(sums, golden.defaultBoxes.sum, 0)
  })

  it('assigns labels to the same default boxes, also where labels compete, are tiny or absent', () => {
    for (const [image, expected] of golden.matches.entries()) {
      const { classes } = matchLabels(labels[image]!, priors)
      const found = [...classes.entries()].filter(([, value]) => value !== 0)
      expect(found).toEqual(expected.map(([prior, index]) => [prior, labels[image]![index!]!.classIndex + 1]))
    }
  })

  it('codes boxes alike, and back', () => {
    const { boxes, labels: corners, encoded, offsets, decoded } = golden.coding
    for (const [i, index] of boxes.entries()) {
      const prior = cornersAt(priors, index)
      const out = new Float32Array(4)
      encodeBox(corners[i] as unknown as Corners, prior, out, 0)
      closeTo(out, encoded[i]!)
      closeTo(decodeBox(cornersAt(out, 0), prior), corners[i]!, 2)
      closeTo(decodeBox(offsets[i] as unknown as Corners, prior), decoded[i]!, 2)
    }
  })

  it('leaves boxes that lie in an ignored label out of the background', () => {
    const ignored = label([100, 100, 200, 200, 1], true)
    const { classes } = matchLabels([ignored, label([20, 20, 60, 60, 2])], priors)
    const inside = [...classes.keys()].filter((i) => classes[i] === -1).map((i) => cornersAt(priors, i))
    expect(inside.length).toBeGreaterThan(100)
    expect(inside.every(([left, , right]) => (left + right) / 2 > 90 && (left + right) / 2 < 210)).toBe(true)
    expect([...classes].filter((value) => value === 2).length).toBeGreaterThan(0)
    expect([...classes].filter((value) => value === 1)).toEqual([])
  })
})

describe('the loss of SSD300', () => {
  beforeAll(() => loadTensorflow())

  const raw = (name: string, spread: number) => tf.tensor(hashedFloats(name, 3 * 8732 * 4, -spread, spread), [3, 8732, 4])
  const fed = () => {
    const { classes, offsets } = createSsd300Preset().targets(labels, 300, 300)
    return { classes: tf.tensor(classes!.data, [3, 8732], 'int32'), offsets: tf.tensor(offsets!.data, [3, 8732, 4]) }
  }

  it('and its gradients are those of torchvision', () => {
    tf.tidy(() => {
      const batch = fed()
      const loss = createSsd300Preset().loss(3, 300, 300)
      const parts = loss({ class: raw('logits', 3), box: raw('offsets', 2) }, batch)
      expect(parts['loss/class']!.dataSync()[0]).toBeCloseTo(golden.loss.class, 4)
      expect(parts['loss/box']!.dataSync()[0]).toBeCloseTo(golden.loss.box, 4)
      const gradients = tf.grads((logits: tf.Tensor, box: tf.Tensor) => loss({ class: logits, box }, batch).loss as tf.Scalar)([
        raw('logits', 3),
        raw('offsets', 2),
      ])
      for (const [i, kind] of (['class', 'box'] as const).entries()) {
        const values = gradients[i]!.dataSync<'float32'>()
        const expected = golden.loss.gradients[kind]
        expect(values.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(expected.sum, 3)
        expect(values.filter((value) => value !== 0).length).toBe(expected.nonzero)
      }
    })
  })

  it('is zero, without a gradient, for a batch without any label', () => {
    tf.tidy(() => {
      const { classes, offsets } = createSsd300Preset().targets([[], [], []], 300, 300)
      const batch = { classes: tf.tensor(classes!.data, [3, 8732], 'int32'), offsets: tf.tensor(offsets!.data, [3, 8732, 4]) }
      const loss = createSsd300Preset().loss(3, 300, 300)
      expect(loss({ class: raw('logits', 3), box: raw('offsets', 2) }, batch).loss.dataSync()[0]).toBe(0)
    })
  })

  it('keeps no tensors', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => void createSsd300Preset().loss(3, 300, 300)({ class: raw('logits', 3), box: raw('offsets', 2) }, fed()))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('decoding SSD300', () => {
  it('gives the encoded box its class and softmax score, cut to the frame, neighbours suppressed', () => {
    const logits = new Float32Array(2 * 8732 * 4).map((_, i) => (i % 4 === 0 ? 9 : 0))
    const box = new Float32Array(2 * 8732 * 4)
    const wanted: [number, Corners, number, number][] = [
      [5000, [140, 150, 170, 190], 2, 6],
      [5001, [141, 150, 170, 190], 2, 5],
      [8731, [-20, 10, 290, 310], 1, 7],
    ]
    for (const [prior, corners, classIndex, logit] of wanted) {
      const at = (8732 + prior) * 4
      logits.set([0, 0, 0, 0], at)
      logits[at + 1 + classIndex] = logit
      encodeBox(corners, cornersAt(priors, prior), box, at)
    }
    const outputs = { class: { shape: [2, 8732, 4], data: logits }, box: { shape: [2, 8732, 4], data: box } }
    const options = { height: 300, width: 300, minScore: 0.5, maxDetections: 100 }
    const found = createSsd300Preset().decode(outputs, 1, options)
    expect(found.map(({ classIndex }) => classIndex)).toEqual([1, 2])
    expect(found[0]!.score).toBeCloseTo(Math.exp(7) / (Math.exp(7) + 3), 6)
    closeTo([found[0]!.box.x, found[0]!.box.y, found[0]!.box.width, found[0]!.box.height], [0, 10, 290, 290])
    closeTo([found[1]!.box.x, found[1]!.box.y, found[1]!.box.width, found[1]!.box.height], [140, 150, 30, 40])
    expect(createSsd300Preset().decode(outputs, 0, options)).toEqual([])
    expect(createSsd300Preset().decode(outputs, 1, { ...options, maxDetections: 1 })).toHaveLength(1)
  })

  it('looks at the best 400 boxes of each class, in the order of a full look', () => {
    // Boxes far apart that no other suppresses: 500 of one class, 30 of another.
    const boxes = Array.from({ length: 530 }, (_, i) => ({
      box: { x: 10 * i, y: 0, width: 5, height: 5 },
      classIndex: i < 500 ? 0 : 1,
      score: 0.1 + ((i * 7919) % 530) / 1000,
    }))
    const kept = bestOfEachObject(boxes, 0.45, Infinity, 400)
    const ranked = boxes.toSorted((a, b) => b.score - a.score)
    const wanted = [0, 1].flatMap((k) => ranked.filter(({ classIndex }) => classIndex === k).slice(0, 400))
    expect(kept).toEqual(ranked.filter((box) => wanted.includes(box)))
    expect(kept).toHaveLength(430)
  })
})
