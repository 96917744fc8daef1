import { z } from 'zod'
import { label } from './i18n/translate.ts'
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

/** In which way an image's colours are off most, as a person reads it. */
export const SHIFT_TITLES = {
  lighter: label('lighter'),
  darker: label('darker'),
  redder: label('redder'),
  greener: label('greener'),
  yellower: label('yellower'),
  bluer: label('bluer'),
  harder: label('more contrast'),
  softer: label('less contrast'),
  'more colourful': label('more colourful'),
  'less colourful': label('less colourful'),
} as const
export type ColorShift = keyof typeof SHIFT_TITLES
export const colorShift = z.enum(Object.keys(SHIFT_TITLES) as [ColorShift, ...ColorShift[]])

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

const sixFacts = z.array(z.number()).length(COLOR_FACTS)

/** What is usual among the colours of images that are learned from; it tells of none of them alone. */
export const colorDomain = z.object({
  images: z.number().int().min(FEWEST_LEARNED),
  means: sixFacts,
  /** Standard deviations, none below what is hardly seen. */
  spreads: sixFacts.refine((spreads) => spreads.every((spread) => spread > 0)),
  /** The distance that 95 % of the images keep from their mean; 1 or more. */
  usual: z.number().min(1),
})
export type ColorDomain = z.infer<typeof colorDomain>

/** Null where fewer than eight images are learned from: there is no telling what is usual. */
export function colorDomainOf(learned: readonly ColorFacts[]): ColorDomain | null {
  if (learned.length < FEWEST_LEARNED) return null
  const n = learned.length
  const means = LEAST_SPREAD.map((_, k) => learned.reduce((sum, facts) => sum + facts[k]!, 0) / n)
  const spreads = LEAST_SPREAD.map((least, k) => {
    const variance = learned.reduce((sum, facts) => sum + (facts[k]! - means[k]!) ** 2, 0) / (n - 1)
    return Math.max(least, Math.sqrt(variance))
  })
  const distances = Float64Array.from(learned, (facts) => distanceOf(scoresOf(facts, { means, spreads })))
  return { images: n, means, spreads, usual: Math.max(1, quantile(distances.sort(), 0.95)) }
}

/**
 * How far an image's colours lie from those that are learned from: the root mean square of the six facts' z-scores, over the 95 % quantile of the
 * learned images' own. Of several domains the nearest is the one.
 */
export function colorDistance(domains: readonly [ColorDomain, ...ColorDomain[]], facts: ColorFacts): ColorDistance {
  const [first, ...rest] = domains.map((domain) => distanceFrom(domain, facts))
  return rest.reduce((nearest, other) => (other.ratio < nearest.ratio ? other : nearest), first!)
}

function distanceFrom(domain: ColorDomain, facts: ColorFacts): ColorDistance {
  const all = scoresOf(facts, domain)
  const most = all.reduce((best, z, k) => (Math.abs(z) > Math.abs(all[best]!) ? k : best), 0)
  const ratio = distanceOf(all) / domain.usual
  return { ratio, isFar: ratio >= FAR, shift: SHIFTS[most]![all[most]! > 0 ? 1 : 0] }
}

const scoresOf = (facts: ColorFacts, { means, spreads }: Pick<ColorDomain, 'means' | 'spreads'>): number[] =>
  facts.map((value, k) => (value - means[k]!) / spreads[k]!)

const distanceOf = (scores: readonly number[]): number => Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length)
