import type { Network } from './network.ts'
import type { BatchNormSpec, ConvSpec, ConvTransposeSpec, DenseSpec, DropSpec, LayerSpec, Ops, Padding, ParameterSpec } from './ops.ts'
import {
  blocksShape,
  denseShape,
  enlargedShape,
  flatShape,
  gatedShape,
  joinedShape,
  pooledShape,
  rowsShape,
  windowShape,
} from './shapes.ts'

/**
 * What a parameter is to training: `trainable` gets a gradient, `running` is a live batch norm's average (a step changes it without a
 * gradient), `frozen` is a constant.
 */
export interface DeclaredParameter extends ParameterSpec {
  readonly role: 'trainable' | 'running' | 'frozen'
  /** Inputs that feed one output, and outputs that one input feeds (for initialisation). */
  readonly fan: { readonly in: number; readonly out: number }
}

/** A value of which only the shape is known; -1 where a dimension is open. */
export interface Declared {
  readonly shape: readonly number[]
}

/** Random factors that a training step is fed for each sample: 0 with probability `rate`, else 1 / (1 - rate). */
export interface DeclaredRandom {
  readonly name: string
  /** Of one sample; -1 where a dimension is open. */
  readonly shape: readonly number[]
  readonly rate: number
}

export interface Declaration {
  /** In the order of first use. */
  readonly parameters: readonly DeclaredParameter[]
  readonly random: readonly DeclaredRandom[]
  readonly outputs: Readonly<Record<string, readonly number[]>>
}

/** Walks a network and collects its parameters and output shapes. Height and width may be left open (-1). Computes nothing. */
export function declareNetwork(network: Network, height = network.fixedSize ?? -1, width = network.fixedSize ?? -1): Declaration {
  const ops = new DeclareOps()
  const outputs = network.build(ops, { shape: [-1, height, width, network.channels] })
  const shapes = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]))
  return { parameters: ops.parameters, random: ops.random, outputs: shapes }
}

/** Collects parameters: see `declareNetwork`. Throws Error on a name used twice or shapes that do not fit. */
export class DeclareOps implements Ops<Declared> {
  readonly #parameters = new Map<string, DeclaredParameter>()
  readonly #random = new Map<string, DeclaredRandom>()

