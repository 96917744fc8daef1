import { z } from 'zod'
import { say } from './i18n/say.ts'

/** By what 95 % intervals were drawn: `units` images, or patients, slides or groups (`keptTogether`) where each image has one. */
export const drawnBy = z.object({ over: z.enum(['images', 'groups']), units: z.number().int().nonnegative() })
export type DrawnBy = z.infer<typeof drawnBy>

/** What of an evaluation says by what its intervals were drawn. */
const drawnReport = z.object({ intervals: drawnBy })

/** By what the intervals of an evaluation were drawn; null where it does not say. */
export const drawnOf = (report: unknown): DrawnBy | null => drawnReport.safeParse(report).data?.intervals ?? null

/** By what the intervals of an evaluation were drawn, in a sentence; empty where it does not say. */
export function drawnByText(report: object): string {
  const drawn = drawnOf(report)
  if (drawn === null) return ''
  const { over, units } = drawn
  return over === 'groups'
    ? say('The 95 % intervals were drawn by slide or patient: {{count}} of them, each with all of its images.', { count: units })
    : say('The 95 % intervals were drawn by image, {{count}} of them: no slide or patient is known of each.', { count: units })
}

/**
 * Of fewer units a percentile interval is told to be too narrow. It is a mean's normal interval with the spread divided by n instead of n - 1
 * (Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69, 2015: narrowness bias), so of normal values it holds the
 * mean as often as Student's t with n - 1 degrees of freedom lies within 1.96 sqrt((n - 1) / n): 90 % for 10 units, 85 % for 5, 75 % for 3. Below 10 it
 * misses more than twice as often as the 5 % that it states.
 */
const FEWEST_UNITS = 10

/** What has to be known of intervals that were drawn from so few units, in a sentence; empty where they are enough, or where there is no interval. */
export function fewDrawnText(drawn: DrawnBy | null): string {
  if (drawn === null || drawn.units < 2 || drawn.units >= FEWEST_UNITS) return ''
  return drawn.over === 'groups'
    ? say('From {{count}} slides or patients only: the 95 % intervals are likely too narrow.', { count: drawn.units })
    : say('From {{count}} images only: the 95 % intervals are likely too narrow.', { count: drawn.units })
}
