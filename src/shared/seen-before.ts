import { z } from 'zod'
import { say } from './i18n/say.ts'

/** Of the images that a model was evaluated on: those that it learned from, and those by which its best epoch or its thresholds were chosen. */
export const seenBefore = z.object({ learned: z.number().int().nonnegative(), chosen: z.number().int().nonnegative() })
export type SeenBefore = z.infer<typeof seenBefore>

/** What that means for the figures, in sentences; empty where the model saw none of them before. */
export function seenBeforeText({ learned, chosen }: SeenBefore): string {
  const parts = [
    ...(learned === 0
      ? []
      : [say('The model learned from {{count}} of these images: the figures flatter it, and images that it never saw tell more.', { count: learned })]), // prettier-ignore
    ...(chosen === 0
      ? []
      : [say('By {{count}} of these images its best epoch and thresholds were chosen: the figures flatter it a little.', { count: chosen })]), // prettier-ignore
  ]
  return parts.join(' ')
}
