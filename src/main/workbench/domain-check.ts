import type { ColorCheck, DomainCheck, FeatureCheck } from '#shared/contracts/domain.ts'
import type { PredictRequest } from '#shared/contracts/work.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { someNames } from '#shared/some-names.ts'
import { say } from '#shared/i18n/say.ts'
import { farInColor } from './color-check.ts'
import { farInFeatures, nearestLearned } from './far-in-features.ts'
import { type FeatureMeans, featuresOf, knownFeatures } from './image-features.ts'
import { learnedColors, lookedAt } from './learned-colors.ts'
import { featureDomains } from './learned-features.ts'
import { learnedFrom } from './learned-images.ts'
import type { JobHooks } from './outcomes.ts'
import type { Prediction } from './prediction.ts'
import { nameOf } from './told-run.ts'

type Means = FeatureMeans & { readonly prediction: Prediction }
type Models = readonly ModelRecord[]

/** Examples of what is most unlike, and of what it is compared with. */
const [MOST_FAR, MOST_NEAR] = [6, 3]

/** What a prediction is about: its models, the images that are new to them, and those that they learned from. */
interface Asked {
  readonly models: Models
  readonly others: readonly ImageRecord[]
  readonly learned: readonly ImageRecord[]
}

/** Null where the request is refused (the prediction says why), and where the models move all colours to those that they know. */
function askedOf({ prediction, project }: Means, request: PredictRequest): Asked | null {
  const chosen = chosenOf(prediction, request)
  if (chosen === null || chosen.models.some(movesColors)) return null
  const learned = learnedFrom(project, chosen.models)
  const known = new Set(learned.map(({ id }) => id))
  return { models: chosen.models, others: lookedAt(chosen.images.filter(({ id }) => !known.has(id))), learned: lookedAt(learned) }
}

/**
 * What is to be known of a prediction's images before one relies on it: how many of the images that it is to look at, and that its models have not
 * learned from, lie far in colour from those that they learned from, and of those that were compared how many show something else; in sentences with
 * some names. Empty where none does, where fewer than eight images that were learned from are in the project and no package told of others, and where
 * nothing can be compared.
 */
export async function domainNote(means: Means, request: PredictRequest): Promise<string> {
  const asked = askedOf(means, request)
  if (asked === null) return ''
  const colors = await farInColor(means, await learnedColors(means, asked.models), asked.others)
  const known = await knownFeatures(means)
  const features = farInFeatures(featureDomains(means.project, asked.models, { learned: asked.learned, known }), asked.others, known)
  const [model, names] = [
    nameOf(asked.models),
    (ids: readonly { image: ImageId }[]) => someNames(ids.map(({ image }) => means.project.image(image).name)),
  ]
  return [colorText(colors, model, names), featureText(features, model, names)].filter((text) => text !== '').join(' ')
}

type Names = (ids: readonly { readonly image: ImageId }[]) => string

function colorText({ far, compared }: ColorCheck, model: string, names: Names): string {
  if (far.length === 0) return ''
  return say(
    '{{count}} of {{compared}} images that are new to {{model}} differ in colour from those that it learned from: {{names}}. It may miss things there, or find what is not there: look at some of them before you rely on it.',
    { count: far.length, compared, model, names: names(far) },
  )
}

function featureText({ far, compared }: FeatureCheck, model: string, names: Names): string {
  if (far.length === 0) return ''
  return say(
    '{{count}} of {{compared}} images that are new to {{model}} show other structures or another sharpness than those that it learned from: {{names}}.',
    { count: far.length, compared, model, names: names(far) },
  )
}

/**
 * The same in full, with what the images show, and examples. Images that nobody looked at before take some hundredths of a second each: it is seen as a
 * job and can be cancelled; then the colours alone are told.
 */
export async function checkDomain(means: Means, request: PredictRequest): Promise<DomainCheck> {
  const asked = askedOf(means, request)
  if (asked === null) return { model: '', colors: NONE, features: NONE, examples: { far: [], near: [] }, brokenOff: false }
  const { models, others, learned } = asked
  const colors = await farInColor(means, await learnedColors(means, models), others)
  const { known, brokenOff } = await lookedFor(means, [...learned, ...others])
  const features = farInFeatures(featureDomains(means.project, models, { learned, known }), others, known)
  const far = mostUnlike(colors, features)
  const images = far.map((id) => means.project.image(id))
  const near = nearestLearned(images, { learned, known, most: MOST_NEAR })
  return { model: nameOf(models), colors, features, examples: { far, near: near.map(({ id }) => id) }, brokenOff }
}

const NONE = { compared: 0, far: [] }

/** What images show, as far as somebody lets it be found out. */
async function lookedFor(
  means: Means,
  images: readonly ImageRecord[],
): Promise<{ readonly known: Awaited<ReturnType<typeof knownFeatures>>; readonly brokenOff: boolean }> {
  const looked = means.jobs ? means.jobs.comparing((watch) => featuresOf(means, images, watch)) : featuresOf(means, images)
  return looked.then(
    (known) => ({ known, brokenOff: false }),
    async () => ({ known: await knownFeatures(means), brokenOff: true }),
  )
}

/** By how many times the distance that counts as far they are off, in whichever of the two it is more. */
function mostUnlike(colors: ColorCheck, features: FeatureCheck): ImageId[] {
  const off = new Map<ImageId, number>()
  const add = (far: readonly { readonly image: ImageId; readonly ratio: number }[]): void => {
    const least = Math.min(...far.map(({ ratio }) => ratio))
    for (const { image, ratio } of far) off.set(image, Math.max(off.get(image) ?? 0, ratio / least))
  }
  add(colors.far)
  add(features.far)
  return [...off].sort(([, a], [, b]) => b - a).slice(0, MOST_FAR).map(([image]) => image) // prettier-ignore
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
