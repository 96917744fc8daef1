/** A named array of float32 numbers: how weights lie in memory outside TensorFlow.js and in checkpoint files. */
export interface WeightArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by parameter name. Kernels are HWIO, depthwise kernels HWC1, as TensorFlow has them. */
export type Weights = ReadonlyMap<string, WeightArray>
