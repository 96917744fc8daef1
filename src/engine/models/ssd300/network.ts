import type { Network } from '../../nn/network.ts'
import type { ConvSpec, Ops } from '../../nn/ops.ts'
import { BOXES_PER_CELL } from './default-boxes.ts'

/** VGG16's convolutions by stage (Simonyan & Zisserman 2015, configuration D), as SSD uses them: conv1_1 to conv5_3. */
export const VGG_STAGES = [
  { convs: 2, filters: 64 },
  { convs: 2, filters: 128 },
  { convs: 3, filters: 256 },
  { convs: 3, filters: 512 },
  { convs: 3, filters: 512 },
] as const

/** The extra layers behind conv7: a 1x1 bottleneck, then a 3x3. */
const EXTRAS = [
  { name: 'conv8', bottleneck: 256, filters: 512, stride: 2, pad: 1 },
  { name: 'conv9', bottleneck: 128, filters: 256, stride: 2, pad: 1 },
  { name: 'conv10', bottleneck: 128, filters: 256, stride: 1, pad: 'valid' },
  { name: 'conv11', bottleneck: 128, filters: 256, stride: 1, pad: 'valid' },
] as const

/** The six maps that boxes are predicted from, finest first. */
export const SSD_MAPS = ['conv4_3', 'conv7', 'conv8_2', 'conv9_2', 'conv10_2', 'conv11_2'] as const

/**
 * SSD300 on VGG16 (Liu et al., ECCV 2016) exactly as torchvision's ssd300_vgg16 builds it: conv4_3 L2-normalised and rescaled by a
 * learned factor a channel (20 at first), conv6 with dilation 6, the third pooling rounding up. Outputs for 8732 default boxes:
 * `class` [batch, 8732, classes + 1] logits, 0 = background, and `box` [batch, 8732, 4] offsets (box-coding.ts).
 * 24,013,232 parameters for 3 classes.
 */
export function ssd300Network(classes: number): Network {
  return {
    name: 'ssd300-vgg16',
    channels: 3,
    // torchvision's mean of (0.48235, 0.45882, 0.40784) with the deviation of 1/255: the pixels stay in 0..255.
    normalization: { mean: [0.48235 * 255, 0.45882 * 255, 0.40784 * 255], scale: [1, 1, 1] },
    multiple: 300,
    fixedSize: 300,
    build: (ops, input) => heads(ops, backbone(ops, input), classes),
  }
}

function backbone<T>(ops: Ops<T>, input: T): T[] {
  const conv3 = [0, 1, 2].reduce((x, stage) => vggStage(ops, x, stage, POOLS[stage]), input)
  const conv4 = vggStage(ops, conv3, 3)
  const conv5 = vggStage(ops, ops.maxPool(conv4, 2, 2, 'valid'), 4)
  const pooled = ops.maxPool(conv5, 3, 1, 1)
  const conv6 = relu(ops, pooled, { name: 'backbone/conv6', filters: 1024, kernel: 3, pad: 6, dilation: 6 })
  const conv7 = relu(ops, conv6, { name: 'backbone/conv7', filters: 1024, kernel: 1 })
  const maps = [ops.scale(ops.l2Normalize(conv4), 'backbone/conv4_3_norm', 20, true), conv7]
  for (const { name, bottleneck, filters, stride, pad } of EXTRAS) {
    const narrow = relu(ops, maps.at(-1)!, { name: `extra/${name}_1`, filters: bottleneck, kernel: 1 })
    maps.push(relu(ops, narrow, { name: `extra/${name}_2`, filters, kernel: 3, stride, pad }))
  }
  return maps
}

/** Of the poolings that end stages 1 to 3 the third rounds up, so that conv4_3 is 38 wide as in the paper. */
const POOLS = ['valid', 'valid', 'ceil'] as const

/**
 * One stage of VGG16, pooled where `pool` says how. The last ReLU then stands behind the pooling: the same numbers and gradients, from a
 * quarter of the values.
 */
function vggStage<T>(ops: Ops<T>, input: T, stage: number, pool?: (typeof POOLS)[number]): T {
  const { convs, filters } = VGG_STAGES[stage]!
  // torchvision's VGG: normal, deviation by fan-out (He et al. 2015); all that SSD adds is Glorot-uniform.
  const init = { kind: 'normal', std: Math.sqrt(2 / (9 * filters)) } as const
  let x = input
  for (let i = 1; i <= convs; i++) {
    const y = conv(ops, x, { name: `backbone/conv${stage + 1}_${i}`, filters, kernel: 3, pad: 1, init })
    x = ops.relu(i < convs || pool === undefined ? y : ops.maxPool(y, 2, 2, pool))
  }
  return x
}

const relu = <T>(ops: Ops<T>, x: T, spec: ConvSpec): T => ops.relu(conv(ops, x, spec))

function conv<T>(ops: Ops<T>, x: T, spec: ConvSpec): T {
  return ops.conv(x, { init: { kind: 'glorot-uniform' }, bias: true, pad: 'valid', ...spec })
}

function heads<T>(ops: Ops<T>, maps: readonly T[], classes: number): Record<string, T> {
  const rows = (kind: string, values: number) =>
    maps.map((x, i) => {
      const filters = BOXES_PER_CELL[i]! * values
      const name = `head/${kind}/${SSD_MAPS[i]!}`
      return ops.toRows(ops.conv(x, { name, filters, kernel: 3, pad: 1, bias: true, init: { kind: 'glorot-uniform' } }), values)
    })
  return { class: ops.concatRows(rows('class', classes + 1)), box: ops.concatRows(rows('box', 4)) }
}
