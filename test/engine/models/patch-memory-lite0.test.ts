import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import type { RawOutputs } from '../../../src/engine/inference/session.ts'
import { buildEfficientNetLite0 } from '../../../src/engine/models/efficientnet-lite0.ts'
import { FEATURES, linearWeights, patchMemoryNetwork, patchMemoryWeights } from '../../../src/engine/models/patch-memory-lite0/network.ts'
import { createPatchMemoryLite0Preset } from '../../../src/engine/models/patch-memory-lite0/preset.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'

/** The encoder alone. */
const encoder: Network = {
  ...patchMemoryNetwork(),
  build<T>(ops: Ops<T>, input: T) {
    const { blocks } = buildEfficientNetLite0(ops, input, { name: 'encoder', blocks: 11, frozenBlocks: 11, momentum: 0 })
    return { two: blocks[2] as T, ten: blocks[10] as T }
  },
}

const SIDE = 64
const random = createRandom(4)
const pixels = Float32Array.from({ length: SIDE * SIDE * 3 }, () => random.int(256))

async function outputs(network: Network, weights: Weights): Promise<RawOutputs> {
  const session = await openOnnxSession(exportOnnx(network, weights))
  const found = await session.run(pixels, 1, SIDE, SIDE)
  await session.dispose()
  return found
}

describe('patch-memory-lite0', () => {
  it('has only frozen parameters, and names them as its weights do', async () => {
    const { parameters, outputs: shapes } = declareNetwork(patchMemoryNetwork(), SIDE, SIDE)
    expect(parameters.every(({ role }) => role === 'frozen')).toBe(true)
    expect(new Set(parameters.map(({ name }) => name))).toEqual(new Set((await patchMemoryWeights()).keys()))
    expect(shapes['features']).toEqual([-1, SIDE / 4, SIDE / 4, FEATURES])
  })

  it('looks at cells enlarged to 160 pixels, at fields reduced to 256', () => {
    const preset = createPatchMemoryLite0Preset()
    expect(preset.suited(50).inferenceSizes).toEqual([[160, 160]])
    expect(preset.suited(161).inferenceSizes).toEqual([[256, 256]])
    expect(preset.suited(50).memory).toEqual(preset.memory)
  })

  it('describes a patch by means of 3x3 places of the encoder, deeper ones between the places of the finest grid', async () => {
    const weights = await patchMemoryWeights()
    const { features } = await outputs(patchMemoryNetwork(), weights)
    const { two, ten } = await outputs(encoder, weights)
    const at = (raw: RawOutputs[string] | undefined, y: number, x: number, c: number): number =>
      raw!.data[(y * raw!.shape[2]! + x) * raw!.shape[3]! + c]!
    const mean = (raw: RawOutputs[string] | undefined, y: number, x: number, c: number): number => {
      let sum = 0
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += at(raw, y + dy, x + dx, c)
      return sum / 9
    }
    for (const [y, x, c] of [[5, 6, 0], [8, 3, 11], [1, 14, 23]] as const) expect(at(features, y, x, c)).toBeCloseTo(mean(two, y, x, c), 4) // prettier-ignore
    // Block 10 has 4 x 4 places here: the four patches round the middle of its inner four lie between them alike.
    for (const c of [0, 50, 111]) {
      const middle = [7, 8].flatMap((y) => [7, 8].map((x) => at(features, y, x, 64 + c))).reduce((a, b) => a + b, 0) / 4
      const inner = [1, 2].flatMap((y) => [1, 2].map((x) => mean(ten, y, x, c))).reduce((a, b) => a + b, 0) / 4
      expect(middle).toBeCloseTo(inner, 3)
    }
  })

  it('maps features by what fitting sets', async () => {
    const weights = await patchMemoryWeights()
    const { features } = await outputs(patchMemoryNetwork(), weights)
    const swapped = Array.from({ length: FEATURES ** 2 }, (_, i) => (i === FEATURES ? 2 : 0))
    const offset = new Float64Array(FEATURES).fill(3)
    const mapped = (await outputs(patchMemoryNetwork(), new Map([...weights, ...linearWeights(swapped, offset)])))['features']!
    // Feature 1 doubled becomes feature 0; the others are the offset.
    for (const patch of [0, 100, 255]) {
      expect(mapped.data[patch * FEATURES]).toBeCloseTo(2 * features!.data[patch * FEATURES + 1]! + 3, 4)
      expect(mapped.data[patch * FEATURES + 1]).toBeCloseTo(3, 5)
    }
  })
})
