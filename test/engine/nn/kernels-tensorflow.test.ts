import { beforeAll } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { describeGradients } from './gradient-cases.ts'
import { describeGoldenOperations } from './operations-golden.ts'

beforeAll(loadTensorflow)
describeGradients('tensorflow')
describeGoldenOperations('tensorflow')
