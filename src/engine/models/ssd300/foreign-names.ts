import type { Target } from '../../data/weight-files/target.ts'
import { SSD_MAPS, VGG_STAGES } from './network.ts'

const KIND: Readonly<Record<string, string>> = { weight: 'kernel', bias: 'bias' }

/** `conv1_1` ... `conv5_3` by their index in torchvision's vgg16().features (convolution and ReLU count one each, pooling one a stage). */
const VGG_FEATURES: ReadonlyMap<number, string> = new Map(
  VGG_STAGES.flatMap(({ convs }, stage) => {
    const before = VGG_STAGES.slice(0, stage).reduce((sum, { convs: earlier }) => sum + 2 * earlier + 1, 0)
    return Array.from({ length: convs }, (_, i) => [before + 2 * i, `conv${stage + 1}_${i + 1}`] as const)
  }),
)

/** What torchvision's SSD keeps in `backbone.extra`, by its path there. */
const SSD_EXTRAS: ReadonlyMap<string, string> = new Map([
  ['0.1', 'backbone/conv5_1'],
  ['0.3', 'backbone/conv5_2'],
  ['0.5', 'backbone/conv5_3'],
  ['0.7.1', 'backbone/conv6'],
  ['0.7.3', 'backbone/conv7'],
  ...[1, 2, 3, 4].flatMap((block): [string, string][] => [
    [`${block}.0`, `extra/conv${block + 7}_1`],
    [`${block}.2`, `extra/conv${block + 7}_2`],
  ]),
])

/** Which of our parameters an array of a foreign file is, by its name and rank; null where it is none. */
export function translateSsdName(name: string, rank: number): Target | null {
  return ssdTarget(name) ?? vggTarget(name) ?? kerasVggTarget(name, rank)
}

/** A name of torchvision's ssd300_vgg16 state dict. */
function ssdTarget(name: string): Target | null {
  if (name === 'backbone.scale_weight') return { name: 'backbone/conv4_3_norm/scale', order: 'as-is' }
  const parts = /^(.*)\.(weight|bias)$/.exec(name)
  const layer = parts === null ? undefined : ssdLayer(parts[1]!)
  return layer === undefined ? null : torchTarget(layer, parts![2]!)
}

function ssdLayer(path: string): string | undefined {
  const feature = /^backbone\.features\.(\d+)$/.exec(path)
  if (feature) return under('backbone', VGG_FEATURES.get(Number(feature[1])))
  const head = /^head\.(classification|regression)_head\.module_list\.(\d)$/.exec(path)
  if (head) return under(head[1] === 'classification' ? 'head/class' : 'head/box', SSD_MAPS[Number(head[2])])
  const extra = /^backbone\.extra\.(.+)$/.exec(path)
  return extra === null ? undefined : SSD_EXTRAS.get(extra[1]!)
}

/** A name of torchvision's vgg16 state dict (its classifier has no place in a detector). */
function vggTarget(name: string): Target | null {
  const parts = /^(?:backbone\.)?features\.(\d+)\.(weight|bias)$/.exec(name)
  const layer = parts === null ? undefined : VGG_FEATURES.get(Number(parts[1]))
  return layer === undefined ? null : torchTarget(`backbone/${layer}`, parts![2]!)
}

/** A path of Keras's VGG16. Kernel and bias are told by their rank, since Keras has named them in four ways. */
function kerasVggTarget(path: string, rank: number): Target | null {
  const parts = /(?:^|\/)block(\d)_conv(\d)(?=\/|_)/.exec(path)
  if (parts === null || (rank !== 1 && rank !== 4)) return null
  const layer = `conv${parts[1]!}_${parts[2]!}`
  return { name: `backbone/${layer}/${rank === 4 ? 'kernel' : 'bias'}`, order: 'as-is' }
}

function torchTarget(layer: string, kind: string): Target {
  return { name: `${layer}/${KIND[kind]!}`, order: kind === 'weight' ? 'oihw' : 'as-is' }
}

function under(folder: string, layer: string | undefined): string | undefined {
  return layer === undefined ? undefined : `${folder}/${layer}`
}
