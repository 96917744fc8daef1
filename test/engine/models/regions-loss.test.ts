import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import type { Shape } from '#shared/records/shape.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { plainFrameMap } from '../../../src/engine/data/frame-geometry.ts'
import { type Known, truthOf } from '../../../src/engine/data/truth.ts'
import type { AnyLearnedPreset } from '../../../src/engine/models/any-preset.ts'
import { cellCentres, cellMaps } from '../../../src/engine/models/cells-lite0/grid.ts'
import { CELL_DETECTOR } from '../../../src/engine/models/cells-lite0/settings.ts'
import { allPresets } from '../../../src/engine/models/registry.ts'
import { defaultBoxes } from '../../../src/engine/models/ssd300/default-boxes.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { engineTask } from '../../../src/engine/tasks/registry.ts'
import type { BatchArray } from '../../../src/engine/training/step.ts'

beforeAll(() => loadTensorflow())

const presets = allPresets().filter(
  (preset): preset is AnyLearnedPreset => preset.kind === 'learned' && (preset.task === 'detection' || preset.task === 'segmentation'),
)
const CLASSES = 2
const sideOf = (preset: AnyLearnedPreset): number => preset.network(CLASSES).fixedSize ?? 128

const area = (x: number, y: number, width: number, height: number): Shape => ({
  type: 'polygon',
  rings: [[x, y, x + width, y, x + width, y + height, x, y + height]],
})
const box = (x: number, y: number, width: number, height: number): Shape => ({ type: 'box', x, y, width, height })

/** The left half is fully labelled: an object in it, one across its edge, one outside that a person labelled all the same. */
function halfKnown(preset: AnyLearnedPreset): Required<Known> {
  const unit = sideOf(preset) / 16
  const shapeOf = preset.task === 'detection' ? box : area
  const label = (x: number, y: number, classIndex: number): JobLabel => ({
    shape: shapeOf(x * unit, y * unit, 4 * unit, 4 * unit),
    classIndex,
    ignore: false,
  })
  return {
    labels: [label(1, 1, 0), label(5, 8, 1), label(11, 4, 0)],
    regions: [{ type: 'polygon', rings: [[0, 0, 8 * unit, 0, 8 * unit, 16 * unit, 0, 16 * unit]] }],
  }
}

const tensorOf = ({ data, shape }: BatchArray): tf.Tensor => tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')

interface Pushed {
  readonly value: number
  /** Gradient of each output, row by row of `width` numbers. */
  readonly rows: readonly { readonly name: string; readonly width: number; readonly values: Float32Array }[]
}

/** The loss of a sample with outputs drawn from a seed, and what it does to each of them. */
function pushed(preset: AnyLearnedPreset, known: Known): Pushed {
  const side = sideOf(preset)
  const size = [side, side] as const
  const task = engineTask(preset)
  const frame = { x: 0, y: 0, width: side, height: side }
  const truth = truthOf(task.truth, known, frame, plainFrameMap(frame), size, { ...preset.defaults.augmentation, iouCrops: false })
  const random = createRandom(3)
  const outputs = Object.entries(declareNetwork(preset.network(CLASSES), side, side).outputs).map(([name, [, ...shape]]) => ({
    name,
    width: shape.at(-1)!,
    tensor: tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
      [1, ...shape],
    ),
  }))
  return tf.tidy(() => {
    const fed = Object.fromEntries(Object.entries(task.feed([truth], side, side)).map(([name, array]) => [name, tensorOf(array)]))
    const loss = preset.loss(CLASSES, side, side)
    const of = (...tensors: tf.Tensor[]): tf.Scalar =>
      loss(Object.fromEntries(outputs.map(({ name }, i) => [name, tensors[i]!])), fed).loss as tf.Scalar
    const tensors = outputs.map(({ tensor }) => tensor)
    const gradients = tf.grads(of)(tensors)
    const rows = outputs.map(({ name, width }, i) => ({ name, width, values: gradients[i]!.dataSync<'float32'>().slice() }))
    const value = of(...tensors).dataSync()[0]!
    tf.dispose(tensors)
    return { value, rows }
  })
}

/** Column of the input over which an output's row of numbers lies. */
function columnsOf(preset: AnyLearnedPreset): (row: number) => number {
  const side = sideOf(preset)
  if (preset.task === 'segmentation') return (row) => row % side
  if (preset.name === 'cells-lite0') return (row) => cellCentres(cellMaps(side, side, CELL_DETECTOR.strides)).x[row]!
  const priors = defaultBoxes()
  return (row) => (priors[row * 4]! + priors[row * 4 + 2]!) / 2
}

describe.each(presets.map((preset) => [preset.name, preset] as const))(
  'what %s learns of a half that is fully labelled',
  (_name, preset) => {
    it('is nothing at all of the other half, labels there included', () => {
      const column = columnsOf(preset)
      const middle = sideOf(preset) / 2
      const { value, rows } = pushed(preset, halfKnown(preset))
      expect(value).toBeGreaterThan(0)
      for (const { name, width, values } of rows) {
        let inside = 0
        let outside = 0
        for (const [i, gradient] of values.entries())
          if (column(Math.floor(i / width)) < middle) inside += Math.abs(gradient)
          else if (gradient !== 0) outside++
        expect(outside, name).toBe(0)
        expect(inside, name).toBeGreaterThan(0)
      }
    })

    it('is more where all of the image counts', () => {
      const column = columnsOf(preset)
      const [first] = pushed(preset, { labels: halfKnown(preset).labels }).rows
      const outside = first!.values.some((gradient, i) => gradient !== 0 && column(Math.floor(i / first!.width)) >= sideOf(preset) / 2)
      expect(outside).toBe(true)
    })

    it('is nothing where a sample has nothing of the region', () => {
      const { rows } = pushed(preset, { ...halfKnown(preset), regions: [] })
      for (const { values } of rows) expect(values.every((gradient) => gradient === 0)).toBe(true)
    })
  },
)
