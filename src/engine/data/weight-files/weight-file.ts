/** An array in a weight file whose numbers are read when asked for. */
export interface StoredArray {
  readonly shape: readonly number[]
  /** As float32. Throws AppError `weights-unreadable` where the file does not hold what it claimed. */
  read(): Promise<Float32Array>
}

export interface SkippedArray {
  readonly name: string
  readonly why: string
}

/** An opened file of weights: names as the file has them. Its owner closes it. */
export interface WeightFile {
  readonly format: 'safetensors' | 'torch' | 'keras'
  readonly arrays: ReadonlyMap<string, StoredArray>
  /** What holds no floating-point numbers (counters, masks). */
  readonly skipped: readonly SkippedArray[]
  close(): Promise<void>
}
