import { beforeAll } from 'vitest'
import { loadWasm } from '../../../src/engine/backends/wasm.ts'
import { describeClassics } from './classic-golden.ts'

beforeAll(() => loadWasm(2))
describeClassics('wasm')
