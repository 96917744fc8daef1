import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { loadWasm } from '../../../src/engine/backends/wasm.ts'
import { memoryError } from '../../../src/engine/jobs/memory-error.ts'

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

describe('memoryError', () => {
  it('knows how V8 and TensorFlow say it', () => {
    expect(memoryError(thrownBy(() => new Float32Array(2 ** 46)))).toMatchObject({ code: 'out-of-memory' })
    expect(memoryError(new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[16777216,8388608]'))).not.toBeNull()
    expect(memoryError(new Error('The step was not given image'))).toBeNull()
  })

  it('knows how WebAssembly says it, which goes on afterwards', async () => {
    await loadWasm(1)
    const kept = tf.tensor1d([1, 2, 3])
    const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } }
    // 4 GiB are all that it can have; half of it is reserved here and never touched.
    wasm._malloc(2 ** 31 - 1)
    for (const size of [2 ** 29, 2 ** 30]) {
      expect(memoryError(thrownBy(() => tf.fill([size], 7)))).toMatchObject({ code: 'out-of-memory' })
    }
    expect([...tf.add(kept, 1).dataSync()]).toEqual([2, 3, 4])
  })
})
