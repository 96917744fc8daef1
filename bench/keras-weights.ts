// Weights that are exported as .h5 and opened by real Keras: builds each preset's network there, fills it by load_weights (layer by layer as the
// file lists them, and by the layers' names), and compares what it predicts of one picture with our own network on the tensorflow backend.
//   node bench/keras-weights.ts --python <python with keras> [--only unet] [--all]
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createRandom } from '#shared/random.ts'
import { loadTensorflow } from '../src/engine/backends/tensorflow.ts'
import { writeKerasWeights } from '../src/engine/data/weight-files/write-keras.ts'
import { openTensorSession } from '../src/engine/inference/tensor-session.ts'
import { declareNetwork } from '../src/engine/nn/declare-ops.ts'
import { initialWeights } from '../src/engine/nn/initialize.ts'
import type { Weights } from '../src/engine/nn/weights.ts'
import { type BenchCase, benchCases, randomBatch } from './rival/cases.ts'
import { kerasPython, KerasRival, wanted } from './rival/keras-rival.ts'

const python = kerasPython()
await loadTensorflow()
const folder = await mkdtemp(path.join(os.tmpdir(), 'keras-weights-bench-'))
try {
  for (const benchCase of benchCases().filter(wanted)) console.log(JSON.stringify(await compare({ ...benchCase, batch: 1 })))
} finally {
  await rm(folder, { recursive: true })
}

/** Largest difference of any output, as a share of that output's size (root mean square). */
async function compare(benchCase: BenchCase) {
  const { name, network, height, width } = benchCase
  const weights = unevened(initialWeights(network, 1))
  const file = path.join(folder, `${name}.h5`)
  await writeKerasWeights(
    file,
    weights,
    declareNetwork(network).parameters.map((parameter) => parameter.name),
  )
  const session = openTensorSession(network, weights)
  const pixels = randomBatch(benchCase)['image']!.data as Float32Array
  const ours = await session.run(pixels, 1, height, width)
  const rival = new KerasRival(python)
  await rival.load(benchCase, false)
  const apart: Record<string, number | string> = {}
  for (const by of ['position', 'name'] as const) {
    const theirs = await rival.predictWith(file, by === 'name', pixels)
    apart[by] =
      'refused' in theirs
        ? theirs.refused
        : Math.max(...Object.entries(theirs.outputs).map(([output, values]) => difference(ours[output]!.data, values)))
  }
  rival.close()
  await session.dispose()
  return { bench: 'keras-weights', name, apart }
}

/** First weights with something added to each number: zeros and ones, as biases and statistics begin, would not show what is mixed up. */
function unevened(weights: Weights): Weights {
  const random = createRandom(1)
  const uneven = (data: Float32Array) => data.map((value) => value + 0.02 * (random.next() - 0.5))
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: uneven(data) }]))
}

function difference(a: Float32Array, b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`Not the same output: ${a.length} and ${b.length} numbers`)
  const size = Math.sqrt(b.reduce((sum, value) => sum + value ** 2, 0) / b.length)
  return b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0) / size
}
