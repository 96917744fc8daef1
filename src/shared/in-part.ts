import { z } from 'zod'
import { say } from './i18n/say.ts'

/** An answer that is of the images of a split without those that are reviewed in part. */
export const withoutInPart = z.object({ inPart: z.number().int().nonnegative() })

/** How many images were left out since they are reviewed in part, in a sentence; empty where none was. */
export function inPartText(count: number): string {
  return count === 0 ? '' : say('{{count}} images are reviewed in part: they are left out until they are done.', { count })
}
