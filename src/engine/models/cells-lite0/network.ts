import { must } from '#shared/assert.ts'
import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { buildEfficientNetLite0, EFFICIENTNET_LITE0_NORMALIZATION, type EncoderOptions } from '../efficientnet-lite0.ts'
import type { CellDetectorSettings } from './settings.ts'

/** The encoder block that ends each stride, coarsest first: what the pyramid starts from. */
const PYRAMID = [
  { stride: 32, block: 14 },
  { stride: 16, block: 10 },
  { stride: 8, block: 4 },
  { stride: 4, block: 2 },
] as const

/** Distances start near half a red cell: 4 strides. */
const BOX_BIAS = 1.4

export function encoderOptions({ frozenBlocks, momentum }: CellDetectorSettings): EncoderOptions {
  return { name: 'encoder', blocks: 15, frozenBlocks, momentum }
}

/**
 * Anchor-free detector on EfficientNet-Lite0: a top-down feature pyramid (Lin et al. 2017) from stride 32 to the finest map, two towers a
 * map (Tian et al., "FCOS", 2019). Outputs over all cells, finest map first, row by row: `class` [batch, cells, classes] logits and `box`
 * [batch, cells, 4]: left, top, right and bottom distance from the cell's centre, see box-coding.ts. Without the trailing sigmoid and
 * exponential, which the decoder needs for a handful of cells only.
 */
export function cellDetectorNetwork(classes: number, settings: CellDetectorSettings): Network {
  return {
    name: 'cells-lite0',
    channels: 3,
    normalization: EFFICIENTNET_LITE0_NORMALIZATION,
    multiple: 32,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const { blocks } = buildEfficientNetLite0(ops, input, encoderOptions(settings))
      const maps = pyramid(ops, blocks, settings)
      const outputs = (kind: 'class' | 'box', values: number) =>
        ops.concatRows(settings.strides.map((stride) => tower(ops, must(maps.get(stride), 'a map'), `${kind}${stride}`, values, settings)))
      return { class: outputs('class', classes), box: outputs('box', 4) }
    },
  }
}

/** Pyramid maps by stride, from 32 down to the finest that is predicted from. */
function pyramid<T>(ops: Ops<T>, blocks: readonly T[], settings: CellDetectorSettings): Map<number, T> {
  const finest = Math.min(...settings.strides)
  const maps = new Map<number, T>()
  let above: T | null = null
  for (const { stride, block } of PYRAMID.filter((level) => level.stride >= finest)) {
    const name = `pyramid/stride${stride}`
    const side = convNorm(ops, blocks[block]!, `${name}/lateral`, settings.pyramidWidth, 1, settings)
    const merged: T = above === null ? side : ops.add(side, ops.upsampleBilinear(above))
    above = ops.relu(convNorm(ops, ops.relu(merged), `${name}/smooth`, settings.pyramidWidth, 3, settings))
    maps.set(stride, above)
  }
  return maps
}

function tower<T>(ops: Ops<T>, map: T, name: string, values: number, settings: CellDetectorSettings): T {
  let x = map
  for (let i = 0; i < settings.towerDepth; i++) x = ops.relu(convNorm(ops, x, `head/${name}/tower${i}`, settings.towerWidth, 3, settings))
  const biasInit = name.startsWith('class') ? Math.log(settings.prior / (1 - settings.prior)) : BOX_BIAS
  const init = { kind: 'normal', std: 0.01 } as const
  return ops.toRows(ops.conv(x, { name: `head/${name}/out`, filters: values, kernel: 3, bias: true, biasInit, init }), values)
}

function convNorm<T>(ops: Ops<T>, x: T, name: string, filters: number, kernel: number, { momentum }: CellDetectorSettings): T {
  return ops.batchNorm(ops.conv(x, { name: `${name}/conv`, filters, kernel }), { name: `${name}/norm`, epsilon: 1e-3, momentum })
}
