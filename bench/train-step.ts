// A training step of ours against Python Keras's train_on_batch: the same networks, losses and optimisers on the same machine, in rounds
// taken by turns, so that both have the same share of whatever else the machine does.
//   node bench/train-step.ts --python <python with keras> [--rounds 4] [--steps 6] [--only unet]
// Keras runs with and without XLA; the faster is what we are held against.
import { nativeBackend } from '../src/engine/backends/native.ts'
import { loadTensorflow } from '../src/engine/backends/tensorflow.ts'
import { initialWeights, parameterCount } from '../src/engine/nn/initialize.ts'
import { createStepper } from '../src/engine/training/step-create.ts'
import { benchCases, randomBatch, type BenchCase } from './rival/cases.ts'
import { kerasPython, KerasRival, median, numberOption, wanted } from './rival/keras-rival.ts'

const python = kerasPython()
const rounds = numberOption('rounds', 4)
const steps = numberOption('steps', 6)

await loadTensorflow()
for (const benchCase of benchCases().filter(({ name }) => wanted(name))) {
  const result = await compare(benchCase)
  console.log(`${JSON.stringify(result)}\n`)
}

async function compare(benchCase: BenchCase) {
  const { name, network, loss, optimizer } = benchCase
  const stepper = createStepper({ network, weights: initialWeights(network, 1), loss, optimizer }, console.error)
  const batch = randomBatch(benchCase)
  const rivals = { plain: new KerasRival(python), xla: new KerasRival(python) }
  const loaded = await rivals.plain.load(benchCase, false)
  await rivals.xla.load(benchCase, true)
  const counted = parameterCount(network)
  if (loaded.total !== counted.total || loaded.trainable !== counted.trainable)
    throw new Error(`Not the same network: ${JSON.stringify({ loaded, counted })}`)
  const ours = async (count: number) => {
    const ms: number[] = []
    for (let i = 0; i < count; i++) {
      const since = performance.now()
      await stepper.step(batch, 1e-3)
      ms.push(performance.now() - since)
    }
    return ms
  }
  await ours(2)
  await rivals.plain.train(2)
  await rivals.xla.train(2)
  const medians = { ours: [] as number[], keras: [] as number[], kerasXla: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    medians.ours.push(median(await ours(steps)))
    medians.keras.push(median(await rivals.plain.train(steps)))
    medians.kerasXla.push(median(await rivals.xla.train(steps)))
    const [a, b, c] = [medians.ours, medians.keras, medians.kerasXla].map((list) => list.at(-1)!.toFixed(0))
    console.log(`${name} round ${round + 1}: ours ${a} ms, Keras ${b} ms, Keras with XLA ${c} ms`)
  }
  stepper.dispose()
  for (const rival of Object.values(rivals)) rival.close()
  const [mine, keras, kerasXla] = [median(medians.ours), median(medians.keras), median(medians.kerasXla)]
  const best = Math.min(keras, kerasXla)
  console.log(`${name}: ours ${mine.toFixed(0)} ms, Keras ${best.toFixed(0)} ms, ratio ${(mine / best).toFixed(2)}`)
  const { keras: version, tensorflow } = loaded
  const threads = nativeBackend()!.binding.isUsingGpuDevice() ? 'GPU' : 'CPU'
  return {
    bench: 'train-step',
    name,
    oursMs: mine,
    kerasMs: keras,
    kerasXlaMs: kerasXla,
    ratio: mine / best,
    keras: version,
    tensorflow,
    on: threads,
  }
}
