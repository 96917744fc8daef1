import type { Network } from './network.ts'

/** Normalisation of pixels as pixel * factor + offset, one number a channel or one for all. */
export interface NormalizationAffine {
  readonly factor: readonly number[]
  readonly offset: readonly number[]
}

/** (pixel - mean) / scale as one multiplication and one addition. */
export function normalizationAffine({ normalization: { mean, scale } }: Pick<Network, 'normalization'>): NormalizationAffine {
  const channels = Array.from({ length: Math.max(mean.length, scale.length) }, (_, i) => i)
  const at = (values: readonly number[], i: number) => values[values.length === 1 ? 0 : i]!
  return { factor: channels.map((i) => 1 / at(scale, i)), offset: channels.map((i) => -at(mean, i) / at(scale, i)) }
}
