import type { ForeignGraph, PerInput } from '#shared/records/foreign-graph.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { normalizationAffine } from '../nn/normalization.ts'

/** A picture in a larger input: padded on all sides alike. */
export interface Placed {
  readonly data: Float32Array
  readonly left: number
  readonly top: number
}

/** Grey that fills an input beside the picture (Ultralytics' letterbox). */
const PAD = 114

/** Puts pixels [height, width, channels] into the middle of an input; the very same where they fill it. */
export function placed(pixels: Float32Array, [height, width]: readonly [number, number], input: readonly [number, number]): Placed {
  if (height === input[0] && width === input[1]) return { data: pixels, left: 0, top: 0 }
  const channels = pixels.length / (height * width)
  const [top, left] = [Math.floor((input[0] - height) / 2), Math.floor((input[1] - width) / 2)]
  const data = new Float32Array(input[0] * input[1] * channels).fill(PAD)
  for (let y = 0; y < height; y++)
    data.set(pixels.subarray(y * width * channels, (y + 1) * width * channels), ((top + y) * input[1] + left) * channels)
  return { data, left, top }
}

/** Pixels 0..255, [height, width, channels], as the graph wants them: order of channels, normalisation, order of axes. */
export function fed(
  pixels: Float32Array,
  size: readonly [height: number, width: number],
  { input, perInput }: Pick<ForeignGraph, 'input' | 'perInput'>,
  normalization: ModelFile['normalization'],
): Float32Array {
  const { channels } = input
  const area = size[0] * size[1]
  const { factor, offset } = normalizationAffine({ normalization })
  const planes = Array.from({ length: channels }, (_, c) => {
    const from = input.order === 'bgr' ? channels - 1 - c : c
    const [a, b] = [factor[factor.length === 1 ? 0 : c]!, offset[offset.length === 1 ? 0 : c]!]
    const plane = new Float32Array(area)
    for (let i = 0; i < area; i++) plane[i] = pixels[i * channels + from]! * a + b
    return plane
  })
  if (perInput !== null) leveled(planes, perInput)
  const out = new Float32Array(area * channels)
  for (const [c, plane] of planes.entries()) {
    if (input.axes === 'nchw') out.set(plane, c * area)
    else for (let i = 0; i < area; i++) out[i * channels + c] = plane[i]!
  }
  return out
}

/** Changes each plane, or all together, by what they themselves hold. */
function leveled(planes: readonly Float32Array[], rule: PerInput): void {
  for (const group of rule.together ? [planes] : planes.map((plane) => [plane])) {
    const { less, by } = levelOf(group, rule)
    for (const plane of group) for (let i = 0; i < plane.length; i++) plane[i] = (plane[i]! - less) / by
  }
}

function levelOf(group: readonly Float32Array[], rule: PerInput): { less: number; by: number } {
  const count = group.reduce((sum, plane) => sum + plane.length, 0)
  if (rule.kind === 'zero_mean_unit_variance') {
    const less = group.reduce((sum, plane) => plane.reduce((a, b) => a + b, sum), 0) / count
    const variance = group.reduce((sum, plane) => plane.reduce((a, b) => a + (b - less) ** 2, sum), 0) / count
    return { less, by: Math.sqrt(variance) + rule.eps || 1 }
  }
  const all = new Float32Array(count)
  let at = 0
  for (const plane of group) {
    all.set(plane, at)
    at += plane.length
  }
  all.sort()
  const less = percentile(all, rule.low)
  return { less, by: percentile(all, rule.high) - less + rule.eps || 1 }
}

/** Linear between the two nearest ranks, as numpy's default. */
function percentile(sorted: Float32Array, share: number): number {
  const place = (share / 100) * (sorted.length - 1)
  const low = Math.floor(place)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (place - low)
}
