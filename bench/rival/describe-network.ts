import { DeclareOps, type Declared } from '../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../src/engine/nn/network.ts'
import type { Ops } from '../../src/engine/nn/ops.ts'

/** One operation of a network, as Python reads it: inputs are indices of earlier operations, 0 is the image. */
export interface DescribedOp {
  readonly op: string
  readonly inputs: readonly number[]
  readonly [argument: string]: unknown
}

export interface DescribedNetwork {
  readonly channels: number
  readonly mean: readonly number[]
  readonly scale: readonly number[]
  readonly ops: readonly DescribedOp[]
  readonly outputs: Readonly<Record<string, number>>
}

interface Described {
  readonly index: number
  readonly declared: Declared
}

/** Writes a network down, so that the rival builds exactly the same one. */
export function describeNetwork(network: Network): DescribedNetwork {
  const list: DescribedOp[] = []
  const size = network.fixedSize ?? -1
  const outputs = network.build(describingOps(list), { index: 0, declared: { shape: [-1, size, size, network.channels] } })
  const indices = Object.fromEntries(Object.entries(outputs).map(([name, { index }]) => [name, index]))
  const { mean, scale } = network.normalization
  return { channels: network.channels, mean, scale, ops: list, outputs: indices }
}

function describingOps(list: DescribedOp[]): Ops<Described> {
  const shapes = new DeclareOps()
  const add = (op: string, inputs: readonly Described[], declared: Declared, more: Readonly<Record<string, unknown>> = {}): Described => {
    list.push({ op, inputs: inputs.map(({ index }) => index), ...more })
    return { index: list.length, declared }
  }
  const declared = (xs: readonly Described[]) => xs.map((x) => x.declared)
  return {
    shapeOf: (x) => x.declared.shape,
    conv: (x, spec) => add('conv', [x], shapes.conv(x.declared, spec), { ...spec }),
    depthwiseConv: (x, spec) => add('depthwiseConv', [x], shapes.depthwiseConv(x.declared, spec), { ...spec }),
    convTranspose: (x, spec) => add('convTranspose', [x], shapes.convTranspose(x.declared, spec), { ...spec }),
    dense: (x, spec) => add('dense', [x], shapes.dense(x.declared, spec), { ...spec }),
    batchNorm: (x, spec) => add('batchNorm', [x], shapes.batchNorm(x.declared, spec), { ...spec }),
    relu: (x) => add('relu', [x], x.declared),
    relu6: (x) => add('relu6', [x], x.declared),
    sigmoid: (x) => add('sigmoid', [x], x.declared),
    swish: (x) => add('swish', [x], x.declared),
    exp: (x) => add('exp', [x], x.declared),
    clip: (x, low, high) => add('clip', [x], x.declared, { low, high }),
    affine: (x, a, b) => add('affine', [x], x.declared, { a, b }),
    scale: (x, name, init, perChannel) => add('scale', [x], shapes.scale(x.declared, name, init, perChannel), { name, init, perChannel }),
    add: (a, b) => add('add', [a, b], shapes.add(a.declared, b.declared)),
    multiply: (x, gate) => add('multiply', [x, gate], shapes.multiply(x.declared, gate.declared)),
    globalAveragePool: (x) => add('globalAveragePool', [x], shapes.globalAveragePool(x.declared)),
    dropout: (x, { rate }) => add('dropout', [x], x.declared, { rate }),
    dropConnect: (x, { rate }) => add('dropConnect', [x], x.declared, { rate }),
    concat: (xs) => add('concat', xs, shapes.concat(declared(xs))),
    concatRows: (xs) => add('concatRows', xs, shapes.concatRows(declared(xs))),
    maxPool: (x, size, stride, pad) => add('maxPool', [x], shapes.maxPool(x.declared, size, stride, pad), { size, stride, pad }),
    upsampleBilinear: (x) => add('upsampleBilinear', [x], shapes.upsampleBilinear(x.declared)),
    upsampleNearest: (x, factor) => add('upsampleNearest', [x], shapes.upsampleNearest(x.declared, factor), { factor }),
    l2Normalize: (x) => add('l2Normalize', [x], x.declared),
    flatten: (x) => add('flatten', [x], shapes.flatten(x.declared)),
    toRows: (x, values) => add('toRows', [x], shapes.toRows(x.declared, values), { values }),
  }
}
