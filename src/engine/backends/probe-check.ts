import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'

const SIZE = 7
const IN = 3
const OUT = 4
const KERNEL = 3
const STRIDE = 2
const OUT_SIZE = Math.ceil(SIZE / STRIDE)

/** Small whole numbers: float32 adds and multiplies them exactly, so every backend must give exactly the same. */
const X = whole(SIZE * SIZE * IN, 5)
const W = whole(KERNEL * KERNEL * IN * OUT, 7)
const DY = whole(OUT_SIZE * OUT_SIZE * OUT, 3)

/**
 * A real convolution (3 x 3, stride 2, 'same') and both its gradients on the backend in use, held against plain loops. Throws Error with
 * what is wrong where a number differs.
 */
export async function checkConvolution(): Promise<void> {
  const expected = byLoops()
  const [y, dx, dw] = await onBackend()
  compare('a convolution', y, expected.y)
  compare("a convolution's gradient", dx, expected.dx)
  compare("a kernel's gradient", dw, expected.dw)
}

async function onBackend(): Promise<[Float32Array, Float32Array, Float32Array]> {
  const results = tf.tidy((): Tensor[] => {
    const x = tf.tensor4d(X, [1, SIZE, SIZE, IN])
    const w = tf.tensor4d(W, [KERNEL, KERNEL, IN, OUT])
    const convolve = (a: Tensor, b: Tensor) => tf.conv2d(a as Tensor4D, b as Tensor4D, STRIDE, 'same')
    return [convolve(x, w), ...tf.grads(convolve)([x, w], tf.tensor4d(DY, [1, OUT_SIZE, OUT_SIZE, OUT]))]
  })
  const [y, dx, dw] = await Promise.all(results.map((tensor) => tensor.data<'float32'>()))
  tf.dispose(results)
  return [y!, dx!, dw!]
}

function byLoops(): { y: Float32Array; dx: Float32Array; dw: Float32Array } {
  const y = new Float32Array(DY.length)
  const dx = new Float32Array(X.length)
  const dw = new Float32Array(W.length)
  const before = Math.floor(((OUT_SIZE - 1) * STRIDE + KERNEL - SIZE) / 2)
  eachTap((row, column, i, j, output) => {
    const [r, c] = [row * STRIDE + i - before, column * STRIDE + j - before]
    if (r < 0 || c < 0 || r >= SIZE || c >= SIZE) return
    const o = (row * OUT_SIZE + column) * OUT + output
    for (let input = 0; input < IN; input++) {
      const xi = (r * SIZE + c) * IN + input
      const wi = ((i * KERNEL + j) * IN + input) * OUT + output
      y[o]! += X[xi]! * W[wi]!
      dx[xi]! += DY[o]! * W[wi]!
      dw[wi]! += DY[o]! * X[xi]!
    }
  })
  return { y, dx, dw }
}

function eachTap(visit: (row: number, column: number, i: number, j: number, output: number) => void): void {
  for (let place = 0; place < OUT_SIZE * OUT_SIZE; place++) {
    for (let k = 0; k < KERNEL * KERNEL * OUT; k++) {
      const tap = Math.floor(k / OUT)
      visit(Math.floor(place / OUT_SIZE), place % OUT_SIZE, Math.floor(tap / KERNEL), tap % KERNEL, k % OUT)
    }
  }
}

function whole(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * step) % 11) - 5)
}

function compare(what: string, actual: Float32Array, expected: Float32Array): void {
  if (actual.length !== expected.length) throw new Error(`It gives ${actual.length} numbers for ${what}, not ${expected.length}`)
  const wrong = expected.findIndex((value, i) => actual[i] !== value)
  if (wrong >= 0) throw new Error(`It gets ${what} wrong: number ${wrong} is ${actual[wrong]}, not ${expected[wrong]}`)
}
