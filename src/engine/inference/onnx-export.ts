import { declareNetwork } from '../nn/declare-ops.ts'
import type { Network } from '../nn/network.ts'
import { normalizationAffine } from '../nn/normalization.ts'
import type { Weights } from '../nn/weights.ts'
import { OnnxGraph, type OnnxDimension } from './onnx-model.ts'
import { OnnxOps, OnnxValue } from './onnx-ops.ts'

/** The input's name: float32 NHWC, 0..255, batch, height and width open (or fixed where the network is). */
export const INPUT = 'image'

/**
 * A network with its weights as an ONNX file (operator set 13). Normalisation is inside, so the input is the pixels as they are; batch
 * norms are folded into the convolutions. Outputs keep the network's names, NHWC or rows. `metadata` (classes, preset, ...) is stored in
 * the file's metadata_props. Throws Error where a weight is missing.
 */
export function exportOnnx(network: Network, weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const graph = new OnnxGraph()
  const size = network.fixedSize ?? -1
  const shape = [-1, size, size, network.channels]
  graph.input(INPUT, named(shape))
  const image = new OnnxValue(shape, size < 0 ? network.multiple : 0, () => normalized(graph, network))
  const outputs = network.build(new OnnxOps(graph, weights), image)
  const declared = declareNetwork(network).outputs
  for (const [name, value] of Object.entries(outputs)) {
    const channelsLast = value.shape.length === 4 ? graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] }) : value.name
    graph.output(channelsLast, name, named(declared[name]!, name))
  }
  return graph.model(network.name, metadata)
}

function normalized(graph: OnnxGraph, network: Network): string {
  const { factor, offset } = normalizationAffine(network)
  const spread = (values: readonly number[]) => graph.floats(values, [values.length, 1, 1])
  const channelsFirst = graph.node('Transpose', [INPUT], { perm: [0, 3, 1, 2] })
  return graph.node('Add', [graph.node('Mul', [channelsFirst, spread(factor)]), spread(offset)])
}

/** Open dimensions get names: of the input the well-known ones, of an output its own. */
function named(shape: readonly number[], output?: string): OnnxDimension[] {
  const axes = ['batch', 'height', 'width', 'channels']
  return shape.map((size, axis) => {
    if (size >= 0) return size
    return axis === 0 || output === undefined ? axes[axis]! : `${output}.${axis}`
  })
}
