import { z } from 'zod'
import { heard } from './i18n/heard.ts'
import { say } from './i18n/say.ts'
import { modelId } from './records/ids.ts'
import { instant } from './records/task.ts'
import { testMeasure } from './test-measure.ts'

/** A look at what a model, or several that predict together, score on the test images: when, by whom, at what. */
export const testLook = z.object({
  /** The model, of several the first. */
  model: modelId,
  /** All that were looked at together, in their order; empty in older records, which tell the first alone. */
  models: z.array(modelId).default([]),
  name: z.string(),
  who: z.string(),
  at: instant,
  /** What the last evaluation found; null: only compared, or looked at before figures were kept. */
  last: testMeasure.nullable().default(null),
})
export type TestLook = z.infer<typeof testLook>

/** By what looks are told apart: several models together are another predictor than each of them alone. */
export const lookedAt = ({ model, models }: Pick<TestLook, 'model' | 'models'>): string => (models.length > 0 ? models : [model]).join(' ')

/**
 * What the looks so far mean for the score, in a sentence; empty before the first. Each model that is looked at on the same test images makes
 * it likelier that the best of them is best by chance there (Dwork et al., "The reusable holdout", Science 349, 2015).
 */
export function testLooksText(looks: readonly TestLook[]): string {
  const count = new Set(looks.map(lookedAt)).size
  if (count === 0) return ''
  if (count === 1)
    return say('One model was looked at on the test images so far; with each further one the best score here is more a matter of luck.')
  return say(
    '{{count}} models were looked at on the test images: choose by the validation images, or the best score here is partly luck.',
    { count },
  )
}

/** The looks one by one: at what, by whom and when. */
export const testLooksLog = (looks: readonly TestLook[], momentText: (at: string) => string): string[] =>
  looks.map(({ name, models, who, at }) =>
    [models.length > 1 ? heard(name) : name, ...(who === '' ? [] : [who]), momentText(at)].join(', '),
  )
