import { z } from 'zod'
import { shownDecimals } from './i18n/formats.ts'
import { heard } from './i18n/heard.ts'
import { say } from './i18n/say.ts'
import { t } from './i18n/translate.ts'
import { modelId } from './records/ids.ts'
import { instant } from './records/task.ts'
import { testFigureTitle, type TestMeasure, testMeasure } from './test-measure.ts'

/** A look at what a model, or several that predict together, score on the test images: when, by whom, at what. */
export const testLook = z.object({
  /** The model, of several the first. */
  model: modelId,
  /** All that were looked at together, in their order; empty in older records, which tell the first alone. */
  models: z.array(modelId).default([]),
  name: z.string(),
  who: z.string(),
  at: instant,
  /**
   * What the last evaluation found by the task's own score; by another only while none was asked for by its own. Null: only compared, or looked at
   * before figures were kept.
   */
  last: testMeasure.nullable().default(null),
  /** Each look, oldest first, with the figure that says most: none where models were compared image by image. Empty in older records. */
  seen: z.array(testMeasure).default([]),
})
export type TestLook = z.infer<typeof testLook>

/** Of one predictor so many looks are kept, the newest: labels that are worked on give other figures again and again. */
export const MOST_SEEN = 200

/** The looks at one predictor, oldest first; of older records the last alone is known. */
export function looksAt({ seen, last, who, at }: TestLook): readonly TestMeasure[] {
  if (seen.length > 0) return seen
  return [last === null ? unmeasured(who, at) : glanceOf(last)]
}

/** A look without figures. */
export const unmeasured = (who: string, at: string): TestMeasure => testMeasure.parse({ who, at, images: 0, figures: [] })

/** As a look is kept: with the figure that says most. */
export const glanceOf = (measure: TestMeasure): TestMeasure => ({ ...measure, figures: measure.figures.slice(0, 1) })

/** One look, and at what. */
export interface SingleLook {
  readonly name: string
  /** Of several models that predict together, whose name is made by the app. */
  readonly isTogether: boolean
  readonly measure: TestMeasure
}

/** All looks one by one, oldest first. */
export const singleLooks = (looks: readonly TestLook[]): SingleLook[] =>
  looks
    .flatMap((look) => looksAt(look).map((measure) => ({ name: look.name, isTogether: look.models.length > 1, measure })))
    .sort((a, b) => (a.measure.at < b.measure.at ? -1 : Number(a.measure.at > b.measure.at)))

/** What was seen at a look, in a few words: the figure that says most, and from which score where that is not the task's own. */
export function seenText({ figures: [figure], score }: TestMeasure): string {
  if (figure === undefined) return t('compared image by image')
  const told = `${testFigureTitle(figure)} ${shownDecimals(figure.value, 3)}`
  return score === null ? told : `${told}, ${t('objects from a score of {{score}}', { score: shownDecimals(score, 2) })}`
}

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

/** The looks one by one, oldest first: at what, by whom and when, and what was seen. */
export const testLooksLog = (looks: readonly TestLook[], momentText: (at: string) => string): string[] =>
  singleLooks(looks).map(({ name, isTogether, measure }) =>
    [
      isTogether ? heard(name) : name,
      ...(measure.who === '' ? [] : [measure.who]),
      momentText(measure.at),
      ...(measure.figures.length === 0 ? [] : [seenText(measure)]),
    ].join(', '),
  )
