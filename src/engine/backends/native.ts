import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** TensorFlow's element types (enum TF_DataType) that we meet. */
export const DataType = { float32: 1, int32: 3, string: 7, bool: 10, resource: 20 } as const

/** TensorFlow's attribute types (enum TF_AttrType), as the binding of tfjs-node counts them. */
const AttributeType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const

export type AttributeValue = string | number | boolean | readonly number[] | readonly boolean[]

/** An attribute of a TensorFlow op as it crosses the binding. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: AttributeValue
}

export interface NativeTensorInfo {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

/** What we use of tfjs-node 4.22's compiled binding. Tensors are handles, counted by getNumOfTensors(). */
export interface NativeBinding {
  executeOp(op: string, attributes: readonly OpAttribute[], inputs: readonly number[], outputs: number): NativeTensorInfo[]
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(path: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): NativeTensorInfo[]
  getNumOfTensors(): number
  isUsingGpuDevice(): boolean
  readonly TF_Version: string
}

/** What we use of tfjs-node 4.22's backend class (pinned: it is not public API). */
export interface NativeBackend {
  binding: NativeBinding
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly Tensor[]): Tensor
  executeMultipleOutputs(op: string, attributes: readonly OpAttribute[], inputs: readonly Tensor[], outputs: number): Tensor[]
  getInputTensorIds(tensors: readonly Tensor[]): number[]
  createOutputTensor(info: NativeTensorInfo): Tensor
}

/** The native backend where it is the one in use, else null. */
export function nativeBackend(): NativeBackend | null {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
}

export const attribute = {
  type: (name: string, dtype: number = DataType.float32): OpAttribute => ({ name, type: AttributeType.type, value: dtype }),
  string: (name: string, value: string): OpAttribute => ({ name, type: AttributeType.string, value }),
  int: (name: string, value: number): OpAttribute => ({ name, type: AttributeType.int, value }),
  ints: (name: string, value: readonly number[]): OpAttribute => ({ name, type: AttributeType.int, value }),
  float: (name: string, value: number): OpAttribute => ({ name, type: AttributeType.float, value }),
  bool: (name: string, value: boolean): OpAttribute => ({ name, type: AttributeType.bool, value }),
  shape: (name: string, value: readonly number[]): OpAttribute => ({ name, type: AttributeType.shape, value }),
}

export const T_FLOAT = attribute.type('T')
