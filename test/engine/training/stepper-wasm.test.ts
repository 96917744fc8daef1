import { beforeAll } from 'vitest'
import * as tf from '@tensorflow/tfjs-core'
import { loadWasm } from '../../../src/engine/backends/wasm.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import { describeStepper } from './stepper-cases.ts'

beforeAll(() => loadWasm(2))
describeStepper(
  'the stepper on wasm',
  (settings) => createStepper(settings),
  () => tf.engine().backend.numDataIds(),
  100,
)
