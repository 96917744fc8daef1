import { z } from 'zod'
import { say } from './i18n/say.ts'
import { modelId } from './records/ids.ts'
import { instant } from './records/task.ts'

/** A look at what a model scores on the test images: when, by whom, at which model. */
export const testLook = z.object({ model: modelId, name: z.string(), who: z.string(), at: instant })
export type TestLook = z.infer<typeof testLook>

/**
 * What the looks so far mean for the score, in a sentence; empty after the first model. Each model that is looked at on the same test images makes
 * it likelier that the best of them is best by chance there (Dwork et al., "The reusable holdout", Science 349, 2015).
 */
export function testLooksText(looks: readonly TestLook[]): string {
  const models = new Set(looks.map(({ model }) => model)).size
  if (models < 2) return ''
  return say(
    '{{count}} models were looked at on the test images: choose by the validation images, or the best score here is partly luck.',
    { count: models },
  )
}
