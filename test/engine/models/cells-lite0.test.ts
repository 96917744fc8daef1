import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../src/shared/random.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { assignCells } from '../../../src/engine/models/cells-lite0/assignment.ts'
import { outputOf } from '../../../src/engine/models/cells-lite0/box-coding.ts'
import { generalizedOverlaps } from '../../../src/engine/models/cells-lite0/box-tensors.ts'
import { cellCentres, cellCount, cellMaps } from '../../../src/engine/models/cells-lite0/grid.ts'
import { cellDetectorNetwork } from '../../../src/engine/models/cells-lite0/network.ts'
import { createCellsLite0Preset } from '../../../src/engine/models/cells-lite0/preset.ts'
import { CELL_DETECTOR } from '../../../src/engine/models/cells-lite0/settings.ts'
import { cellTargets } from '../../../src/engine/models/cells-lite0/targets.ts'
import type { DetectionLabel } from '../../../src/engine/models/preset.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { parameterCount } from '../../../src/engine/nn/initialize.ts'
import type { BatchArray } from '../../../src/engine/training/step.ts'
import { giou } from '../../../src/shared/geometry/box.ts'
import { referenceAssignment } from './assignment-reference.ts'

const label = (x: number, y: number, width: number, height: number, classIndex = 0, ignore = false): DetectionLabel => ({
  box: { x, y, width, height },
  classIndex,
  ignore,
})

function randomLabels(random: Random, count: number, width: number, height: number): DetectionLabel[] {
  return Array.from({ length: count }, () => {
    const size = random.uniform(2, 90)
    return label(random.uniform(-10, width - 10), random.uniform(-10, height - 10), size, size * random.uniform(0.6, 1.6), random.int(3))
  })
}

const tensorOf = ({ data, shape }: BatchArray) => tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')
const fedTensors = (targets: Readonly<Record<string, BatchArray>>) =>
  Object.fromEntries(Object.entries(targets).map(([name, array]) => [name, tensorOf(array)]))

describe('the network of the cell detector', () => {
  it('has the size that its recipe was measured with', () => {
    const { trainable, frozen } = parameterCount(cellDetectorNetwork(3, CELL_DETECTOR))
    expect(trainable + frozen).toBe(2_638_183)
  })

  it.each([
    { strides: [8], cells: 48 * 64 },
    { strides: [4], cells: 96 * 128 },
    { strides: [8, 16, 32], cells: 48 * 64 + 24 * 32 + 12 * 16 },
  ])('puts out one row a cell with maps of strides $strides', ({ strides, cells }) => {
    const network = cellDetectorNetwork(5, { ...CELL_DETECTOR, strides })
    expect(declareNetwork(network, 384, 512).outputs).toEqual({ class: [-1, cells, 5], box: [-1, cells, 4] })
    expect(cellCount(cellMaps(384, 512, strides))).toBe(cells)
  })

  it('starts from shipped weights that fit it', async () => {
    const preset = createCellsLite0Preset()
    const shapes = new Map(declareNetwork(preset.network(3)).parameters.map(({ name, shape }) => [name, shape]))
    for (const [name, { shape }] of await preset.pretrained()) expect(shapes.get(name), name).toEqual(shape)
  })
})

describe('what is fed to the loss', () => {
  it('pads label lists to a multiple of 32 and marks the real ones', () => {
    const random = createRandom(1)
    for (const [count, slots] of [
      [0, 32],
      [32, 32],
      [33, 64],
      [300, 320],
    ] as const) {
      const { boxes, real, classes, home } = cellTargets([randomLabels(random, count, 256, 256), []], 256, 256, [8])
      expect(boxes.shape).toEqual([2, slots, 4])
      expect([real.shape, classes.shape, home.shape]).toEqual([
        [2, slots],
        [2, slots],
        [2, slots],
      ])
      expect(real.data.filter((value) => value === 1)).toHaveLength(count)
    }
  })

  it('gives each label a cell of its own near its centre, and -1 where none is left', () => {
    const crowd = Array.from({ length: 20 }, () => label(30, 30, 4, 4))
    const { home } = cellTargets([crowd], 32, 32, [8])
    const homes = [...home.data.subarray(0, 20)]
    expect(homes[0]).toBe(3 * 4 + 3)
    const given = homes.filter((cell) => cell >= 0)
    expect(given).toHaveLength(16)
    expect(new Set(given).size).toBe(16)
    const [far] = cellTargets([[label(-60, 10, 20, 4)]], 32, 32, [8]).home.data
    expect(far).toBe(4)
  })

  it('chooses the map that suits the size', () => {
    const maps = cellMaps(128, 128, [8, 32])
    const { home } = cellTargets([[label(10, 10, 30, 30), label(0, 0, 120, 128)]], 128, 128, [8, 32])
    expect(home.data[0]).toBe(3 * 16 + 3)
    expect(home.data[1]).toBeGreaterThanOrEqual(maps[1]!.start)
  })

  it('leaves out labels without area, and cells inside ignored boxes', () => {
    const { real, weights } = cellTargets([[label(3, 3, 0, 5), label(0, 0, 17, 9, 0, true)]], 32, 32, [8])
    expect(Math.max(...real.data)).toBe(0)
    expect([...weights.data]).toEqual([0, 0, ...Array<number>(14).fill(1)])
  })
})

