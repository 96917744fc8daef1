import { AppError } from '#shared/errors.ts'
import { isPlaced, touchesImage } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { type Amended, amendedFacts, type Diff, edit, type Edit, sameFacts } from '#shared/records/edit.ts'
import { flagKey, type FlagRecord, type FlagTarget } from '#shared/records/flag.ts'
import type { AnnotationId, ClassId, ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelNote } from '#shared/records/model-note.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import { readingKey, type ReadingRecord } from '#shared/records/reading.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { type Shape } from '#shared/records/shape.ts'
import { invalid, TableDraft } from './draft.ts'
import type { Store } from './store.ts'

interface Drafts {
  readonly images: TableDraft<ImageRecord>
  readonly classes: TableDraft<ClassRecord>
  readonly annotations: TableDraft<AnnotationRecord>
  readonly decisions: TableDraft<DecisionRecord>
  readonly regions: TableDraft<RegionRecord>
  readonly flags: TableDraft<FlagRecord>
  readonly readings: TableDraft<ReadingRecord>
  readonly modelNotes: TableDraft<ModelNote>
  readonly amended: ReadonlyMap<AnnotationId, Amended>
}

/**
 * What an edit would change, checked, nothing written:
 * - annotations of a removed class or image go with it, decisions, regions and flags of a removed image too, flag and readings of a removed annotation, and readings of a removed class or image;
 * - a decision whose annotation goes stays, without it: what a person decided remains known;
 * - records that are already as the edit wants them do not appear.
 *
 * @throws AppError `edit-invalid`, `annotation-outside`, `class-name-taken`, `class-digit-taken`, `decided-already`.
 */
export function planEdit(store: Store, given: Edit): Diff {
  const drafts = drafted(store, parsed(given))
  cascade(store, drafts)
  check(store, drafts)
  for (const decision of drafts.decisions.written()) checkDecision(store, drafts, decision)
  return diffOf(drafts)
}

/** What is known of the records of an edit before it: undefined where there is none yet. */
export interface KnownBefore {
  readonly annotations: ReadonlyMap<string, AnnotationRecord | undefined>
  readonly decisions: ReadonlyMap<string, DecisionRecord | undefined>
}

/** As `planEdit` for an edit that the project's own code made of records that it read in this transaction: they are not parsed and read once more. */
export function planOwn(store: Store, own: Edit, known: KnownBefore): Diff {
  const drafts = drafted(store, own, known)
  cascade(store, drafts)
  check(store, drafts)
  return diffOf(drafts)
}

function drafted(store: Store, wanted: Edit, known?: KnownBefore): Drafts {
  const drafts: Drafts = {
    images: new TableDraft(store.images),
    classes: new TableDraft(store.classes),
    annotations: new TableDraft(store.annotations, known?.annotations),
    decisions: new TableDraft(store.decisions, known?.decisions),
    regions: new TableDraft(store.regions),
    flags: new TableDraft(store.flags),
    readings: new TableDraft(store.readings),
    modelNotes: new TableDraft(store.modelNotes),
    amended: amendedBy(store, wanted),
  }
  drafts.images.take(wanted.put.images ?? [], wanted.remove.images ?? [])
  drafts.classes.take((wanted.put.classes ?? []).map(trimmedName), wanted.remove.classes ?? [])
  drafts.annotations.take((wanted.put.annotations ?? []).map(withoutMinusZero), wanted.remove.annotations ?? [])
  drafts.decisions.take(wanted.put.decisions ?? [], wanted.remove.decisions ?? [])
  drafts.regions.take(
    (wanted.put.regions ?? []).map((region) => withoutMinusZero(trimmedName(region))),
    wanted.remove.regions ?? [],
  )
  drafts.flags.take(wanted.put.flags ?? [], wanted.remove.flags ?? [])
  drafts.readings.take(wanted.put.readings ?? [], wanted.remove.readings ?? [])
  drafts.modelNotes.take(wanted.put.modelNotes ?? [], [])
  return drafts
}

/** @throws AppError `edit-invalid` where an annotation is not there, or is put or removed as well. */
function amendedBy(store: Store, { amend, put, remove }: Edit): Map<AnnotationId, Amended> {
  const amended = new Map<AnnotationId, Amended>()
  if (amend === undefined) return amended
  const otherwise = new Set([...(put.annotations ?? []).map(({ id }) => id), ...(remove.annotations ?? [])])
  const facts = store.annotations.factsOf(amend.annotations)
  for (const id of amend.annotations) {
    const stored = facts.get(id)
    if (stored === undefined) throw invalid(`annotations "${id}" is not there`)
    if (otherwise.has(id) || amended.has(id)) throw invalid(`annotations "${id}" is named twice`)
    const to = amendedFacts(stored.facts, amend.to)
    if (!sameFacts(stored.facts, to))
      amended.set(id, {
        id,
        imageId: stored.imageId,
        from: stored.facts,
        to,
        ...(stored.ruler ? { uncounted: true } : {}),
      })
  }
  return amended
}

