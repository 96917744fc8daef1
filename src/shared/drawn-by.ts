import { z } from 'zod'
import { say } from './i18n/say.ts'

/** What of an evaluation says by what its 95 % intervals were drawn: `units` images, or slides and patients where each image has one. */
const drawnBy = z.object({ intervals: z.object({ over: z.enum(['images', 'groups']), units: z.number().int() }) })

/** By what the intervals of an evaluation were drawn, in a sentence; empty where it does not say. */
export function drawnByText(report: object): string {
  const read = drawnBy.safeParse(report)
  if (!read.success) return ''
  const { over, units } = read.data.intervals
  return over === 'groups'
    ? say('The 95 % intervals were drawn by slide or patient: {{count}} of them, each with all of its images.', { count: units })
    : say('The 95 % intervals were drawn by image, {{count}} of them: no slide or patient is known of each.', { count: units })
}
