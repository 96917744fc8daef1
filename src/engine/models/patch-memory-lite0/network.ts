import { must } from '#shared/assert.ts'
import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import type { WeightArray, Weights } from '../../nn/weights.ts'
import {
  buildEfficientNetLite0,
  EFFICIENTNET_LITE0_NORMALIZATION,
  efficientNetLite0Weights,
  type EncoderOptions,
} from '../efficientnet-lite0.ts'

/** The encoder's blocks whose maps describe a patch, and how often each is doubled to the finest: strides 4, 8 and 16. */
const TAKEN = [
  { block: 2, channels: 24, doublings: 0 },
  { block: 4, channels: 40, doublings: 1 },
  { block: 10, channels: 112, doublings: 2 },
] as const

/** Numbers that describe a patch. */
export const FEATURES = TAKEN.reduce((sum, { channels }) => sum + channels, 0)
/** Input pixels a side between two patches. */
export const STRIDE = 4

const ENCODER: EncoderOptions = { name: 'encoder', blocks: 11, frozenBlocks: 11, momentum: 0 }
const POOL = 3

/**
 * Features of patches: the maps of EfficientNet-Lite0's blocks 2, 4 and 10, each averaged over 3x3 places, doubled (bilinear) to the finest grid
 * and put together (PatchCore, Roth et al. 2022, section 3.1), then a linear map a patch that fitting sets (`standardize`). All is frozen. Takes
 * any height and width that are multiples of 16. Output: `features` [batch, height / 4, width / 4, 176].
 */
export function patchMemoryNetwork(): Network {
  return {
    name: 'patch-memory-lite0',
    channels: 3,
    normalization: EFFICIENTNET_LITE0_NORMALIZATION,
    multiple: 16,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const { blocks } = buildEfficientNetLite0(ops, input, ENCODER)
      const maps = TAKEN.map(({ block, doublings }) => {
        let x = ops.depthwiseConv(must(blocks[block], 'a block'), { name: `pool/block${block}`, kernel: POOL, frozen: true })
        for (let i = 0; i < doublings; i++) x = ops.upsampleBilinear(x)
        return x
      })
      return { features: ops.conv(ops.concat(maps), { name: 'standardize', filters: FEATURES, kernel: 1, bias: true, frozen: true }) }
    },
  }
}

/** The shipped encoder, means as pooling, and a linear map that leaves the features as they are. */
export async function patchMemoryWeights(): Promise<Weights> {
  const pools = TAKEN.map(({ block, channels }): [string, WeightArray] => [
    `pool/block${block}/kernel`,
    { shape: [POOL, POOL, channels, 1], data: new Float32Array(POOL * POOL * channels).fill(1 / (POOL * POOL)) },
  ])
  const identity = Array.from({ length: FEATURES ** 2 }, (_, i) => (i % (FEATURES + 1) === 0 ? 1 : 0))
  return new Map([...(await efficientNetLite0Weights(ENCODER)), ...pools, ...linearWeights(identity, new Float64Array(FEATURES))])
}

/** The linear map of the features: `matrix` [from, to], row by row. */
export function linearWeights(matrix: ArrayLike<number>, offset: ArrayLike<number>): [string, WeightArray][] {
  const size = offset.length
  return [
    ['standardize/kernel', { shape: [1, 1, size, size], data: Float32Array.from(matrix) }],
    ['standardize/bias', { shape: [size], data: Float32Array.from(offset) }],
  ]
}
