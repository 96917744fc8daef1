import type { Network } from '../../src/engine/nn/network.ts'
import type { Ops } from '../../src/engine/nn/ops.ts'

/** A small network with most operations in it, as tests of the engine need one. */
export function tinyNetwork(frozenStem = false): Network {
  return {
    name: 'tiny',
    channels: 3,
    normalization: { mean: [127], scale: [128] },
    multiple: 4,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const norm = (x: T, name: string, frozen = false) => ops.batchNorm(x, { name, epsilon: 1e-3, momentum: 0.1, frozen })
      let x = ops.conv(input, { name: 'stem/conv', filters: 8, kernel: 3, stride: 2, frozen: frozenStem })
      x = ops.relu6(norm(x, 'stem/norm', frozenStem))
      let y = ops.conv(x, { name: 'block/expand', filters: 16, kernel: 1 })
      y = ops.relu6(norm(y, 'block/expand-norm'))
      y = ops.depthwiseConv(y, { name: 'block/depthwise', kernel: 5, stride: 2 })
      y = ops.relu6(norm(y, 'block/depthwise-norm'))
      y = ops.conv(y, { name: 'block/project', filters: 8, kernel: 1 })
      x = ops.relu(ops.add(x, ops.upsampleBilinear(norm(y, 'block/project-norm'))))
      const scores = ops.conv(x, { name: 'head/scores', filters: 2, kernel: 3, bias: true, biasInit: -1 })
      return { scores: ops.toRows(ops.sigmoid(scores), 2) }
    },
  }
}
