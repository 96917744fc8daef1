import { beforeAll } from 'vitest'
import { loadWasm } from '../../../../src/engine/backends/wasm.ts'
import { describeLosses } from './loss-cases.ts'

beforeAll(() => loadWasm(2))
describeLosses('wasm')
