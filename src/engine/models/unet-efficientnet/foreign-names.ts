import type { Target } from '../../data/weight-files/target.ts'

/** Our layers by what Keras calls them behind the block's name. */
const BLOCK_LAYERS: Readonly<Record<string, string>> = {
  expand_conv: 'expand/conv',
  expand_bn: 'expand/norm',
  dwconv: 'depthwise/conv',
  bn: 'depthwise/norm',
  se_reduce: 'squeeze/reduce',
  se_expand: 'squeeze/expand',
  project_conv: 'project/conv',
  project_bn: 'project/norm',
}
const PLAIN_LAYERS: Readonly<Record<string, string>> = { conv: 'conv', bn: 'norm' }

/** A layer's arrays by name; Keras 3 numbers them in the order in which they stand here. */
const CONV_ARRAYS = [['kernel', 'kernel'], ['bias', 'bias']] as const // prettier-ignore
const NORM_ARRAYS = [['gamma', 'gamma'], ['beta', 'beta'], ['moving_mean', 'mean'], ['moving_variance', 'variance']] as const // prettier-ignore

/**
 * Which of our parameters an array of a Keras file is, null where it is none: EfficientNet of keras.applications or of the package
 * `efficientnet`, alone or inside a U-Net of segmentation_models, whose decoder is known as well. Files of Keras 1 to 3 name an array
 * `stem_conv/stem_conv/kernel:0`, `model_weights/stem_conv/stem_conv/kernel:0`, `layers/stem_conv/vars/0`; copies of them as safetensors
 * `stem_conv/kernel` or `stem_conv.kernel`. Both learned on ImageNet's mean and deviation, as this network expects (keras.applications
 * keeps them in layers of its own, which have no counterpart here).
 */
export function translateEfficientNetName(name: string): Target | null {
  const parts = name.replace(/:\d+$/, '').split(/[/.]/)
  const array = parts.pop()!
  const layer = parts.map(ourLayer).findLast((found) => found !== null)
  if (layer == null) return null
  const arrays: readonly (readonly [string, string])[] = layer.endsWith('norm') ? NORM_ARRAYS : CONV_ARRAYS
  const ours = /^\d+$/.test(array) ? arrays[Number(array)] : arrays.find(([theirs]) => theirs === array.replace(/^depthwise_/, ''))
  return ours === undefined ? null : { name: `${layer}/${ours[1]}`, order: 'as-is' }
}

function ourLayer(theirs: string): string | null {
  const [, end, kind] = /^(stem|top)_(conv|bn)$/.exec(theirs) ?? []
  if (end !== undefined) return `encoder/${end}/${PLAIN_LAYERS[kind!]}`
  const [, block, part] = /^(block\d[a-z])_(\w+)$/.exec(theirs) ?? []
  if (block !== undefined) return Object.hasOwn(BLOCK_LAYERS, part!) ? `encoder/${block}/${BLOCK_LAYERS[part!]}` : null
  const [, stage, half, layer] = /^decoder_stage(\d)([ab])_(conv|bn)$/.exec(theirs) ?? []
  if (stage !== undefined) return `decoder/stage${stage}/${half}/${PLAIN_LAYERS[layer!]}`
  return theirs === 'final_conv' ? 'head' : null
}
