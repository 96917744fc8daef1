import { beforeAll } from 'vitest'
import * as tf from '@tensorflow/tfjs-core'
import { loadWasm } from '../../../src/engine/backends/wasm.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import { describeAccumulation, describeExhaustion } from './accumulate-cases.ts'

beforeAll(() => loadWasm(2))
describeAccumulation(
  'wasm',
  (settings) => createStepper(settings),
  () => tf.engine().backend.numDataIds(),
)
// Four GiB: as much as WebAssembly can have at most.
describeExhaustion('wasm', () => tf.sum(tf.fill([2 ** 30], 7)))
