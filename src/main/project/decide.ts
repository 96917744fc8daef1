import { isDeepStrictEqual } from 'node:util'
import { AppError } from '#shared/errors.ts'
import { areaBounds, type OverlapIndex, overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { groupBy } from '#shared/group-by.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { Edit } from '#shared/records/edit.ts'
import { annotationId, type ClassId, decisionId, type ImageId, newId, type PredictionId } from '#shared/records/ids.ts'
import type { DecisionRecord, PredictionRecord } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import { say } from '#shared/i18n/say.ts'
import { imageStates } from './decided-images.ts'
import { formerLabel } from './former-label.ts'
import type { KnownBefore } from './plan-edit.ts'
import type { Store } from './store.ts'

/** What a person did with predictions. */
export interface DecideRequest {
  /** By id, or as they were read in the same transaction. */
  readonly predictions: readonly (PredictionId | PredictionRecord)[]
  readonly kind: 'accept' | 'correct' | 'reject'
  /** Rejected in the same edit, whatever is done with the others. */
  readonly rejects?: readonly (PredictionId | PredictionRecord)[]
  /** For `correct`: what the prediction should have been; without a shape it keeps its own. Several may be corrected at once where all keep theirs, or are of images as wholes. */
  readonly to: { readonly classId: ClassId; readonly shape?: Shape | undefined } | null
  /** An image on which nothing of the run with this score or more is left to decide is done (decided-images.ts); left out: it stays as it is. */
  readonly doneFrom?: number | undefined
}

export interface DecisionContext {
  readonly who: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/** An accepted prediction that covers a drawn object of its class this much is linked to it: the same cell is not counted twice. */
export const LINK_IOU = 0.5

/** The edit that decisions amount to, with what was read of its records on the way. */
export interface DecidedEdit {
  readonly edit: Edit
  readonly known: KnownBefore
  /** Predictions that stay as they were: their decision would have changed a locked object. */
  readonly locked: readonly PredictionId[]
}

/**
 * The edit that a decision amounts to:
 * - accept: an annotation like the prediction is made, or the person's own annotation of the same object is linked (`LINK_IOU`);
 * - correct: an annotation as the person said is made;
 * - reject: nothing is made.
 *
 * A prediction that was decided on before gets its one decision replaced: the annotation that it made is changed or removed, a linked one is
 * left in place when rejected and takes the correction when corrected. Accepting what is accepted changes nothing.
 *
 * An image has one label as a whole: where there is one already, it takes the new class, the decision keeps it as it was, and a rejection
 * brings it back; a class that the person has given the image since stays.
 * Of undecided predictions that show the same object (a detector keeps some) the first is accepted or corrected; the others are left as they are: its
 * annotation shows them, and nobody is asked about them.
 * A locked object keeps its class and shape and is not removed: the predictions whose decision would do that are left as they are, and named.
 *
 * @throws AppError `unknown-prediction`, `unknown-class`, `decision-incomplete`.
 */
export function decisionEdit(store: Store, request: DecideRequest, context: DecisionContext): DecidedEdit {
  checkRequest(request)
  const made = new Made()
  const onImage = annotationsByImage(store)
  const classes = new Set(store.classes.all().map(({ id }) => id))
  const decided: PredictionRecord[] = []
  const locked: PredictionId[] = []
  const rejected = new Set(idsOf(request.rejects ?? []))
  const asked = [...wanted(store, [...request.predictions, ...(request.rejects ?? [])])]
  const twins = request.kind === 'reject' ? NO_TWINS : twinsAmong(asked.filter(({ id }) => !rejected.has(id)))
  for (const prediction of asked) {
    const before = situation(store, prediction)
    const kind = rejected.has(prediction.id) ? 'reject' : kindFor(request, prediction)
    if (twins.has(prediction.id) && before.decision === undefined) continue
    if (kind === 'accept' && before.decision?.kind === 'accept' && before.annotation) continue
    const outcome = decideOne({
      store,
      classes,
      kind,
      to: kind === 'correct' && request.to ? { classId: request.to.classId, shape: request.to.shape ?? prediction.shape } : null,
      context,
      prediction,
      before,
      free: () => linkable(store, prediction, { on: onImage(prediction.imageId), taken: made.taken }),
      label: () => onImage(prediction.imageId).annotations.find(({ shape }) => shape.type === 'image'),
    })
    if (changesLocked(outcome)) {
      locked.push(prediction.id)
      continue
    }
    made.take(outcome, before)
    decided.push(prediction)
  }
  return { ...made.edit(store, labelOf(request, decided.length), { decided, doneFrom: request.doneFrom ?? null }), locked }
}

const NO_TWINS: ReadonlySet<PredictionId> = new Set()

/** Predictions that show the same object as one before them in the list. */
function twinsAmong(predictions: readonly PredictionRecord[]): ReadonlySet<PredictionId> {
  const twins = new Set<PredictionId>()
  for (const own of groupBy(predictions, ({ imageId }) => imageId).values()) {
    const placed = own.filter(({ shape }) => areaBounds(shape) !== null)
    const places = overlapIndex(placed.map(({ shape }) => shape))
    for (const [at, { id, shape }] of placed.entries()) {
      if (twins.has(id)) continue
      for (const { index, overlap } of places.overlaps(shape)) if (index > at && overlap >= SAME_OBJECT) twins.add(placed[index]!.id)
    }
  }
  return twins
}

/** Whether a locked object would go, or get another class or shape. */
function changesLocked({ put, touched }: Outcome): boolean {
  if (touched?.locked !== true) return false
  return put === undefined || put.classId !== touched.classId || !isDeepStrictEqual(put.shape, touched.shape)
}

function checkRequest({ kind, to, predictions }: DecideRequest): void {
  if (kind !== 'correct') return
  if (to === null || (predictions.length !== 1 && !keepsOwn(to)))
    throw new AppError('decision-incomplete', 'A correction needs one prediction and what it should have been.')
}

function labelOf({ kind, predictions, rejects = [] }: DecideRequest, count: number): string {
  if (predictions.length > 0 && rejects.length > 0) return say('Decide on {{count}} predictions', { count })
  if (predictions.length === 0 || kind === 'reject') return say('Reject {{count}} predictions', { count })
  return kind === 'accept' ? say('Accept {{count}} predictions', { count }) : say('Correct {{count}} predictions', { count })
}

const idsOf = (predictions: DecideRequest['predictions']): PredictionId[] =>
  predictions.map((one) => (typeof one === 'number' ? one : one.id))

/** Whether what it should have been says nothing of where it is. */
const keepsOwn = ({ shape }: NonNullable<DecideRequest['to']>): boolean => shape === undefined || shape.type === 'image'

/** Several are given one class: where the model said that class already, it was right. */
function kindFor({ kind, to, predictions }: DecideRequest, { classId }: PredictionRecord): DecideRequest['kind'] {
  const same = kind === 'correct' && predictions.length > 1 && to !== null && keepsOwn(to) && to.classId === classId
  return same ? 'accept' : kind
}

/** What the decisions of one edit change, gathered. */
class Made {
  /** Annotations that are linked or made within this edit already. */
  readonly taken = new Set<string>()
  readonly #annotations = new Map<string, AnnotationRecord>()
  readonly #decisions: DecisionRecord[] = []
  readonly #removed: AnnotationRecord['id'][] = []
  readonly #annotationsBefore = new Map<string, AnnotationRecord | undefined>()
  readonly #decisionsBefore = new Map<string, DecisionRecord | undefined>()

  take({ put, isNew, remove, decision }: Outcome, before: Situation): void {
    if (put) this.#annotations.set(put.id, put)
    if (put && isNew) this.#annotationsBefore.set(put.id, undefined)
    if (remove) this.#removed.push(remove)
    if (decision.annotationId !== null) this.taken.add(decision.annotationId)
    this.#decisions.push(decision)
    this.#decisionsBefore.set(decision.id, before.decision)
  }

  edit(store: Store, label: string, which: { decided: readonly PredictionRecord[]; doneFrom: number | null }): Omit<DecidedEdit, 'locked'> {
    const annotations = [...this.#annotations.values()]
    const images = imageStates(store, { ...which, annotations, removed: new Set(this.#removed) })
    return {
      edit: { label, put: { images, annotations, decisions: this.#decisions }, remove: { annotations: this.#removed } },
      known: { annotations: this.#annotationsBefore, decisions: this.#decisionsBefore },
    }
  }
}

/** Each once; those that were read already are not read again. */
function wanted(store: Store, predictions: DecideRequest['predictions']): Iterable<PredictionRecord> {
  const found = new Map<PredictionId, PredictionRecord>()
  for (const one of predictions) {
    if (typeof one !== 'number') found.set(one.id, one)
    else if (!found.has(one)) found.set(one, known(store, one))
  }
  return found.values()
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
  readonly classes: ReadonlySet<ClassId>
  readonly kind: DecideRequest['kind']
  readonly to: DecisionRecord['to']
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
  /** Whether what is put was not there before. */
  readonly isNew?: boolean
  readonly remove?: AnnotationRecord['id']
  /** What is changed or removed, as it was. */
  readonly touched?: AnnotationRecord
  readonly decision: DecisionRecord
}

function decideOne(given: Case): Outcome {
  const { kind, to, prediction, before } = given
  if (kind === 'reject') return rejectOne(given)
  const target = to ?? { classId: prediction.classId, shape: prediction.shape }
  requireClass(given, target.classId)
  if (kind === 'accept' && !before.annotation) {
    const linked = given.free()
    if (linked) return { decision: recordOf(given, { annotationId: linked.id, replaced: null }) }
  }
  const { put, touched, replaced } = annotationFor(given, target)
  const decision = recordOf(given, { annotationId: put.id, replaced })
  return touched ? { put, touched, decision } : { put, isNew: true, decision }
}

/** What the decision had made goes, or is again what it was. */
function rejectOne(given: Case): Outcome {
  const { store, before, prediction } = given
  const { annotation, decision: earlier } = before
  const decision = recordOf(given, { annotationId: null, replaced: earlier?.replaced ?? null })
  if (!before.made || !annotation) return { decision }
  if (annotation.shape.type === 'image') {
    if (annotation.classId !== earlier?.to?.classId) return { decision }
    const former = formerLabel(store, prediction.id, earlier.replaced)
    if (former) return { put: { ...former, id: annotation.id }, touched: annotation, decision }
  }
  return { remove: annotation.id, touched: annotation, decision }
}

function requireClass({ classes }: Case, id: ClassId): void {
  if (classes.has(id)) return
  throw new AppError('unknown-class', 'The class of this prediction is not in the project any more.', 'Give the object one of the classes.')
}

interface MadeAnnotation {
  readonly put: AnnotationRecord
  /** As it was; left out where it is new. */
  readonly touched?: AnnotationRecord
  /** The label of the image that it takes the place of. */
  readonly replaced: AnnotationRecord | null
}

function annotationFor({ kind, context, prediction, before, label }: Case, target: { classId: ClassId; shape: Shape }): MadeAnnotation {
  const origin = kind === 'accept' ? 'accepted' : 'corrected'
  const { annotation, decision, made } = before
  if (annotation && made)
    return { put: { ...annotation, ...target, updatedAt: context.at, origin }, touched: annotation, replaced: decision?.replaced ?? null }
  const said = target.shape.type === 'image' ? label() : undefined
  const signed = { origin, predictionId: prediction.id, author: context.who, updatedAt: context.at } as const
  if (said) return { put: { ...said, ...target, ...signed }, touched: said, replaced: said }
  if (annotation) return { put: { ...annotation, ...target, updatedAt: context.at }, touched: annotation, replaced: null }
  const fresh = { ...PLAIN, createdAt: context.at }
  const put = { id: annotationId.parse(newId()), imageId: prediction.imageId, ...target, ...fresh, ...signed }
  return { put, replaced: null }
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
    .ofAnnotations([annotation.id])
    .some((decision) => store.predictions.get(decision.predictionId)?.runId === prediction.runId)
}

function recordOf(
  { kind, to, context, prediction, before }: Case,
  made: Pick<DecisionRecord, 'annotationId' | 'replaced'>,
): DecisionRecord {
  const { classId, shape, score } = prediction
  return {
    id: before.decision?.id ?? decisionId.parse(newId()),
    predictionId: prediction.id,
    imageId: prediction.imageId,
    kind,
    who: context.who,
    at: context.at,
    from: { classId, shape, score },
    to: kind === 'reject' ? null : (to ?? { classId, shape }),
    ...made,
  }
}
