// Images a second at 640 x 480, or at the one size that a network takes: the exported graph in ONNX Runtime and the network on the tensorflow
// backend, against Python Keras's predict and predict_on_batch, in rounds taken by turns.
//   node bench/inference.ts --python <python with keras> [--rounds 4] [--runs 5] [--batch 1] [--only unet] [--all]
import { loadTensorflow } from '../src/engine/backends/tensorflow.ts'
import { exportOnnx } from '../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../src/engine/inference/onnx-session.ts'
import type { InferenceSession } from '../src/engine/inference/session.ts'
import { openTensorSession } from '../src/engine/inference/tensor-session.ts'
import { initialWeights } from '../src/engine/nn/initialize.ts'
import { benchCases, randomBatch, type BenchCase } from './rival/cases.ts'
import { kerasPython, KerasRival, median, numberOption, wanted } from './rival/keras-rival.ts'

const python = kerasPython()
const rounds = numberOption('rounds', 4)
const runs = numberOption('runs', 5)
const batch = numberOption('batch', 1)

await loadTensorflow()
for (const benchCase of benchCases().filter(wanted)) {
  const { fixedSize } = benchCase.network
  const [height, width] = [fixedSize ?? 480, fixedSize ?? 640]
  console.log(`${JSON.stringify(await compare({ ...benchCase, batch, height, width }))}\n`)
}

async function compare(benchCase: BenchCase) {
  const { name, network, height, width } = benchCase
  const weights = initialWeights(network, 1)
  const onnx = await openOnnxSession(exportOnnx(network, weights))
  const tensors = openTensorSession(network, weights)
  const rival = new KerasRival(python)
  await rival.load(benchCase, false)
  const pixels = randomBatch(benchCase)['image']!.data as Float32Array
  const timed = async (session: InferenceSession) => {
    const ms: number[] = []
    for (let i = 0; i < runs; i++) {
      const since = performance.now()
      await session.run(pixels, batch, height, width)
      ms.push(performance.now() - since)
    }
    return ms
  }
  const times: Record<'onnx' | 'tensorflow' | 'keras predict' | 'keras predict_on_batch', number[]> = {
    onnx: [],
    tensorflow: [],
    'keras predict': [],
    'keras predict_on_batch': [],
  }
  for (let round = -1; round < rounds; round++) {
    const ours = { onnx: await timed(onnx), tensorflow: await timed(tensors) }
    const { predict, onBatch } = await rival.predict(runs)
    if (round < 0) continue // Warming up.
    times.onnx.push(median(ours.onnx))
    times.tensorflow.push(median(ours.tensorflow))
    times['keras predict'].push(median(predict))
    times['keras predict_on_batch'].push(median(onBatch))
  }
  await onnx.dispose()
  await tensors.dispose()
  rival.close()
  const speeds = Object.fromEntries(Object.entries(times).map(([side, ms]) => [side, (1000 * batch) / median(ms)]))
  const ratio = { predict: speeds['onnx']! / speeds['keras predict']!, onBatch: speeds['onnx']! / speeds['keras predict_on_batch']! }
  const lines = Object.entries(speeds).map(([side, speed]) => `${side} ${speed.toFixed(1)}`)
  console.log(`${name}, ${width} x ${height}, batch ${batch}, images a second: ${lines.join(', ')}`)
  console.log(`ONNX Runtime against Keras predict ${ratio.predict.toFixed(2)}, predict_on_batch ${ratio.onBatch.toFixed(2)}`)
  return { bench: 'inference', name, batch, imagesPerSecond: speeds, ratio }
}