  get parameters(): readonly DeclaredParameter[] {
    return [...this.#parameters.values()]
  }

  get random(): readonly DeclaredRandom[] {
    return [...this.#random.values()]
  }

  shapeOf(x: Declared): readonly number[] {
    return x.shape
  }

  conv(x: Declared, spec: ConvSpec): Declared {
    const area = spec.kernel * spec.kernel
    const fan = { in: area * channels(x), out: area * spec.filters }
    this.#layerParameters(spec, [spec.kernel, spec.kernel, channels(x), spec.filters], spec.filters, fan)
    return { shape: windowShape(x.shape, spec, spec.filters) }
  }

  depthwiseConv(x: Declared, spec: Omit<ConvSpec, 'filters'>): Declared {
    const area = spec.kernel * spec.kernel
    this.#layerParameters(spec, [spec.kernel, spec.kernel, channels(x), 1], channels(x), { in: area, out: area })
    return { shape: windowShape(x.shape, spec, channels(x)) }
  }

  convTranspose(x: Declared, spec: ConvTransposeSpec): Declared {
    const fan = { in: channels(x), out: spec.kernel * spec.kernel * spec.filters }
    this.#layerParameters(spec, [spec.kernel, spec.kernel, spec.filters, channels(x)], spec.filters, fan)
    return { shape: blocksShape(x.shape, spec.kernel, spec.filters) }
  }

  dense(x: Declared, spec: DenseSpec): Declared {
    const shape = denseShape(x.shape, spec.units)
    this.#layerParameters(spec, [channels(x), spec.units], spec.units, { in: channels(x), out: spec.units })
    return { shape }
  }

  batchNorm(x: Declared, { name, frozen = false }: BatchNormSpec): Declared {
    const shape = [channels(x)]
    const learnt = frozen ? 'frozen' : 'trainable'
    const running = frozen ? 'frozen' : 'running'
    this.#vector(`${name}/gamma`, shape, 1, learnt)
    this.#vector(`${name}/beta`, shape, 0, learnt)
    this.#vector(`${name}/mean`, shape, 0, running)
    this.#vector(`${name}/variance`, shape, 1, running)
    return x
  }

  relu(x: Declared): Declared {
    return x
  }

  relu6(x: Declared): Declared {
    return x
  }

  sigmoid(x: Declared): Declared {
    return x
  }

  swish(x: Declared): Declared {
    return x
  }

  exp(x: Declared): Declared {
    return x
  }

  clip(x: Declared): Declared {
    return x
  }

  affine(x: Declared): Declared {
    return x
  }

  scale(x: Declared, name: string, init: number, perChannel: boolean): Declared {
    this.#vector(`${name}/scale`, perChannel ? [channels(x)] : [], init, 'trainable')
    return x
  }

  add(a: Declared, b: Declared): Declared {
    const fits = a.shape.length === b.shape.length && a.shape.every((size, i) => size < 0 || b.shape[i]! < 0 || size === b.shape[i])
    if (!fits) throw new Error(`Shapes [${a.shape.join()}] and [${b.shape.join()}] cannot be added`)
    return a
  }

  multiply(x: Declared, gate: Declared): Declared {
    return { shape: gatedShape(x.shape, gate.shape) }
  }

  globalAveragePool(x: Declared): Declared {
    return { shape: pooledShape(x.shape) }
  }

  dropout(x: Declared, spec: DropSpec): Declared {
    return this.#dropped(x, spec, x.shape.slice(1))
  }

  dropConnect(x: Declared, spec: DropSpec): Declared {
    return this.#dropped(
      x,
      spec,
      Array.from({ length: x.shape.length - 1 }, () => 1),
    )
  }

  concat(xs: readonly Declared[]): Declared {
    return { shape: joinedShape(shapesOf(xs), -1) }
  }

  concatRows(xs: readonly Declared[]): Declared {
    return { shape: joinedShape(shapesOf(xs), 1) }
  }

  maxPool(x: Declared, size: number, stride: number, pad: Padding | 'ceil'): Declared {
    return { shape: windowShape(x.shape, { kernel: size, stride, pad }, channels(x)) }
  }

  upsampleBilinear(x: Declared): Declared {
    return { shape: enlargedShape(x.shape, 2) }
  }

  upsampleNearest(x: Declared, factor: number): Declared {
    return { shape: enlargedShape(x.shape, factor) }
  }

  l2Normalize(x: Declared): Declared {
    return x
  }

  flatten(x: Declared): Declared {
    return { shape: flatShape(x.shape) }
  }

  toRows(x: Declared, values: number): Declared {
    return { shape: rowsShape(x.shape, values) }
  }

  #layerParameters(spec: LayerSpec, shape: readonly number[], outputs: number, fan: DeclaredParameter['fan']): void {
    const role = spec.frozen === true ? 'frozen' : 'trainable'
    this.#declare({ name: `${spec.name}/kernel`, shape, init: spec.init ?? { kind: 'he-normal' }, role, decay: true, fan })
    if (spec.bias === true) this.#vector(`${spec.name}/bias`, [outputs], spec.biasInit ?? 0, role)
  }

  #dropped(x: Declared, { name, rate }: DropSpec, shape: readonly number[]): Declared {
    if (!(rate >= 0 && rate < 1)) throw new Error(`${name} leaves out ${rate}: a share is at least 0 and below 1`)
    if (rate === 0) return x
    if (this.#random.has(name)) throw new Error(`The random numbers ${name} are declared twice`)
    this.#random.set(name, { name, shape, rate })
    return x
  }

  #vector(name: string, shape: readonly number[], value: number, role: DeclaredParameter['role']): void {
    this.#declare({ name, shape, init: { kind: 'constant', value }, role, decay: false, fan: { in: 1, out: 1 } })
  }

  #declare(parameter: Omit<DeclaredParameter, 'trainable'>): void {
    if (this.#parameters.has(parameter.name)) throw new Error(`The parameter ${parameter.name} is declared twice`)
    this.#parameters.set(parameter.name, { ...parameter, trainable: parameter.role === 'trainable' })
  }
}

function channels(x: Declared): number {
  return x.shape.at(-1) ?? -1
}

function shapesOf(xs: readonly Declared[]): (readonly number[])[] {
  return xs.map((x) => x.shape)
}
