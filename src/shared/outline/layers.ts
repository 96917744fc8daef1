/** Values of a square of pixels, row by row, the channels of a pixel together. */
export interface Features {
  readonly side: number
  readonly channels: number
  readonly data: Float32Array
}

/** A 3 x 3 convolution by channel and one of 1 x 1 across channels behind it, batch norms folded in, then ReLU. */
export interface Separable {
  readonly stride: 1 | 2
  readonly from: number
  readonly to: number
  /** [row, column, channel]. */
  readonly depth: Float32Array
  readonly depthBias: Float32Array
  /** [in, out]; both counts divide by four. */
  readonly point: Float32Array
  readonly pointBias: Float32Array
}

/** Zeros beyond the edge; what keeps its shape is added to its input. */
export function separable(input: Features, layer: Separable): Features {
  const { stride, to, point, pointBias } = layer
  const out = pointwise(depthwise(input, layer), point, pointBias, to)
  const { data } = out
  for (let i = 0; i < data.length; i++) if (data[i]! < 0) data[i] = 0
  if (stride === 1 && to === input.channels) for (let i = 0; i < data.length; i++) data[i]! += input.data[i]!
  return out
}

function depthwise({ side, channels, data }: Features, { stride, depth, depthBias }: Separable): Features {
  const outSide = side / stride
  const out = new Float32Array(outSide * outSide * channels)
  for (let y = 0, at = 0; y < outSide; y++) {
    const [top, bottom] = [Math.max(0, y * stride - 1), Math.min(side - 1, y * stride + 1)]
    for (let x = 0; x < outSide; x++, at += channels) {
      const [left, right] = [Math.max(0, x * stride - 1), Math.min(side - 1, x * stride + 1)]
      for (let c = 0; c < channels; c++) out[at + c] = depthBias[c]!
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const input = (row * side + column) * channels
          const kernel = (3 * (row - y * stride + 1) + column - x * stride + 1) * channels
          for (let c = 0; c < channels; c++) out[at + c]! += data[input + c]! * depth[kernel + c]!
        }
      }
    }
  }
  return { side: outSide, channels, data: out }
}

/** The pixels of the 3 x 3 round one that lie in the square, with their places in the kernel. */
function eachTap(side: number, x: number, y: number, visit: (from: number, tap: number) => void): void {
  for (let row = Math.max(0, y - 1); row <= Math.min(side - 1, y + 1); row++)
    for (let column = Math.max(0, x - 1); column <= Math.min(side - 1, x + 1); column++)
      visit(row * side + column, 3 * (row - y + 1) + column - x + 1)
}

/** Across channels, pixel by pixel: weights [in, out]. Two pixels and four channels at a time: each weight is read once for both. */
export function pointwise({ side, channels, data }: Features, weights: Float32Array, bias: Float32Array, to: number): Features {
  const out = new Float32Array(side * side * to)
  for (let p = 0; p < side * side; p += 2) {
    const [at, next] = [p * to, (p + 1) * to]
    for (let o = 0; o < to; o++) out[at + o] = out[next + o] = bias[o]!
    for (let i = 0; i < channels; i += 4) {
      const [one, two] = [p * channels + i, (p + 1) * channels + i]
      const a0 = data[one]!
      const a1 = data[one + 1]!
      const a2 = data[one + 2]!
      const a3 = data[one + 3]!
      const b0 = data[two]!
      const b1 = data[two + 1]!
      const b2 = data[two + 2]!
      const b3 = data[two + 3]!
      for (let o = 0, w = i * to; o < to; o++, w++) {
        const w0 = weights[w]!
        const w1 = weights[w + to]!
        const w2 = weights[w + 2 * to]!
        const w3 = weights[w + 3 * to]!
        out[at + o]! += a0 * w0 + a1 * w1 + a2 * w2 + a3 * w3
        out[next + o]! += b0 * w0 + b1 * w1 + b2 * w2 + b3 * w3
      }
    }
  }
  return { side, channels: to, data: out }
}

/** A 3 x 3 convolution of every second pixel, then ReLU: weights [row, column, in, out]. */
export function stem({ side, channels, data }: Features, weights: Float32Array, bias: Float32Array): Features {
  const to = bias.length
  const outSide = side / 2
  const out = new Float32Array(outSide * outSide * to)
  for (let y = 0, at = 0; y < outSide; y++) {
    for (let x = 0; x < outSide; x++, at += to) {
      for (let o = 0; o < to; o++) out[at + o] = bias[o]!
      eachTap(side, 2 * x, 2 * y, (from, tap) => {
        for (let i = 0; i < channels; i++) {
          const value = data[from * channels + i]!
          // Most of the maps of clicks is nothing.
          if (value === 0) continue
          const w = (tap * channels + i) * to
          for (let o = 0; o < to; o++) out[at + o]! += value * weights[w + o]!
        }
      })
      for (let o = 0; o < to; o++) if (out[at + o]! < 0) out[at + o] = 0
    }
  }
  return { side: outSide, channels: to, data: out }
}

/** The coarser features, each pixel four times, before the channels of the finer ones. */
export function joined(coarse: Features, fine: Features): Features {
  const { side } = fine
  const channels = coarse.channels + fine.channels
  const data = new Float32Array(side * side * channels)
  for (let y = 0, p = 0; y < side; y++) {
    for (let x = 0; x < side; x++, p++) {
      const from = ((y >> 1) * coarse.side + (x >> 1)) * coarse.channels
      data.set(coarse.data.subarray(from, from + coarse.channels), p * channels)
      data.set(fine.data.subarray(p * fine.channels, (p + 1) * fine.channels), p * channels + coarse.channels)
    }
  }
  return { side, channels, data }
}
