import { AppError } from '#shared/errors.ts'
import { type OverlapIndex, overlapIndex } from '#shared/geometry/shape-overlap.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { Edit } from '#shared/records/edit.ts'
import { annotationId, type ClassId, decisionId, type ImageId, newId, type PredictionId } from '#shared/records/ids.ts'
import type { DecisionRecord, PredictionRecord } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Store } from './store.ts'

/** What a person did with predictions. `to` is for `correct`: what the one prediction should have been. */
export interface DecideRequest {
  readonly predictions: readonly PredictionId[]
  readonly kind: 'accept' | 'correct' | 'reject'
  readonly to: { readonly classId: ClassId; readonly shape: Shape } | null
}

export interface DecisionContext {
  readonly who: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/** An accepted prediction that covers a drawn object of its class this much is linked to it: the same cell is not counted twice. */
export const LINK_IOU = 0.5

/**
 * The edit that a decision amounts to:
 * - accept: an annotation like the prediction is made, or the person's own annotation of the same object is linked (`LINK_IOU`);
 * - correct: an annotation as the person said is made;
 * - reject: nothing is made.
 *
 * A prediction that was decided on before gets its one decision replaced: the annotation that it made is changed or removed, a linked one is
 * left in place when rejected and takes the correction when corrected. Accepting what is accepted changes nothing. An image has one label as a
 * whole: where there is one already, it takes the new class.
 * @throws AppError `unknown-prediction`, `unknown-class`, `decision-incomplete`.
 */
export function decisionEdit(store: Store, request: DecideRequest, context: DecisionContext): Edit {
  checkRequest(request)
  const taken = new Set<string>()
  const annotations = new Map<string, AnnotationRecord>()
  const decisions: DecisionRecord[] = []
  const removed: AnnotationRecord['id'][] = []
  const onImage = annotationsByImage(store)
  for (const id of new Set(request.predictions)) {
    const prediction = known(store, id)
    const before = situation(store, prediction)
    if (request.kind === 'accept' && before.decision?.kind === 'accept' && before.annotation) continue
    const outcome = decideOne({
      store,
      request,
      context,
      prediction,
      before,
      free: () => linkable(store, prediction, { on: onImage(prediction.imageId), taken }),
      label: () => onImage(prediction.imageId).annotations.find(({ shape }) => shape.type === 'image'),
    })
    if (outcome.put) annotations.set(outcome.put.id, outcome.put)
    if (outcome.remove) removed.push(outcome.remove)
    if (outcome.annotationId !== null) taken.add(outcome.annotationId)
    decisions.push(recordOf({ request, context, prediction, before, annotation: outcome.annotationId }))
  }
  return {
    label: label(request.kind, decisions.length),
    put: { annotations: [...annotations.values()], decisions },
    remove: { annotations: removed },
  }
}

function checkRequest(request: DecideRequest): void {
  if (request.kind !== 'correct') return
  if (request.to === null || request.predictions.length !== 1)
    throw new AppError('decision-incomplete', 'A correction needs one prediction and what it should have been.')
}

function label(kind: DecideRequest['kind'], count: number): string {
  const verb = { accept: 'Accept', correct: 'Correct', reject: 'Reject' }[kind]
  return count === 1 ? `${verb} prediction` : `${verb} ${count} predictions`
}

function known(store: Store, id: PredictionId): PredictionRecord {
  const prediction = store.predictions.get(id)
  if (prediction) return prediction
  throw new AppError('unknown-prediction', `There is no prediction ${id} in this project.`, 'Open the image again.')
}

/** What was decided on a prediction before. */
interface Situation {
  readonly decision: DecisionRecord | undefined
  readonly annotation: AnnotationRecord | undefined
  /** Whether that annotation was made by the decision, not merely linked. */
  readonly made: boolean
}

function situation(store: Store, prediction: PredictionRecord): Situation {
  const decision = store.decisions.ofPrediction(prediction.id)
  const annotation = decision?.annotationId == null ? undefined : store.annotations.get(decision.annotationId)
  return { decision, annotation, made: annotation?.predictionId === prediction.id }
}

interface Case {
  readonly store: Store
  readonly request: DecideRequest
  readonly context: DecisionContext
  readonly prediction: PredictionRecord
  readonly before: Situation
  /** The person's own annotation of the same object, if one is free to be linked. */
  readonly free: () => AnnotationRecord | undefined
  /** The label of the image as a whole. */
  readonly label: () => AnnotationRecord | undefined
}

interface Outcome {
  readonly put?: AnnotationRecord
  readonly remove?: AnnotationRecord['id']
  readonly annotationId: AnnotationRecord['id'] | null
}

function decideOne(given: Case): Outcome {
  const { request, prediction, before } = given
  if (request.kind === 'reject')
    return before.made && before.annotation ? { remove: before.annotation.id, annotationId: null } : { annotationId: null }
  const target = request.to ?? { classId: prediction.classId, shape: prediction.shape }
  requireClass(given.store, target.classId)
  if (request.kind === 'accept' && !before.annotation) {
    const linked = given.free()
    if (linked) return { annotationId: linked.id }
  }
  const put = annotationFor(given, target)
  return { put, annotationId: put.id }
}

function requireClass(store: Store, id: ClassId): void {
  if (store.classes.get(id)) return
  throw new AppError('unknown-class', 'The class of this prediction is not in the project any more.', 'Give the object one of the classes.')
}

function annotationFor(
  { request, context, prediction, before, label }: Case,
  target: { classId: ClassId; shape: Shape },
): AnnotationRecord {
  const origin = request.kind === 'accept' ? 'accepted' : 'corrected'
  if (before.annotation) {
    const changed = { ...before.annotation, ...target, updatedAt: context.at }
    return before.made ? { ...changed, origin } : changed
  }
  const said = target.shape.type === 'image' ? label() : undefined
  if (said) return { ...said, ...target, origin, predictionId: prediction.id, author: context.who, updatedAt: context.at }
  return {
    id: annotationId.parse(newId()),
    imageId: prediction.imageId,
    ...target,
    origin,
    predictionId: prediction.id,
    crowd: false,
    difficult: false,
    note: '',
    author: context.who,
    createdAt: context.at,
    updatedAt: context.at,
  }
}

/** The annotations of an image, with where they lie. */
interface Annotated {
  readonly annotations: readonly AnnotationRecord[]
  readonly places: OverlapIndex
}

/** Reads an image's annotations once. */
function annotationsByImage(store: Store): (imageId: ImageId) => Annotated {
  const cache = new Map<ImageId, Annotated>()
  return (imageId) => {
    const known = cache.get(imageId)
    if (known) return known
    const annotations = store.annotations.ofImage(imageId)
    const read = { annotations, places: overlapIndex(annotations.map(({ shape }) => shape)) }
    cache.set(imageId, read)
    return read
  }
}

interface Candidates {
  readonly on: Annotated
  /** Linked within this edit already. */
  readonly taken: ReadonlySet<string>
}

function linkable(store: Store, prediction: PredictionRecord, { on, taken }: Candidates): AnnotationRecord | undefined {
  let best: { annotation: AnnotationRecord; overlap: number } | undefined
  for (const { index, overlap } of on.places.overlaps(prediction.shape)) {
    const annotation = on.annotations[index]!
    if (annotation.classId !== prediction.classId || annotation.crowd || taken.has(annotation.id)) continue
    if (overlap >= LINK_IOU && overlap > (best?.overlap ?? 0) && !linkedInRun(store, annotation, prediction)) best = { annotation, overlap }
  }
  return best?.annotation
}

/** One object answers to one prediction of a run. */
function linkedInRun(store: Store, annotation: AnnotationRecord, prediction: PredictionRecord): boolean {
  return store.decisions
    .ofAnnotation(annotation.id)
    .some((decision) => store.predictions.get(decision.predictionId)?.runId === prediction.runId)
}

interface Decided {
  readonly request: DecideRequest
  readonly context: DecisionContext
  readonly prediction: PredictionRecord
  readonly before: Situation
  readonly annotation: AnnotationRecord['id'] | null
}

function recordOf({ request, context, prediction, before, annotation }: Decided): DecisionRecord {
  const { classId, shape, score } = prediction
  return {
    id: before.decision?.id ?? decisionId.parse(newId()),
    predictionId: prediction.id,
    imageId: prediction.imageId,
    kind: request.kind,
    annotationId: annotation,
    who: context.who,
    at: context.at,
    from: { classId, shape, score },
    to: request.kind === 'reject' ? null : (request.to ?? { classId, shape }),
  }
}

/** Predictions of a run that "accept all above a score" means: not decided on yet, of classes and images that the project has. */
export function acceptable(
  store: Store,
  { runId, score, imageId }: { runId: PredictionRecord['runId']; score: number; imageId: ImageId | null },
): PredictionId[] {
  const classes = new Set(store.classes.all().map(({ id }) => id))
  const images = new Set(imageId === null ? store.images.all().map(({ id }) => id) : [imageId])
  return store.predictions
    .above(runId, score, true)
    .filter((prediction) => classes.has(prediction.classId) && images.has(prediction.imageId))
    .map(({ id }) => id)
}