/** Amended annotations that stay. */
const amendedIn = ({ amended, annotations }: Drafts): Amended[] => [...amended.values()].filter(({ id }) => annotations.isUntouched(id))

function diffOf(drafts: Drafts): Diff {
  return {
    images: drafts.images.diff(),
    classes: drafts.classes.diff(),
    annotations: { ...drafts.annotations.diff(), amended: amendedIn(drafts) },
    decisions: drafts.decisions.diff(),
    regions: drafts.regions.diff(),
    flags: drafts.flags.diff(),
    readings: drafts.readings.diff(),
    modelNotes: drafts.modelNotes.diff(),
  }
}

function parsed(given: Edit): Edit {
  const result = edit.safeParse(given)
  if (result.success) return result.data
  const first = result.error.issues[0]
  throw invalid(`${first?.path.join('.') ?? 'it'} is wrong (${first?.message ?? 'unknown'})`)
}

const trimmedName = <R extends { readonly name: string }>(record: R): R => ({ ...record, name: record.name.trim() })

/** SQLite does not tell -0 from 0; what is stored and what views hear of shall be equal. */
function withoutMinusZero<R extends { readonly shape: Shape }>(record: R): R {
  const { shape } = record
  if (shape.type !== 'box' && shape.type !== 'point') return record
  return Object.is(shape.x, -0) || Object.is(shape.y, -0) ? { ...record, shape: { ...shape, x: shape.x + 0, y: shape.y + 0 } } : record
}

function cascade(store: Store, drafts: Drafts): void {
  for (const id of drafts.images.removed()) {
    for (const { id: annotationId } of store.annotations.ofImage(id as ImageId))
      if (drafts.annotations.current(annotationId)?.imageId === id) drafts.annotations.remove(annotationId)
    for (const { id: decisionId } of store.decisions.ofImage(id as ImageId))
      if (drafts.decisions.current(decisionId)?.imageId === id) drafts.decisions.remove(decisionId)
    for (const { id: regionId } of store.regions.ofImage(id as ImageId))
      if (drafts.regions.current(regionId)?.imageId === id) drafts.regions.remove(regionId)
    for (const { id: flagId } of store.flags.ofImage(id as ImageId))
      if (drafts.flags.current(flagId)?.imageId === id) drafts.flags.remove(flagId)
    dropReadings(drafts, store.readings.ofImage(id as ImageId), (one) => one.imageId === id)
  }
  for (const id of drafts.classes.removed())
    for (const { id: annotationId } of store.annotations.ofClass(id as ClassId))
      if (classOf(drafts, annotationId) === id) drafts.annotations.remove(annotationId)
  for (const id of drafts.classes.removed()) dropReadings(drafts, store.readings.ofClass(id as ClassId), (one) => one.classId === id)
  leaveAnnotations(store, drafts, drafts.annotations.removed() as AnnotationId[])
}

/** What hangs on annotations that will be gone. */
function leaveAnnotations(store: Store, drafts: Drafts, ids: readonly AnnotationId[]): void {
  if (ids.length === 0) return
  const gone = new Set<AnnotationId>(ids)
  const hangsOn = ({ annotationId }: { readonly annotationId: AnnotationId | null }): boolean =>
    annotationId !== null && gone.has(annotationId)
  for (const { id } of store.decisions.ofAnnotations(ids)) {
    const current = drafts.decisions.current(id)
    if (current && hangsOn(current)) drafts.decisions.put({ ...current, annotationId: null })
  }
  dropReadings(drafts, store.readings.ofAnnotations(ids), hangsOn)
  for (const { id } of store.flags.ofAnnotations(ids)) {
    const current = drafts.flags.current(id)
    if (current && hangsOn(current)) drafts.flags.remove(id)
  }
}

function dropReadings({ readings }: Drafts, stored: readonly ReadingRecord[], isOf: (one: ReadingRecord) => boolean): void {
  for (const { id } of stored) {
    const current = readings.current(id)
    if (current && isOf(current)) readings.remove(id)
  }
}

const classOf = ({ annotations, amended }: Drafts, id: AnnotationId): ClassId | undefined =>
  amended.get(id)?.to.classId ?? annotations.current(id)?.classId

function check(store: Store, drafts: Drafts): void {
  const written = drafts.annotations.written()
  for (const annotation of written) checkAnnotation(drafts, annotation)
  for (const region of drafts.regions.written()) checkRegion(drafts, region)
  checkFlags(store, drafts)
  checkReadings(store, drafts)
  checkModelNotes(store, drafts)
  for (const classId of new Set(amendedIn(drafts).map(({ to }) => to.classId))) checkClass(drafts, classId)
  checkLabels(
    store,
    drafts,
    written.filter(({ shape }) => shape.type === 'image'),
  )
  if (drafts.classes.changed()) checkClasses(store, drafts)
}

