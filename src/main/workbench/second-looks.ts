import type { SecondLook, SettleRequest } from '#shared/contracts/review.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { coversArea, IMAGE } from '#shared/objects/shape-columns.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { Change } from '#shared/records/edit.ts'
import { decisionId, newId, readingId, type RunId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { PredictionRecord, DecisionRecord } from '#shared/records/prediction.ts'
import type { ReadingRecord } from '#shared/records/reading.ts'
import { differencesOn } from '#shared/review/second-look.ts'
import type { PlacedLabel, PlacedObject, PlacedPrediction } from '../project/tables/review.ts'
import { labelledParts } from './labelled-parts.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'

/** Where labels and predictions of a run say different things, the surest of the model first. @throws AppError `no-such-run`. */
export function secondLooksOf(project: OpenProject, runId: RunId): SecondLook[] {
  const { db } = project
  const inRegions = project.run(runId).settings['inRegions'] === true
  const seen = new Set(db.imagesOfRun(runId))
  const answers = db.answersOf(runId)
  const answering = new Set([...answers.values()].map(({ annotationId }) => annotationId))
  const looks = db
    .images()
    .filter(({ id }) => seen.has(id))
    .flatMap((image) => {
      const labels = db.placedLabels(image.id)
      const guesses = db.placedPredictions(image.id, runId)
      if (labels.length + guesses.length === 0) return []
      return looksOn(project, {
        image,
        inRegions,
        labels,
        guesses,
        isOpen: ({ id }) => !answers.has(id),
        isAnswer: ({ id }) => answering.has(id),
      })
    })
  return looks.sort((a, b) => b.strength - a.strength)
}

interface OnImage {
  readonly image: ImageRecord
  readonly inRegions: boolean
  readonly labels: readonly PlacedLabel[]
  readonly guesses: readonly PlacedPrediction[]
  readonly isOpen: (guess: PlacedPrediction) => boolean
  /** Whether a decision on this run made the label or is linked to it. */
  readonly isAnswer: (label: PlacedLabel) => boolean
}

function looksOn(project: OpenProject, { image, inRegions, labels, guesses, isOpen, isAnswer }: OnImage): SecondLook[] {
  const { db } = project
  const places = new Map(db.classes().map(({ id }, at) => [id, at]))
  const areas = guesses.filter((guess) => isArea(guess) && places.has(guess.classId))
  const objects = labels.filter((label) => label.counts && isArea(label))
  const classAt = ({ classId }: PlacedObject): number => places.get(classId) ?? -1
  const confirmed = confirmedOn(db.readings({ imageId: image.id }))
  const found = differencesOn(
    objects.map((label) => ({ classAt: classAt(label), box: boundsOf(label) })),
    areas.map((guess) => ({ classAt: classAt(guess), box: boundsOf(guess), score: guess.score, open: isOpen(guess) })),
    { ...rulesOf(project, image, inRegions), crowds: labels.flatMap((one) => (one.counts || !isArea(one) ? [] : [one.box])) },
  )
  return found.flatMap(({ kind, label, guess, strength }): SecondLook[] => {
    const [truth, said] = [label === null ? null : objects[label]!, guess === null ? null : areas[guess]!]
    if (truth !== null && (isAnswer(truth) || (kind === 'missed' && confirmed.get(truth.id) === truth.classId))) return []
    return [
      {
        ...{ kind, imageId: image.id, annotationId: truth?.id ?? null, predictionId: said?.id ?? null, strength },
        ...{ labelled: truth?.classId ?? null, predicted: said?.classId ?? null, score: said?.score ?? 1 - strength },
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
 * label was looked at and stays. The model is right: the label gets the class that the model says (the decision is linked to it), what nobody
 * had labelled is accepted, what is not there is removed.
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
  if (prediction !== null) return project.commit(relabelled({ label, prediction, who: person, at }))
  if (right === 'model') return project.commit({ label: LABEL, put: {}, remove: { annotations: [label.id] } })
  const before = db.readings({ imageId: look.imageId }).find(({ annotationId, who }) => annotationId === label.id && who === person)
  const said = { imageId: label.imageId, annotationId: label.id, predictionId: null, classId: label.classId, who: person, at }
  const reading: ReadingRecord = { id: before?.id ?? readingId.parse(newId()), ...said }
  return project.commit({ label: 'Keep a label', put: { readings: [reading] }, remove: {} })
}

const LABEL = 'Take what the model says'

function gone(): never {
  throw new AppError('look-settled', 'This is not as it was any more.', 'Nothing was changed. Go on with the next one.')
}

function isLocked(): never {
  throw new AppError('object-locked', 'This object is locked.', 'Unlock it to change it, or keep it as it is.')
}

interface Relabelled {
  readonly label: AnnotationRecord
  readonly prediction: PredictionRecord
  readonly who: string
  readonly at: string
}

/** The label with the model's class; its shape stays a person's. */
function relabelled({ label, prediction, who, at }: Relabelled) {
  const { classId, shape, score } = prediction
  const decision: DecisionRecord = {
    ...{ id: decisionId.parse(newId()), predictionId: prediction.id, imageId: label.imageId, kind: 'accept', who, at },
    ...{ annotationId: label.id, from: { classId, shape, score }, to: { classId, shape: label.shape }, replaced: null },
  }
  const amend = { annotations: [label.id], to: { classId, updatedAt: at } }
  return { label: LABEL, put: { decisions: [decision] }, remove: {}, amend }
}
