import { createRandom } from '#shared/random.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'
import { openOnnxSession } from './onnx-session.ts'
import type { InferenceSession, RawOutputs } from './session.ts'
import { openTensorSession } from './tensor-session.ts'

/** How far two runtimes are apart on one output. */
export interface Agreement {
  readonly output: string
  /** Largest absolute difference of two elements. */
  readonly absolute: number
  /** The same, as a share of the output's largest magnitude. */
  readonly relative: number
}

/**
 * Runs an exported model in ONNX Runtime and the same network in TensorFlow.js on noise of every grey level, and compares each output.
 * Throws Error where names or shapes differ. A sound export stays below 1e-4 relative (float32 sums in another order).
 */
export async function checkAgreement(model: Uint8Array, network: Network, weights: Weights): Promise<Agreement[]> {
  const onnx = await openOnnxSession(model)
  const reference = openTensorSession(network, weights)
  try {
    const [ours, theirs] = [await probe(onnx, network), await probe(reference, network)]
    return Object.keys(theirs).map((output) => compare(output, ours, theirs))
  } finally {
    await onnx.dispose()
    await reference.dispose()
  }
}

/** Two images, of sides that differ where they may. */
async function probe(session: InferenceSession, network: Network): Promise<RawOutputs> {
  const unit = network.multiple * Math.ceil(64 / network.multiple)
  const [height, width] = network.fixedSize === null ? [unit, unit + network.multiple] : [network.fixedSize, network.fixedSize]
  const random = createRandom('agreement')
  const pixels = Float32Array.from({ length: 2 * height * width * network.channels }, () => random.int(256))
  return session.run(pixels, 2, height, width)
}

function compare(output: string, ours: RawOutputs, theirs: RawOutputs): Agreement {
  const [a, b] = [ours[output], theirs[output]]
  if (a === undefined || b === undefined) throw new Error(`The exported model lacks the output ${output}`)
  if (a.shape.join() !== b.shape.join()) throw new Error(`The output ${output} has shape [${a.shape.join()}], not [${b.shape.join()}]`)
  let absolute = 0
  let magnitude = 0
  for (let i = 0; i < b.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!)
    // A NaN on either side is as far apart as can be.
    absolute = Number.isNaN(difference) ? Infinity : Math.max(absolute, difference)
    magnitude = Math.max(magnitude, Math.abs(b.data[i]!))
  }
  return { output, absolute, relative: absolute / Math.max(magnitude, 1e-12) }
}
