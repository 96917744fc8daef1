import { type LabImage } from './masks/lab.ts'
import { quantile } from './metrics/intervals.ts'

/** Mean and standard deviation of L*, a* and b* over what is on a slide: six numbers. */
export type ColorFacts = readonly number[]
export const COLOR_FACTS = 6

/** From this lightness and with less chroma than that a pixel is bare glass, which says nothing of the stain. */
const GLASS = { lightness: 90, chroma: 8 } as const
/** With less than this share of an image left, all of it counts. */
const LEAST_SHARE = 0.1
/** With fewer images there is no telling what is usual. */
export const FEWEST_LEARNED = 8
/** No feature is held to be more even than this: L*, a*, b* in the mean, then their spread. Differences below are hardly seen. */
const LEAST_SPREAD = [2, 1.5, 1.5, 1, 1, 1] as const
/** From this many times the usual distance on an image is far off. */
const FAR = 2

export function colorFacts({ lab }: LabImage): ColorFacts {
  const isGlass = (i: number): boolean => lab[i]! > GLASS.lightness && Math.hypot(lab[i + 1]!, lab[i + 2]!) < GLASS.chroma
  const places = Array.from({ length: lab.length / 3 }, (_, pixel) => 3 * pixel)
  const seen = places.filter((i) => !isGlass(i))
  const used = seen.length >= LEAST_SHARE * places.length ? seen : places
  const means = [0, 1, 2].map((channel) => used.reduce((sum, i) => sum + lab[i + channel]!, 0) / used.length)
  const spreads = means.map((mean, channel) => Math.sqrt(used.reduce((sum, i) => sum + (lab[i + channel]! - mean) ** 2, 0) / used.length))
  return [...means, ...spreads]
}

/** In which way an image's colours are off most. */
export type ColorShift =
  'lighter' | 'darker' | 'redder' | 'greener' | 'yellower' | 'bluer' | 'harder' | 'softer' | 'more colourful' | 'less colourful'

const SHIFTS: readonly (readonly [less: ColorShift, more: ColorShift])[] = [
  ['darker', 'lighter'],
  ['greener', 'redder'],
  ['bluer', 'yellower'],
  ['softer', 'harder'],
  ['less colourful', 'more colourful'],
  ['less colourful', 'more colourful'],
]

export interface ColorDistance {
  /** Times the distance that 95 % of the learned images keep from each other's mean; from 2 on the image is far off. */
  readonly ratio: number
  readonly isFar: boolean
  readonly shift: ColorShift
}

/**
 * How far the colours of images lie from those that are learned from: the root mean square of the six facts' z-scores, over the 95 % quantile
 * of the learned images' own. Null where fewer than eight are learned from.
 */
export function colorDistances(learned: readonly ColorFacts[], others: readonly ColorFacts[]): ColorDistance[] | null {
  if (learned.length < FEWEST_LEARNED) return null
  const n = learned.length
  const means = LEAST_SPREAD.map((_, k) => learned.reduce((sum, facts) => sum + facts[k]!, 0) / n)
  const spreads = LEAST_SPREAD.map((least, k) => {
    const variance = learned.reduce((sum, facts) => sum + (facts[k]! - means[k]!) ** 2, 0) / (n - 1)
    return Math.max(least, Math.sqrt(variance))
  })
  const scores = (facts: ColorFacts): number[] => facts.map((value, k) => (value - means[k]!) / spreads[k]!)
  const distance = (all: readonly number[]): number => Math.sqrt(all.reduce((sum, z) => sum + z * z, 0) / all.length)
  const usual = Math.max(1, quantile(Float64Array.from(learned, (facts) => distance(scores(facts))).sort(), 0.95))
  return others.map((facts) => {
    const all = scores(facts)
    const most = all.reduce((best, z, k) => (Math.abs(z) > Math.abs(all[best]!) ? k : best), 0)
    const ratio = distance(all) / usual
    return { ratio, isFar: ratio >= FAR, shift: SHIFTS[most]![all[most]! > 0 ? 1 : 0] }
  })
}