function checkAnnotation({ images, classes }: Drafts, annotation: AnnotationRecord): void {
  const image = images.current(annotation.imageId)
  if (!image) throw invalid(`an annotation lies on an image that is not in the project ("${annotation.imageId}")`)
  checkClass({ classes }, annotation.classId)
  if (isPlaced(annotation.shape) && !touchesImage(annotation.shape, image))
    throw new AppError('annotation-outside', `An object lies wholly outside of ${image.name}.`, 'Draw it within the image.')
}

function checkRegion({ images }: Drafts, { imageId, shape }: RegionRecord): void {
  const image = images.current(imageId)
  if (!image) throw invalid(`a region lies on an image that is not in the project ("${imageId}")`)
  if (!touchesImage(shape, image))
    throw new AppError('annotation-outside', `A region lies wholly outside of ${image.name}.`, 'Draw it within the image.')
}

/** Whether the image, and what is named on it, is there. */
function isThere(store: Store, { images, annotations }: Drafts, { imageId, annotationId, predictionId }: FlagTarget): boolean {
  if (!images.current(imageId)) return false
  if (annotationId !== null) return annotations.current(annotationId)?.imageId === imageId
  return predictionId === null || store.predictions.get(predictionId)?.imageId === imageId
}

/** One reading a person and thing, of a class that is there. */
function checkReadings(store: Store, drafts: Drafts): void {
  const { classes, readings } = drafts
  const taken = new Set<string>()
  for (const reading of readings.written()) {
    if (!isThere(store, drafts, reading)) throw invalid('a reading is of something that is not in the project')
    if (reading.classId !== null && !classes.current(reading.classId)) throw invalid('a reading names a class that is not in the project')
    const other = store.readings.like(reading)
    if (taken.has(readingKey(reading)) || (other && other.id !== reading.id && readings.current(other.id)))
      throw new AppError('read-already', 'This person has read this already.', 'Change that reading instead.')
    taken.add(readingKey(reading))
  }
}

function checkModelNotes(store: Store, { modelNotes }: Drafts): void {
  if (!modelNotes.changed()) return
  const known = new Set<string>(store.models.models().map(({ id }) => id))
  for (const { id } of modelNotes.written()) if (!known.has(id)) throw invalid(`a note is of a model that is not in the project ("${id}")`)
}

/** One flag a target, which is there. */
function checkFlags(store: Store, drafts: Drafts): void {
  const { flags } = drafts
  const taken = new Set<string>()
  for (const flag of flags.written()) {
    if (!isThere(store, drafts, flag)) throw invalid('a flag is set on something that is not in the project')
    const other = store.flags.like(flag)
    const key = flagKey(flag)
    if (taken.has(key) || (other && other.id !== flag.id && flags.current(other.id)))
      throw new AppError('flagged-already', 'This is flagged already.', 'Take that flag off, or change its note.')
    taken.add(key)
  }
}

function checkClass({ classes }: Pick<Drafts, 'classes'>, id: ClassId): void {
  if (!classes.current(id)) throw invalid(`an annotation has a class that is not in the project ("${id}")`)
}

/** An image has one label as a whole. */
function checkLabels(store: Store, { annotations }: Drafts, labels: readonly AnnotationRecord[]): void {
  const labelled = new Set<ImageId>()
  for (const { id, imageId } of labels) {
    const stored = store.annotations.labelsOf(imageId).some((other) => {
      const now = other.id === id ? undefined : annotations.current(other.id)
      return now?.imageId === imageId && now.shape.type === 'image'
    })
    if (stored || labelled.has(imageId)) throw new AppError('label-taken', 'This image has a label already.', 'Change that label instead.')
    labelled.add(imageId)
  }
}

function checkDecision(store: Store, { annotations, decisions }: Drafts, decision: DecisionRecord): void {
  const prediction = store.predictions.get(decision.predictionId)
  if (prediction?.imageId !== decision.imageId)
    throw invalid(`a decision is about a prediction that is not there (${decision.predictionId})`)
  if (decision.annotationId !== null && annotations.current(decision.annotationId)?.imageId !== decision.imageId)
    throw invalid(`a decision names an annotation that is not there ("${decision.annotationId}")`)
  const other = store.decisions.ofPrediction(decision.predictionId)
  if (other && other.id !== decision.id && decisions.current(other.id)?.predictionId === decision.predictionId)
    throw new AppError('decided-already', 'This prediction was decided on already.', 'Undo that decision or change it.')
}

function checkClasses(store: Store, { classes }: Drafts): void {
  const ids = new Set([...store.classes.all().map(({ id }) => id), ...classes.written().map(({ id }) => id)])
  const names = new Set<string>()
  const digits = new Set<number>()
  for (const id of ids) {
    const record = classes.current(id)
    if (!record) continue
    if (record.name === '') throw invalid('a class has no name')
    if (names.has(record.name)) throw new AppError('class-name-taken', `There is a class "${record.name}" already.`, 'Choose another name.')
    if (record.digit !== null && digits.has(record.digit))
      throw new AppError('class-digit-taken', `Key ${record.digit} picks another class already.`, 'Choose another key.')
    names.add(record.name)
    if (record.digit !== null) digits.add(record.digit)
  }
}
