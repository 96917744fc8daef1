import * as tf from '@tensorflow/tfjs-core'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'

type Numbers = Float32Array | Int32Array | Uint8Array

/** What we use of the wasm backend (4.22): a tensor's numbers where they lie in WebAssembly's memory, and memory for a new one. */
export interface WasmHeap {
  typedArrayFromHeap(tensor: TensorInfo): Numbers
  makeOutput(shape: number[], dtype: DataType): TensorInfo
}

export function wasmHeap(): WasmHeap {
  return tf.backend() as unknown as WasmHeap
}

/**
 * Makes running out of memory an error after which the backend goes on. Left alone, it takes malloc's null for an address and writes over
 * what lies at 0, and sizes wrap round at 4 GiB.
 */
export function refuseNullAddresses(): void {
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number; _free(address: number): void } }
  // The first call puts the real function into the place of a stub.
  wasm._free(wasm._malloc(8))
  const malloc = wasm._malloc
  wasm._malloc = (bytes) => {
    const address = bytes < 2 ** 32 ? malloc(bytes) : 0
    if (address === 0 && bytes > 0) throw new Error(`WebAssembly is out of memory: ${bytes} bytes are not to be had`)
    return address
  }
}

/** A part of a tensor of numbers, copied run by run within WebAssembly's memory; the backend's own kernel copies all of it out first. */
export function sliced(x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo {
  const heap = wasmHeap()
  const result = heap.makeOutput([...size], x.dtype)
  const to = heap.typedArrayFromHeap(result)
  const from = heap.typedArrayFromHeap(x)
  const strides = stridesOf(x.shape)
  // Behind the last axis that is cut, everything lies in one run.
  const cut = Math.max(0, size.findLastIndex((extent, axis) => extent !== x.shape[axis])) // prettier-ignore
  const run = size.slice(cut).reduce((a, b) => a * b, 1)
  const start = begin.reduce((offset, index, axis) => offset + index * (strides[axis] ?? 1), 0)
  const runs = run === 0 ? 0 : to.length / run
  const outer = size.slice(0, cut)
  for (let i = 0; i < runs; i++) {
    const offset = start + offsetOf(i, outer, strides)
    to.set(from.subarray(offset, offset + run), i * run)
  }
  return result
}

/** Where the i-th run begins, counted over the outer axes. */
function offsetOf(i: number, outer: readonly number[], strides: readonly number[]): number {
  let offset = 0
  let rest = i
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    offset += (rest % outer[axis]!) * strides[axis]!
    rest = Math.floor(rest / outer[axis]!)
  }
  return offset
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
  return strides
}
