/** A batch norm's arrays, one number a channel. */
export interface BatchNormArrays {
  readonly gamma: Float32Array
  readonly beta: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/** y = x * factor + offset, one pair a channel. */
export interface ChannelAffine {
  readonly factor: Float32Array
  readonly offset: Float32Array
}

/** Inference-time batch norm as one factor and offset a channel (Ioffe & Szegedy 2015, section 3.1), worked out in double precision. */
export function batchNormAffine({ gamma, beta, mean, variance }: BatchNormArrays, epsilon: number): ChannelAffine {
  const factor = gamma.map((g, i) => g / Math.sqrt(variance[i]! + epsilon))
  const offset = beta.map((b, i) => b - (mean[i]! * gamma[i]!) / Math.sqrt(variance[i]! + epsilon))
  return { factor, offset }
}

/**
 * A kernel whose output channel o is multiplied by factor[o]. `run` numbers in a row belong to one output channel: 1 where it is the last
 * axis (HWIO, and HWC1), the input channels in a transposed convolution's kernel (HWOI).
 */
export function scaleKernel(kernel: Float32Array, factor: Float32Array, run = 1): Float32Array {
  return kernel.map((weight, i) => weight * factor[Math.floor(i / run) % factor.length]!)
}

/** The bias behind a folded batch norm: bias * factor + offset. */
export function foldBias(bias: Float32Array | null, { factor, offset }: ChannelAffine): Float32Array {
  return bias === null ? offset : offset.map((o, i) => bias[i]! * factor[i]! + o)
}