describe('assignment and loss', () => {
  beforeAll(() => loadTensorflow())

  /** Random predictions for a batch: boxes about as large as the labels, random scores. */
  function predictions(random: Random, count: number, centres: ReturnType<typeof cellCentres>) {
    const cells = centres.x.length
    const boxes = new Float32Array(count * cells * 4)
    const scores = Float32Array.from({ length: count * cells * 3 }, () => random.uniform(0.001, 0.9))
    for (let i = 0; i < count * cells; i++) {
      const [x, y] = [centres.x[i % cells]!, centres.y[i % cells]!]
      const reach = () => random.uniform(1, 45)
      boxes.set([x - reach(), y - reach(), x + reach(), y + reach()], i * 4)
    }
    return { boxes, scores }
  }

  it.each([
    { name: 'crowded, one map', labels: [60, 0, 7], height: 128, width: 160, strides: [8] },
    { name: 'three maps', labels: [20, 3], height: 128, width: 128, strides: [8, 16, 32] },
    { name: 'so many labels that they are worked off in parts', labels: [420, 10], height: 320, width: 320, strides: [4] },
  ])('agrees with a plain reference: $name', ({ labels, height, width, strides }) => {
    const random = createRandom(7)
    const centres = cellCentres(cellMaps(height, width, strides))
    const cells = centres.x.length
    const batch = labels.map((count) => randomLabels(random, count, width, height))
    const targets = cellTargets(batch, height, width, strides)
    const { boxes, scores } = predictions(random, batch.length, centres)
    const before = tf.memory().numTensors
    const found = tf.tidy(() => {
      const fed = fedTensors(targets)
      const grid = (values: Float32Array) => tf.tensor3d(values, [1, 1, cells])
      const input = {
        scores: tf.tensor3d(scores, [batch.length, cells, 3]),
        predicted: tf.tensor3d(boxes, [batch.length, cells, 4]),
        x: grid(centres.x),
        y: grid(centres.y),
        boxes: fed['boxes'] as tf.Tensor3D,
        classes: fed['classes'] as tf.Tensor2D,
        real: fed['real'] as tf.Tensor2D,
        home: fed['home'] as tf.Tensor2D,
        inside: fed['inside'] as tf.Tensor2D,
      }
      return assignCells(input, CELL_DETECTOR.assignment).dataSync()
    })
    expect(tf.memory().numTensors).toBe(before)
    const slots = targets.home.shape[1]!
    for (const [image, list] of batch.entries()) {
      const reference = referenceAssignment(
        Array.from({ length: cells }, (_, i) => {
          const at = image * cells + i
          return {
            x: centres.x[i]!,
            y: centres.y[i]!,
            box: [...boxes.subarray(at * 4, at * 4 + 4)],
            scores: [...scores.subarray(at * 3, at * 3 + 3)],
          }
        }),
        list.map(({ box, classIndex }, i) => ({
          box: [box.x, box.y, box.x + box.width, box.y + box.height].map(Math.fround),
          classIndex,
          home: targets.home.data[image * slots + i]!,
        })),
        10,
      )
      let learning = 0
      for (let i = 0; i < cells; i++) {
        const [target, kind, left] = found.subarray((image * cells + i) * 6, (image * cells + i) * 6 + 3)
        const expected = reference.get(i)
        if (expected === undefined) expect(target, `cell ${i}`).toBe(0)
        else {
          learning++
          expect(target, `cell ${i}`).toBeCloseTo(expected.target, 3)
          expect(kind).toBe(list[expected.label]!.classIndex)
          expect(left).toBe(Math.fround(list[expected.label]!.box.x))
        }
      }
      expect(learning).toBeGreaterThanOrEqual(list.length === 0 ? 0 : Math.min(list.length, 5))
    }
  })

  it('computes GIoU as the geometry of boxes does', () => {
    const random = createRandom(2)
    const corners = Array.from({ length: 200 }, () => {
      const [x, y] = [random.uniform(0, 20), random.uniform(0, 20)]
      return [x, y, x + random.uniform(0.5, 15), y + random.uniform(0.5, 15)]
    })
    const values = tf.tidy(() => generalizedOverlaps(tf.tensor2d(corners.slice(0, 100)), tf.tensor2d(corners.slice(100))).dataSync())
    const box = ([l, t, r, b]: number[]) => ({ x: l!, y: t!, width: r! - l!, height: b! - t! })
    for (let i = 0; i < 100; i++) expect(values[i]).toBeCloseTo(giou(box(corners[i]!), box(corners[100 + i]!)), 4)
  })

  it('pushes class scores to their soft targets, and boxes down the slope of 1 - GIoU', () => {
    const preset = createCellsLite0Preset()
    const [height, width, cells] = [64, 96, 96]
    const random = createRandom(5)
    const targets = preset.targets([randomLabels(random, 6, width, height), [label(20, 20, 30, 30, 1, true)]], height, width)
    const logits = tf.tensor3d(
      Float32Array.from({ length: 2 * cells * 3 }, () => random.normal()),
      [2, cells, 3],
    )
    const box = tf.tensor3d(
      Float32Array.from({ length: 2 * cells * 4 }, () => random.uniform(-0.5, 1.5)),
      [2, cells, 4],
    )
    tf.tidy(() => {
      const fed = fedTensors(targets)
      const loss = preset.loss(3, height, width)
      const [toClass, toBox] = tf.grads((l: tf.Tensor, b: tf.Tensor) => loss({ class: l, box: b }, fed).loss as tf.Scalar)([logits, box])
      const step = (rate: number) => loss({ class: tf.sub(logits, tf.mul(toClass!, rate)), box: tf.sub(box, tf.mul(toBox!, rate)) }, fed)
      expect(step(0.5).loss.dataSync()[0]).toBeLessThan(step(0).loss.dataSync()[0]!)
      // Cells of the ignored box in the second image get no push; its other cells are pushed down to zero.
      const second = [...toClass!.dataSync<'float32'>().subarray(cells * 3)]
      const ignored = (i: number) => Math.abs(((i % 12) + 0.5) * 8 - 35) <= 15 && Math.abs((Math.floor(i / 12) + 0.5) * 8 - 35) <= 15
      for (let i = 0; i < cells; i++) {
        if (ignored(i)) expect(second.slice(i * 3, i * 3 + 3)).toEqual([0, 0, 0])
        else expect(Math.min(...second.slice(i * 3, i * 3 + 3))).toBeGreaterThan(0)
      }
      expect(
        toBox!
          .dataSync<'float32'>()
          .subarray(cells * 4)
          .every((value) => value === 0),
      ).toBe(true)
    })
    tf.dispose([logits, box])
  })

  it('stands a batch without any label', () => {
    const preset = createCellsLite0Preset()
    const value = tf.tidy(() => {
      const fed = fedTensors(preset.targets([[], []], 64, 64))
      return preset
        .loss(
          2,
          64,
          64,
        )({ class: tf.fill([2, 64, 2], -4.6), box: tf.zeros([2, 64, 4]) }, fed)
        .loss.dataSync()[0]!
    })
    expect(value).toBeCloseTo(256 * Math.log(1 + Math.exp(-4.6)), 3)
  })
})

