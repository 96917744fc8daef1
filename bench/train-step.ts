// A training step of ours against Python Keras's train_on_batch: the same networks, losses and optimisers on the same machine, in rounds
// taken by turns, so that both have the same share of whatever else the machine does. Beside the clock the processor's time is told, all
// threads together: where other work keeps the cores busy, it is the steadier of the two.
//   node bench/train-step.ts --python <python with keras> [--rounds 4] [--steps 6] [--only unet] [--all]
// Keras runs with and without XLA; the faster is what we are held against.
import { nativeBackend } from '../src/engine/backends/native.ts'
import { loadTensorflow } from '../src/engine/backends/tensorflow.ts'
import { initialWeights } from '../src/engine/nn/initialize.ts'
import { createStepper } from '../src/engine/training/step-create.ts'
import { benchCases, randomBatch, type BenchCase } from './rival/cases.ts'
import { kerasPython, KerasRival, median, numberOption, type Timed, wanted } from './rival/keras-rival.ts'

const python = kerasPython()
const rounds = numberOption('rounds', 4)
const steps = numberOption('steps', 6)

const SIDES = ['ours', 'keras', 'kerasXla'] as const
type Side = (typeof SIDES)[number]
type Runner = (steps: number) => Promise<Timed>

await loadTensorflow()
for (const benchCase of benchCases().filter(wanted)) {
  const result = await compare(benchCase)
  console.log(`${JSON.stringify(result)}\n`)
}

async function compare(benchCase: BenchCase) {
  const { name, network, loss, optimizer } = benchCase
  const stepper = createStepper({ network, weights: initialWeights(network, 1), loss, optimizer }, console.error)
  const batch = randomBatch(benchCase)
  const rivals = { keras: new KerasRival(python), kerasXla: new KerasRival(python) }
  const loaded = await rivals.keras.load(benchCase, false)
  await rivals.kerasXla.load(benchCase, true)
  const { ms, cpu } = await byTurns(name, {
    ours: (count) => timed(count, () => stepper.step(batch, 1e-3)),
    keras: (count) => rivals.keras.train(count),
    kerasXla: (count) => rivals.kerasXla.train(count),
  })
  stepper.dispose()
  for (const rival of Object.values(rivals)) rival.close()
  const faster = ms.keras <= ms.kerasXla ? 'keras' : 'kerasXla'
  const ratio = { clock: ms.ours / ms[faster], processor: cpu.ours / Math.min(cpu.keras, cpu.kerasXla) }
  console.log(`${name}: ours ${ms.ours.toFixed(0)} ms, Keras ${ms[faster].toFixed(0)} ms, ratio ${ratio.clock.toFixed(2)}`)
  console.log(`${name}: of the processor's time ${cpu.ours.toFixed(0)} ms against ${Math.min(cpu.keras, cpu.kerasXla).toFixed(0)}, ratio ${ratio.processor.toFixed(2)}`) // prettier-ignore
  const { keras: version, tensorflow } = loaded
  const on = nativeBackend()!.binding.isUsingGpuDevice() ? 'GPU' : 'CPU'
  return { bench: 'train-step', name, ms, cpu, ratio, keras: version, tensorflow, on }
}

/** Medians over the rounds of the milliseconds of a step, by the clock and by the processor; each side goes first as often as the others. */
async function byTurns(name: string, sides: Readonly<Record<Side, Runner>>): Promise<Record<'ms' | 'cpu', Record<Side, number>>> {
  for (const side of SIDES) await sides[side](2)
  const found = { ms: lists(), cpu: lists() }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < SIDES.length; i++) {
      const side = SIDES[(round + i) % SIDES.length]!
      const { ms, cpu } = await sides[side](steps)
      found.ms[side].push(median(ms))
      found.cpu[side].push(cpu)
    }
    const [a, b, c] = SIDES.map((side) => found.ms[side].at(-1)!.toFixed(0))
    console.log(`${name} round ${round + 1}: ours ${a} ms, Keras ${b} ms, Keras with XLA ${c} ms`)
  }
  return { ms: medians(found.ms), cpu: medians(found.cpu) }
}

function lists(): Record<Side, number[]> {
  return { ours: [], keras: [], kerasXla: [] }
}

function medians({ ours, keras, kerasXla }: Readonly<Record<Side, readonly number[]>>): Record<Side, number> {
  return { ours: median(ours), keras: median(keras), kerasXla: median(kerasXla) }
}

async function timed(count: number, work: () => Promise<unknown>): Promise<Timed> {
  const ms: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) {
    const since = performance.now()
    await work()
    ms.push(performance.now() - since)
  }
  const { user, system } = process.cpuUsage(before)
  return { ms, cpu: (user + system) / 1000 / count }
}
