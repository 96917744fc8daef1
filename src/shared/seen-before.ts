import { z } from 'zod'
import { say } from './i18n/say.ts'

/**
 * Of the images that a model was evaluated on: those that it learned from, those by which its best epoch or its thresholds were chosen, and others of
 * a patient (or slide, or group: `keptTogether`) of whom it learned from another image.
 */
export const seenBefore = z.object({
  learned: z.number().int().nonnegative(),
  chosen: z.number().int().nonnegative(),
  kin: z.number().int().nonnegative().default(0),
})
export type SeenBefore = z.infer<typeof seenBefore>

/** What that means for the figures, in sentences; empty where the model saw none of them before. */
export function seenBeforeText({ learned, chosen, kin }: SeenBefore): string {
  const parts = [
    ...(learned === 0
      ? []
      : [say('The model learned from {{count}} of these images: the figures flatter it, and images that it never saw tell more.', { count: learned })]), // prettier-ignore
    ...(chosen === 0
      ? []
      : [say('By {{count}} of these images its best epoch and thresholds were chosen: the figures flatter it a little.', { count: chosen })]), // prettier-ignore
    ...(kin === 0
      ? []
      : [say('It learned from other images of the patients or slides of {{count}} of these images: the figures flatter it.', { count: kin })]), // prettier-ignore
  ]
  return parts.join(' ')
}