describe('decoding', () => {
  it('turns cells into boxes of the right image, cut to the frame, best first, neighbours suppressed', () => {
    const preset = createCellsLite0Preset({ ...CELL_DETECTOR, strides: [8, 32] })
    const cells = 8 * 8 + 2 * 2
    const logits = new Float32Array(2 * cells * 2).fill(-8)
    const box = new Float32Array(2 * cells * 4)
    const put = (cell: number, classIndex: number, logit: number, distances: number[], stride: number) => {
      logits[(cells + cell) * 2 + classIndex] = logit
      box.set(
        distances.map((distance) => outputOf(distance, stride)),
        (cells + cell) * 4,
      )
    }
    put(9, 0, 2, [6, 6, 10, 10], 8)
    put(10, 0, 1, [14, 6, 2, 10], 8)
    put(10, 1, 0, [14, 6, 2, 10], 8)
    put(64 + 3, 1, 3, [30, 30, 60, 60], 32)
    const outputs = { class: { shape: [2, cells, 2], data: logits }, box: { shape: [2, cells, 4], data: box } }
    const options = { height: 64, width: 64, minScore: 0.3, maxDetections: 10 }
    const found = preset.decode(outputs, 1, options)
    expect(found.map(({ classIndex, score }) => [classIndex, Number(score.toFixed(4))])).toEqual([
      [1, 0.9526],
      [0, 0.8808],
      [1, 0.5],
    ])
    expect(found[0]!.box.x).toBeCloseTo(18, 4)
    expect(found[0]!.box.width).toBeCloseTo(46, 4)
    expect(found[1]!.box.x).toBeCloseTo(6, 4)
    expect(found[1]!.box.height).toBeCloseTo(16, 4)
    expect(preset.decode(outputs, 0, options)).toEqual([])
  })
})
