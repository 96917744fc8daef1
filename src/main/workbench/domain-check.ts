import type { PredictRequest } from '#shared/contracts/work.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { someNames } from '#shared/some-names.ts'
import { say } from '#shared/i18n/say.ts'
import { farInColor } from './color-check.ts'
import type { LookMeans } from './image-looks.ts'
import { learnedColors, lookedAt } from './learned-colors.ts'
import { learnedFrom } from './learned-images.ts'
import type { JobHooks } from './outcomes.ts'
import type { Prediction } from './prediction.ts'
import { nameOf } from './told-run.ts'

type Means = LookMeans & { readonly prediction: Prediction }

/**
 * What is to be known of a prediction's images before one relies on it: how many of the images that it is to look at, and that its models have not learned from, lie far in
 * colour from those that they learned from; in a sentence with some names. Empty where none does, where fewer than eight images that were
 * learned from are in the project and no package told of others, where the models move all colours to those that they know, and where the
 * request is refused: the prediction says why.
 */
export async function domainNote(means: Means, request: PredictRequest): Promise<string> {
  const chosen = chosenOf(means.prediction, request)
  if (chosen === null || chosen.models.some(movesColors)) return ''
  const known = new Set(learnedFrom(means.project, chosen.models).map(({ id }) => id))
  const others = chosen.images.filter(({ id }) => !known.has(id))
  const domains = await learnedColors(means, chosen.models)
  const { far, compared } = await farInColor(means, domains, lookedAt(others))
  if (far.length === 0) return ''
  const names = someNames(far.map(({ image }) => means.project.image(image).name))
  return say(
    '{{count}} of {{compared}} images that are new to {{model}} differ in colour from those that it learned from: {{names}}. It may miss things there, or find what is not there: look at some of them before you rely on it.',
    { count: far.length, compared, model: nameOf(chosen.models), names },
  )
}

/** Tells `domainNote` as soon as it is found, since images that nobody looked at before take some seconds; never fails. */
export async function tellDomain(means: Means, request: PredictRequest, { onNote }: Pick<JobHooks, 'onNote'>): Promise<string> {
  const note = await domainNote(means, request).catch(() => '')
  if (note !== '') onNote?.(note)
  return note
}

function chosenOf(prediction: Prediction, request: PredictRequest): ReturnType<Prediction['chosen']> | null {
  try {
    return prediction.chosen(request)
  } catch {
    return null
  }
}

const movesColors = ({ settings }: ModelRecord): boolean => (settings['stain'] ?? 'none') !== 'none'
