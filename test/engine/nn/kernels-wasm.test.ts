import { beforeAll } from 'vitest'
import { loadWasm } from '../../../src/engine/backends/wasm.ts'
import { describeGradients } from './gradient-cases.ts'
import { describeGoldenOperations } from './operations-golden.ts'

beforeAll(() => loadWasm(2))
describeGradients('wasm')
describeGoldenOperations('wasm')
