/** Raw outputs of a network for a batch, by name: flat data and its shape. */
export type RawOutputs = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>

/** A network ready to predict: ONNX Runtime or TensorFlow.js behind it. `pixels` is NHWC, RGB or grey, 0..255. */
export interface InferenceSession {
  readonly runtime: string
  run(pixels: Float32Array, batch: number, height: number, width: number): Promise<RawOutputs>
  dispose(): Promise<void>
}
