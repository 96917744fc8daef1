import { sigmoid } from '../log-odds.ts'
import { AppError } from '../errors.ts'
import { joined, pointwise, separable, stem, type Features, type Separable } from './layers.ts'

/** Pixels of the side of the squares that the network sees, and of its map. */
export const INPUT_SIDE = 96
export const OUTPUT_SIDE = 48
/** CIELAB (centred and scaled), places inside, places outside, what was found before. */
export const INPUT_CHANNELS = 6

/** What the network says of a square. */
export interface Guess {
  /** Logits: above 0 the object; OUTPUT_SIDE x OUTPUT_SIDE. */
  readonly logits: Float32Array
  /** The overlap (IoU) that it expects of its mask and the whole object, 0 to 1. */
  readonly quality: number
}

export interface OutlineNet {
  /** `input`: INPUT_SIDE x INPUT_SIDE x INPUT_CHANNELS. */
  readonly run: (input: Float32Array) => Guess
}

const MAGIC = 0x31_4f_57_53
/** Channels at 1/2, 1/4, 1/8 and 1/16 of the input, and on the way back. */
const DOWN = [24, 48, 96, 128] as const
const UP = [96, 48, 32] as const
const HIDDEN = 32

interface Dense {
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/**
 * A U-Net of separable convolutions that answers to clicks (141,000 weights), from the file that tools/smart-outline/train.py writes:
 * "SWO1", the number of values, float16 values, all little-endian. It runs in plain JavaScript, some 20 million multiplications a square,
 * so that the window's worker needs nothing else. Throws AppError `model-unreadable` where it is another file.
 */
export function openNet(file: ArrayBuffer): OutlineNet {
  const { take, isAtEnd } = readerOf(file)
  const first: Dense = { weights: take(9 * INPUT_CHANNELS * DOWN[0]), bias: take(DOWN[0]) }
  const block = (from: number, to: number, stride: 1 | 2 = 1): Separable => {
    const [depth, depthBias, point, pointBias] = [take(9 * from), take(from), take(from * to), take(to)]
    return { stride, from, to, depth, depthBias, point, pointBias }
  }
  const down = DOWN.map((channels, i) =>
    i === 0 ? [block(channels, channels)] : [block(DOWN[i - 1]!, channels, 2), block(channels, channels), block(channels, channels)],
  )
  const up = UP.map((channels, i) => [block((UP[i - 1] ?? DOWN[3]) + DOWN[2 - i]!, channels), block(channels, channels)])
  const out: Dense = { weights: take(UP[2]), bias: take(1) }
  const facts = DOWN[3] + UP[2] + 1
  const hidden: Dense = { weights: take(facts * HIDDEN), bias: take(HIDDEN) }
  const last: Dense = { weights: take(HIDDEN), bias: take(1) }
  if (!isAtEnd()) throw damaged()
  return {
    run: (input) => {
      const start = stem({ side: INPUT_SIDE, channels: INPUT_CHANNELS, data: input }, first.weights, first.bias)
      const levels: Features[] = []
      for (const stage of down) levels.push(stage.reduce(separable, levels.at(-1) ?? start))
      const deepest = levels[3]!
      const finest = up.reduce((coarse, stage, i) => stage.reduce(separable, joined(coarse, levels[2 - i]!)), deepest)
      const { data: logits } = pointwise(finest, out.weights, out.bias, 1)
      return { logits, quality: qualityOf(deepest, finest, logits, hidden, last) }
    },
  }
}

function qualityOf(deepest: Features, finest: Features, logits: Float32Array, hidden: Dense, last: Dense): number {
  const shares = logits.map(sigmoid)
  const ones = new Float32Array(deepest.side ** 2).fill(1)
  const facts = [...weightedMeans(deepest, ones), ...weightedMeans(finest, shares), mean(shares)]
  let logit = last.bias[0]!
  for (let h = 0; h < HIDDEN; h++) {
    let sum = hidden.bias[h]!
    for (const [i, fact] of facts.entries()) sum += fact * hidden.weights[i * HIDDEN + h]!
    logit += Math.max(0, sum) * last.weights[h]!
  }
  return sigmoid(logit)
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Of each channel the mean over the pixels of value times weight. */
function weightedMeans({ channels, data }: Features, weights: Float32Array): Float64Array {
  const sums = new Float64Array(channels)
  for (let p = 0, i = 0; p < weights.length; p++) for (let c = 0; c < channels; c++, i++) sums[c]! += data[i]! * weights[p]!
  return sums.map((sum) => sum / weights.length)
}

const damaged = (): AppError =>
  new AppError('model-unreadable', 'The network of the smart outline is damaged.', 'Install Slidewright again.')

interface Reader {
  /** So many of the next values. */
  readonly take: (count: number) => Float32Array
  readonly isAtEnd: () => boolean
}

function readerOf(file: ArrayBuffer): Reader {
  const view = new DataView(file)
  const isOurs = file.byteLength >= 8 && view.getUint32(0, true) === MAGIC && file.byteLength === 8 + 2 * view.getUint32(4, true)
  let at = 8
  const take = (count: number): Float32Array => {
    if (!isOurs || at + 2 * count > file.byteLength) throw damaged()
    return Float32Array.from({ length: count }, () => {
      at += 2
      return fromHalf(view.getUint16(at - 2, true))
    })
  }
  return { take, isAtEnd: () => at === file.byteLength }
}

/** A number from its IEEE 754 half precision bits. */
function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
  return bits & 0x8000 ? -size : size
}
