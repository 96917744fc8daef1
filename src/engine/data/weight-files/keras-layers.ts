import type { Target } from './target.ts'
import type { StoredArray } from './weight-file.ts'

/** A layer of a file or of our network: what kind it is and its arrays by part. */
interface Layer {
  /** `norm`, `dense` or `conv3x3` and its like. */
  readonly kind: string
  readonly parts: ReadonlyMap<string, string>
}

type Shapes = ReadonlyMap<string, readonly number[]>

/** Keras's words for our parts. */
const PARTS: Readonly<Record<string, string>> = {
  kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  moving_mean: 'mean',
  moving_variance: 'variance',
}
/** Since Keras 3 a layer's arrays are numbered, in this order. */
const NUMBERED = { norm: ['gamma', 'beta', 'mean', 'variance'], other: ['kernel', 'bias'] } as const
/** Moments of the optimiser lie beside the weights and look like them. */
const OPTIMIZER = /^optimizer(_weights)?\//

/**
 * Which parameter of a network (its shapes by name, in the order of first use) each array of a Keras file is, by the order of the layers: the
 * first 3x3 convolution is the first 3x3 convolution, and so on through every kind. Layers' names mean nothing, as Keras makes them up. Empty
 * where the two have not equally many layers of each kind. Shapes beyond the kernel's size are not compared: that tells a mistake better.
 */
export function matchKerasLayers(arrays: ReadonlyMap<string, StoredArray>, wanted: Shapes): ReadonlyMap<string, Target> {
  const stored = new Map([...arrays].filter(([name]) => !OPTIMIZER.test(name)).map(([name, { shape }]) => [name, shape]))
  const [theirs, ours] = [byKind(layersOf(stored)), byKind(layersOf(wanted))]
  const alike = theirs.size === ours.size && [...ours].every(([kind, layers]) => theirs.get(kind)?.length === layers.length)
  if (!alike) return new Map()
  const pairs = [...ours].flatMap(([kind, layers]) => layers.map((layer, i) => [theirs.get(kind)![i]!, layer] as const))
  return new Map(pairs.flatMap(([foreign, own]) => targets(foreign, own)))
}

function targets(foreign: Layer, own: Layer): [string, Target][] {
  return [...foreign.parts].flatMap(([part, array]): [string, Target][] => {
    const name = own.parts.get(part)
    return name === undefined ? [] : [[array, { name, order: 'as-is' }]]
  })
}

function byKind(layers: readonly Layer[]): Map<string, Layer[]> {
  return grouped(layers, ({ kind }) => kind)
}

/** Arrays of one folder are one layer, in the order of their first array. */
function layersOf(shapes: Shapes): Layer[] {
  const folders = grouped([...shapes.keys()], (name) => name.slice(0, name.lastIndexOf('/') + 1))
  return [...folders.values()].flatMap((names) => layerOf(names, shapes) ?? [])
}

function layerOf(names: readonly string[], shapes: Shapes): Layer | null {
  const norm = names.length === 4 && names.every((name) => shapes.get(name)!.length === 1)
  const parts = new Map(names.map((name) => [partOf(name, norm), name]))
  if (norm) return { kind: 'norm', parts }
  const kernel = parts.get('kernel')
  return kernel === undefined ? null : { kind: kindOf(shapes.get(kernel)!), parts }
}

/** `.../vars/0`, `.../kernel:0` (Keras 2), `.../moving_mean`, or our own name. */
function partOf(name: string, norm: boolean): string {
  const leaf = name.slice(name.lastIndexOf('/') + 1).replace(/:0$/, '')
  if (!/^\d+$/.test(leaf)) return PARTS[leaf] ?? leaf
  return NUMBERED[norm ? 'norm' : 'other'][Number(leaf)] ?? leaf
}

function kindOf(kernel: readonly number[]): string {
  return kernel.length === 4 ? `conv${kernel[0]!}x${kernel[1]!}` : `dense${kernel.length}`
}

/** In the order of their first members. */
function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}
