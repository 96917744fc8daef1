import type { Init, Ops } from '../nn/ops.ts'

/** Keras's defaults, with which the classic networks were published: Glorot-uniform kernels, batch norm of epsilon 1e-3. */
export const KERAS_INIT: Init = { kind: 'glorot-uniform' }
/**
 * Not Keras's momentum of 0.99 (0.01 here): after some hundred steps its running averages still hold the variance of 1 that they begin with and
 * the weights of long ago, so that a network that has learned judges as one that has not.
 */
const KERAS_NORM = { epsilon: 1e-3, momentum: 0.1 } as const

/**
 * 3x3 convolution with bias, 'same', batch norm, ReLU: `<name>/conv` and `<name>/norm`. The batch norm makes the bias idle, but published
 * parameter counts and weight files have it.
 */
export function convNormRelu<T>(ops: Ops<T>, x: T, name: string, filters: number): T {
  return normRelu(ops, ops.conv(x, { name: `${name}/conv`, filters, kernel: 3, bias: true, init: KERAS_INIT }), name)
}

/** Doubles height and width by a 2x2 transposed convolution with bias, batch norm, ReLU: `<name>/conv` and `<name>/norm`. */
export function upNormRelu<T>(ops: Ops<T>, x: T, name: string, filters: number): T {
  return normRelu(ops, ops.convTranspose(x, { name: `${name}/conv`, filters, kernel: 2, bias: true, init: KERAS_INIT }), name)
}

/** So many times `convNormRelu`: `<name>/layer1` and on. */
export function convBlock<T>(ops: Ops<T>, input: T, name: string, filters: number, layers: number): T {
  let x = input
  for (let i = 1; i <= layers; i++) x = convNormRelu(ops, x, `${name}/layer${i}`, filters)
  return x
}

function normRelu<T>(ops: Ops<T>, x: T, name: string): T {
  return ops.relu(ops.batchNorm(x, { name: `${name}/norm`, ...KERAS_NORM }))
}
