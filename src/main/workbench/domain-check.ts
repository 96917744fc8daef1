import { FEWEST_LEARNED } from '#shared/color-domain.ts'
import type { PredictRequest } from '#shared/contracts/work.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { someNames } from '#shared/some-names.ts'
import { say } from '#shared/i18n/say.ts'
import { farInColor } from './color-check.ts'
import type { LookMeans } from './image-looks.ts'
import { learnedFrom } from './learned-images.ts'
import type { Prediction } from './prediction.ts'
import { nameOf } from './told-run.ts'

/** More images on a side are not looked at but spread over all of them: a person waits for the answer. */
const LOOKED_AT = 200

/**
 * What is to be known of a prediction's images before one relies on it: how many of the images that it is to look at, and that its models have not learned from, lie far in
 * colour from those that they learned from; in a sentence with some names. Empty where none does, where fewer than eight images that were
 * learned from are in the project (an imported model carries no colours of its own), where the models move all colours to those that they
 * know, and where the request is refused: the prediction says why.
 */
export async function domainNote(means: LookMeans & { readonly prediction: Prediction }, request: PredictRequest): Promise<string> {
  const chosen = chosenOf(means.prediction, request)
  if (chosen === null || chosen.models.some(movesColors)) return ''
  const learned = learnedFrom(means.project, chosen.models)
  if (learned.length < FEWEST_LEARNED) return ''
  const known = new Set(learned.map(({ id }) => id))
  const others = chosen.images.filter(({ id }) => !known.has(id))
  const { far, compared } = await farInColor(means, spread(learned), spread(others))
  if (far.length === 0) return ''
  const names = someNames(far.map(({ image }) => means.project.image(image).name))
  return say(
    '{{count}} of {{compared}} images that are new to {{model}} differ in colour from those that it learned from: {{names}}. It may miss things there, or find what is not there: look at some of them before you rely on it.',
    { count: far.length, compared, model: nameOf(chosen.models), names },
  )
}

function chosenOf(prediction: Prediction, request: PredictRequest): ReturnType<Prediction['chosen']> | null {
  try {
    return prediction.chosen(request)
  } catch {
    return null
  }
}

const movesColors = ({ settings }: ModelRecord): boolean => (settings['stain'] ?? 'none') !== 'none'

function spread(images: readonly ImageRecord[]): ImageRecord[] {
  if (images.length <= LOOKED_AT) return [...images]
  return Array.from({ length: LOOKED_AT }, (_, i) => images[Math.floor((i * images.length) / LOOKED_AT)]!)
}
