import { say } from '#shared/i18n/say.ts'
import type { SecondLook, SettleRequest } from '#shared/contracts/review.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { BOX, coversArea, IMAGE } from '#shared/objects/shape-columns.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { Change } from '#shared/records/edit.ts'
import {
  type AnnotationId,
  type ClassId,
  decisionId,
  type ImageId,
  newId,
  type PredictionId,
  readingId,
  type RunId,
} from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { isInRegions, outOfFold, type RunRecord } from '#shared/records/model.ts'
import type { PredictionRecord, DecisionRecord } from '#shared/records/prediction.ts'
import type { ReadingRecord } from '#shared/records/reading.ts'
import { type Certainty, differencesOn, FIXED, likelihoods, type LookedAtImage, UsualCertainty } from '#shared/review/second-look.ts'
import { stepped, type Steps } from '#shared/steps.ts'
import type { Answer, PlacedLabel, PlacedObject, PlacedPrediction } from '../project/tables/review.ts'
import { issuesOfImages } from './image-label-issues.ts'
import { labelledParts } from './labelled-parts.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'

/** What a run, or all folds of a cross-validation, are set against the labels with. */
interface Looking {
  readonly project: OpenProject
  readonly answers: ReadonlyMap<PredictionId, Answer>
  /** Annotations that a decision made or is linked to. */
  readonly answering: ReadonlySet<AnnotationId | null>
  /** Places of the classes. */
  readonly places: ReadonlyMap<ClassId, number>
  readonly certainty?: (classAt: number) => Certainty
}

interface ImageOfRun {
  readonly run: RunRecord
  readonly imageId: ImageId
}

/** An image with what is labelled and predicted on it. */
interface SeenImage {
  readonly image: ImageRecord
  readonly run: RunRecord
  readonly labels: readonly PlacedLabel[]
  readonly objects: readonly PlacedLabel[]
  readonly guesses: readonly PlacedPrediction[]
}

/**
 * Where labels and predictions of a run say different things, the surest of the model first. A run that was made for a cross-validation stands
 * for all of it: each image by the model that did not see it. Labels that a model finds nothing at come by how sure it usually is of their class,
 * and not at all where it hardly finds that. Of folds whatever is said against a label has to be as sure as the models usually are of that class,
 * the likeliest error comes first, and of labels of whole images those are named that confident learning finds. A step is a look at an image.
 *
 * @throws AppError `no-such-run`.
 */
export function* secondLooksOf(project: OpenProject, runId: RunId): Steps<SecondLook[]> {
  const { db } = project
  const runs = runsWith(project, project.run(runId))
  const answers = new Map((yield* stepped(runs, ({ id }) => [...db.answersOf(id)])).flat())
  const answering = new Set([...answers.values()].map(({ annotationId }) => annotationId))
  const places = new Map(db.classes().map(({ id }, at) => [id, at]))
  const looking: Looking = { project, answers, answering, places }
  const images = runs.flatMap((run) => db.imagesOfRun(run.id).map((imageId) => ({ run, imageId })))
  const { certainty, searched } = yield* usually(images, looking)
  if (runs.every((run) => outOfFold(run) === null)) {
    const found = (classAt: number): Certainty => ({ ...FIXED, usual: certainty(classAt).usual })
    return bySurest(yield* looksOf(images, { ...looking, certainty: found }))
  }
  const looks = yield* looksOf(images, { ...looking, certainty })
  const placed = looks.filter(({ box }) => box !== null)
  const likely = likelihoods(placed, searched)
  const whole = yield* confidentLooks(project, { runs, looks })
  return bySurest([...placed.map((look, i) => ({ ...look, strength: likely[i]! })), ...whole])
}

/** How sure the models usually are, and among how many labels and sure guesses differences are looked for. */
function* usually(images: readonly ImageOfRun[], looking: Looking) {
  const [usual, searched] = [new UsualCertainty(), { labels: 0, scores: [] as number[] }]
  for (const one of images) {
    yield
    const seen = seenImage(one, looking)
    if (!seen) continue
    searched.labels += seen.objects.length
    for (const { score } of seen.guesses) if (score >= LEAST_SURE) searched.scores.push(score)
    usual.add(lookedAt(seen, looking))
  }
  return { certainty: usual.get(), searched }
}

