import { must } from '#shared/assert.ts'
import type { WeightArray } from '../nn/weights.ts'
import { INPUT } from './onnx-export.ts'
import { OnnxGraph } from './onnx-model.ts'
import { openOnnxSession } from './onnx-session.ts'

/** Patches of normal images, ready to be compared with. Its owner disposes of it. */
export interface PatchMemory {
  /** For each patch of [patches, features] the Euclidean distance to the nearest one in memory. */
  distances(patches: Float32Array): Promise<Float32Array>
  dispose(): Promise<void>
}

/** Patches compared at once: their distances to the whole memory take a few dozen megabytes. */
const AT_ONCE = 512
const NEAREST = 'nearest'

/**
 * Opens a memory [patches, features] in ONNX Runtime: |q - m|^2 = |q|^2 + (|m|^2 - 2 q m), so that all distances are one product of matrices.
 * Rounding keeps a distance's square within about 1e-6 of |q|^2.
 */
export async function openPatchMemory(memory: WeightArray): Promise<PatchMemory> {
  const [, features] = sizesOf(memory)
  const session = await openOnnxSession(memoryGraph(memory))
  const nearest = async (patches: Float32Array): Promise<Float32Array> => {
    const outputs = await session.run(patches, 1, 1, patches.length / features)
    return must(outputs[NEAREST], 'the graph gives distances').data
  }
  return {
    distances: async (patches) => {
      const out = new Float32Array(patches.length / features)
      for (let from = 0; from < out.length; from += AT_ONCE) {
        const part = patches.subarray(from * features, (from + AT_ONCE) * features)
        out.set(distancesFrom(part, await nearest(part), features), from)
      }
      return out
    },
    dispose: () => session.dispose(),
  }
}

/** [1, 1, patches, features] to the least |m|^2 - 2 q m of each patch. */
function memoryGraph(memory: WeightArray): Uint8Array {
  const [count, features] = sizesOf(memory)
  const graph = new OnnxGraph()
  graph.input(INPUT, ['batch', 'height', 'width', features])
  const rows = graph.node('Reshape', [INPUT, graph.integers([-1, features])])
  const patches = graph.initializer('memory', () => ({ shape: [count, features], data: memory.data }))
  const squares = graph.initializer('squares', () => ({ shape: [count], data: squaredNorms(memory.data, features) }))
  const apart = graph.node('Gemm', [rows, patches, squares], { alpha: { float: -2 }, transB: 1 })
  graph.output(graph.node('ReduceMin', [apart], { axes: [1], keepdims: 0 }), NEAREST, ['patches'])
  return graph.model('patch-memory', {})
}

function distancesFrom(patches: Float32Array, nearest: Float32Array, features: number): Float32Array {
  return squaredNorms(patches, features).map((square, i) => Math.sqrt(Math.max(0, square + nearest[i]!)))
}

function squaredNorms(rows: Float32Array, size: number): Float32Array {
  return Float32Array.from({ length: rows.length / size }, (_, row) => {
    let sum = 0
    for (let i = row * size; i < (row + 1) * size; i++) sum += rows[i]! ** 2
    return sum
  })
}

function sizesOf({ shape }: WeightArray): [number, number] {
  const [count, features] = shape
  return [must(count, 'patches'), must(features, 'features')]
}
