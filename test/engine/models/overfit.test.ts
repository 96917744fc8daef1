import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/shared/random.ts'
import { iou } from '../../../src/shared/geometry/box.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { createCellsLite0Preset } from '../../../src/engine/models/cells-lite0/preset.ts'
import type { DetectionPreset } from '../../../src/engine/models/detection-preset.ts'
import type { DetectionLabel } from '../../../src/engine/models/preset.ts'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'

interface Sample {
  readonly pixels: Float32Array
  readonly labels: readonly DetectionLabel[]
}

/** Discs of two kinds on a noisy ground: large and pale, small and dark. */
function drawSmear(seed: number, size: number, discs: readonly { x: number; y: number; radius: number; kind: number }[]): Sample {
  const random = createRandom(seed)
  const pixels = Float32Array.from({ length: size * size * 3 }, () => 225 + random.normal(0, 4))
  for (const { x, y, radius, kind } of discs) {
    const colour = kind === 0 ? [205, 140, 140] : [90, 60, 140]
    for (let i = 0; i < size * size; i++)
      if (Math.hypot((i % size) + 0.5 - x, Math.floor(i / size) + 0.5 - y) < radius) pixels.set(colour, i * 3)
  }
  const labels = discs.map(({ x, y, radius, kind }) => ({
    box: { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius },
    classIndex: kind,
    ignore: false,
  }))
  return { pixels, labels }
}

/** Trains on the samples alone, with the averaging off, and gives the losses. */
async function overfit(preset: DetectionPreset, samples: readonly Sample[], size: number, rates: readonly number[]) {
  const network = preset.network(2)
  const weights = new Map([...initialWeights(network, 3), ...(await preset.pretrained())])
  const optimizer = { ...preset.defaults.optimizer, ema: 0, weightDecay: 0 }
  const stepper = createStepper({ network, weights, loss: preset.loss(2, size, size), optimizer })
  const pixels = new Float32Array(samples.length * size * size * 3)
  for (const [i, sample] of samples.entries()) pixels.set(sample.pixels, i * sample.pixels.length)
  const batch = {
    image: { shape: [samples.length, size, size, 3], data: pixels },
    ...preset.targets(
      samples.map(({ labels }) => labels),
      size,
      size,
    ),
  }
  const losses: number[] = []
  for (const rate of rates) losses.push((await stepper.step(batch, rate))['loss']!)
  const session = openTensorSession(network, stepper.averaged())
  stepper.dispose()
  const outputs = await session.run(pixels, samples.length, size, size)
  await session.dispose()
  const found = samples.map((_, i) => preset.decode(outputs, i, { height: size, width: size, minScore: 0.5, maxDetections: 50 }))
  return { losses, found }
}

describe('two images learned by heart', () => {
  beforeAll(() => loadTensorflow())

  it('by the cell detector: every disc is found where it is, and nothing else', { timeout: 240_000 }, async () => {
    const samples = [
      drawSmear(1, 128, [{ x: 40, y: 44, radius: 22, kind: 0 }, { x: 90, y: 80, radius: 24, kind: 0 }, { x: 96, y: 24, radius: 6, kind: 1 }]), // prettier-ignore
      drawSmear(2, 128, [
        { x: 60, y: 70, radius: 23, kind: 0 },
        { x: 20, y: 20, radius: 7, kind: 1 },
      ]),
    ]
    // The running averages of batch norm need some fifty steps at their momentum of 0.03 to come near.
    const preset = createCellsLite0Preset()
    const rates = Array.from({ length: 120 }, (_, i) => 4e-3 * Math.min(1, i / 10) * (i < 80 ? 1 : 0.15))
    const { losses, found } = await overfit(preset, samples, 128, rates)
    expect(losses.at(-1)!).toBeLessThan(0.06 * losses[0]!)
    for (const [i, { labels }] of samples.entries()) {
      expect(found[i]).toHaveLength(labels.length)
      for (const { box, classIndex } of labels) {
        const hit = found[i]!.find((one) => one.classIndex === classIndex && iou(one.box, box) > 0.75)
        expect(hit, `class ${classIndex} at ${box.x}, ${box.y}`).toBeDefined()
      }
    }
  })
})