/** Of labels of whole images those that confident learning finds. */
function* confidentLooks(
  project: OpenProject,
  { runs, looks }: { readonly runs: readonly RunRecord[]; readonly looks: readonly SecondLook[] },
): Steps<SecondLook[]> {
  const whole = looks.filter(({ box }) => box === null)
  if (whole.length === 0) return []
  const issues = yield* issuesOfImages(project, runs)
  return whole.flatMap((look): SecondLook[] => {
    const issue = issues.get(look.imageId)
    return issue !== undefined && issue.said === look.predicted ? [{ ...look, strength: issue.strength }] : []
  })
}

/** Guesses from here on are what sure ones are counted among. */
const LEAST_SURE = 0.5

const bySurest = (looks: readonly SecondLook[]): SecondLook[] => [...looks].sort((a, b) => b.strength - a.strength)

/** All runs of the cross-validation that a run was made for; else itself alone. */
export function runsWith({ db }: OpenProject, run: RunRecord): RunRecord[] {
  const of = outOfFold(run)
  return of === null ? [run] : db.runs().filter((other) => outOfFold(other) === of)
}

/** Null where there is nothing to be set against each other. */
function seenImage({ run, imageId }: ImageOfRun, { project: { db }, places }: Looking): SeenImage | null {
  const image = db.image(imageId)
  if (!image) return null
  const labels = db.placedLabels(imageId)
  const guesses = db.placedPredictions(imageId, run.id).filter((guess) => isArea(guess) && places.has(guess.classId))
  if (labels.length + guesses.length === 0) return null
  return { image, run, labels, guesses, objects: labels.filter((label) => label.counts && isArea(label)) }
}

function lookedAt({ objects, guesses }: SeenImage, { answers, places }: Looking): LookedAtImage {
  const placed = (one: PlacedObject) => ({ classAt: places.get(one.classId) ?? -1, box: boundsOf(one), isBox: one.kind === BOX })
  return {
    labels: objects.map(placed),
    guesses: guesses.map((guess) => ({ ...placed(guess), score: guess.score, open: !answers.has(guess.id) })),
  }
}

function* looksOf(images: readonly ImageOfRun[], looking: Looking): Steps<SecondLook[]> {
  const looks = yield* stepped(images, (one) => {
    const seen = seenImage(one, looking)
    return seen ? looksOn(seen, looking) : []
  })
  return looks.flat()
}

function looksOn(seen: SeenImage, looking: Looking): SecondLook[] {
  const { image, run, labels, objects, guesses } = seen
  const { project, answering, certainty } = looking
  const confirmed = confirmedOn(project.db.readings({ imageId: image.id }))
  const found = differencesOn(lookedAt(seen, looking), {
    ...rulesOf(project, image, isInRegions(run)),
    ...{ crowds: labels.flatMap((one) => (one.counts || !isArea(one) ? [] : [one.box])), ...(certainty ? { certainty } : {}) },
  })
  return found.flatMap(({ kind, label, guess, score, strength }): SecondLook[] => {
    const [truth, said] = [label === null ? null : objects[label]!, guess === null ? null : guesses[guess]!]
    if (truth !== null && (answering.has(truth.id) || (kind === 'missed' && confirmed.get(truth.id) === truth.classId))) return []
    return [
      {
        ...{ kind, imageId: image.id, runId: run.id, annotationId: truth?.id ?? null, predictionId: said?.id ?? null, strength },
        ...{ labelled: truth?.classId ?? null, predicted: said?.classId ?? null, score },
        box: boundsOf((truth ?? said)!),
      },
    ]
  })
}

const isArea = ({ kind }: PlacedObject): boolean => kind === IMAGE || coversArea(kind)

const boundsOf = ({ kind, box }: PlacedObject): Box | null => (kind === IMAGE ? null : box)

/** What a person said of an annotation when it was looked at once more. */
const confirmedOn = (readings: readonly ReadingRecord[]): ReadonlyMap<string | null, string | null> =>
  new Map(readings.map(({ annotationId, classId }) => [annotationId, classId]))

