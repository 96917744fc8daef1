import { z } from 'zod'
import { say } from '../i18n/say.ts'

// Stain normalisation: the colours of an image are moved to those of the images that a model learned from. What is measured of an image and what
// is aimed at are facts of the same kind, so that an image normalised to its own facts stays as it is.

export const STAIN_METHODS = ['reinhard', 'macenko'] as const
export const stainMethod = z.enum(STAIN_METHODS)
export type StainMethod = z.infer<typeof stainMethod>
/** What a training may choose. */
export const stainChoice = z.enum(['none', ...STAIN_METHODS])
export type StainChoice = z.infer<typeof stainChoice>

const three = z.tuple([z.number(), z.number(), z.number()])

/** Of Reinhard et al.: mean and standard deviation of l, alpha and beta over what is stained. */
const reinhardFacts = z.object({ method: z.literal('reinhard'), mean: three, spread: three }).readonly()
export type ReinhardFacts = z.infer<typeof reinhardFacts>

/**
 * Of Macenko et al.: the optical densities (red, green, blue; of length 1) of both stains, the one that absorbs more red first, and the 99th
 * percentile of the amount of each.
 */
const macenkoFacts = z
  .object({
    method: z.literal('macenko'),
    stains: z.tuple([three, three]),
    amounts: z.tuple([z.number().positive(), z.number().positive()]),
  })
  .readonly()
export type MacenkoFacts = z.infer<typeof macenkoFacts>

export const stainFacts = z.discriminatedUnion('method', [reinhardFacts.unwrap(), macenkoFacts.unwrap()]).readonly()
export type StainFacts = z.infer<typeof stainFacts>

/**
 * Why the colours of an image are left as they are: it has none (`grey`), hardly anything in it is stained (`blank`), or what is stained has one
 * colour only (`one-stain`).
 */
export const ownColors = z.enum(['grey', 'blank', 'one-stain'])
export type OwnColors = z.infer<typeof ownColors>

const WHY: Readonly<Record<OwnColors, string>> = {
  grey: say('it is grey'),
  blank: say('nothing stained is seen in it'),
  'one-stain': say('only one stain is seen in it'),
}

/** Part of a sentence. */
export function ownColorsText(why: OwnColors): string {
  return WHY[why]
}

/** How methods are called, with where they come from. */
export const STAIN_TITLES: Readonly<Record<StainChoice, string>> = {
  none: say('None'),
  reinhard: 'Reinhard (2001)',
  macenko: 'Macenko (2009)',
}