/** Where everything is labelled, and where the model looked. */
function rulesOf({ db, task }: OpenProject, image: ImageRecord, inRegions: boolean) {
  const regions = db.regionsOf(image.id)
  const parts = labelledParts(workbenchTask(task), regions)
  const within = (shapes: Parameters<typeof regionTest>[0]) => {
    const test = regionTest(shapes)
    return ({ box }: { readonly box: Box | null }): boolean => box !== null && test.holds({ type: 'box', ...box })
  }
  return {
    complete: parts === undefined ? () => isFinished(image) : within(parts),
    seen: inRegions ? within(regions.map(({ shape }) => shape)) : () => true,
  }
}

/**
 * Settles a difference in one edit. The label is right: the prediction is rejected, or, where the model found nothing, a reading says that the
 * label was looked at and stays. The model is right: the label gets the class or the place that the model says (the decision is linked to it), what
 * nobody had labelled is accepted, what is not there is removed.
 *
 * @throws AppError `look-settled` where label or prediction are not there any more, `object-locked` where the label would change and is locked.
 */
export function settleLook(project: OpenProject, { look, right }: SettleRequest): Change {
  const { db, person } = project
  const prediction = look.predictionId === null ? null : (db.prediction(look.predictionId) ?? gone())
  const label = look.annotationId === null ? null : (db.annotation(look.annotationId) ?? gone())
  if (prediction !== null && db.decisionsOf(look.imageId).some(({ predictionId }) => predictionId === prediction.id)) gone()
  if (prediction !== null && (right === 'label' || label === null || label.shape.type === 'image')) {
    const kind = right === 'label' ? 'reject' : 'accept'
    const { locked, ...change } = db.decide({ predictions: [prediction.id], kind, to: null }, person)
    return locked.length > 0 ? isLocked() : project.tell(change)
  }
  if (label === null) return gone()
  if (right === 'model' && label.locked) return isLocked()
  const at = new Date().toISOString()
  if (prediction !== null) return project.commit(relabelled({ label, prediction, kind: look.kind, who: person, at }))
  if (right === 'model') return project.commit({ label: LABEL, put: {}, remove: { annotations: [label.id] } })
  const before = db.readings({ imageId: look.imageId }).find(({ annotationId, who }) => annotationId === label.id && who === person)
  const said = { imageId: label.imageId, annotationId: label.id, predictionId: null, classId: label.classId, who: person, at }
  const reading: ReadingRecord = { id: before?.id ?? readingId.parse(newId()), ...said }
  return project.commit({ label: say('Keep a label'), put: { readings: [reading] }, remove: {} })
}

const LABEL = say('Take what the model says')

function gone(): never {
  throw new AppError('look-settled', 'This is not as it was any more.', 'Nothing was changed. Go on with the next one.')
}

function isLocked(): never {
  throw new AppError('object-locked', 'This object is locked.', 'Unlock it to change it, or keep it as it is.')
}

interface Relabelled {
  readonly label: AnnotationRecord
  readonly prediction: PredictionRecord
  readonly kind: SecondLook['kind']
  readonly who: string
  readonly at: string
}

/** The label with the model's class, its shape staying a person's; or, where that is what differs, with the model's place. */
function relabelled({ label, prediction, kind, who, at }: Relabelled) {
  const { classId, shape, score } = prediction
  const decision: DecisionRecord = {
    ...{ id: decisionId.parse(newId()), predictionId: prediction.id, imageId: label.imageId, kind: 'accept', who, at },
    ...{
      annotationId: label.id,
      from: { classId, shape, score },
      to: { classId, shape: kind === 'place' ? shape : label.shape },
      replaced: null,
    },
  }
  if (kind === 'place')
    return { label: LABEL, put: { decisions: [decision], annotations: [{ ...label, shape, updatedAt: at }] }, remove: {} }
  const amend = { annotations: [label.id], to: { classId, updatedAt: at } }
  return { label: LABEL, put: { decisions: [decision] }, remove: {}, amend }
}
