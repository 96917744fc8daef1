import { squareMillimetresOf } from '#shared/areas.ts'
import { ANSWER, type ReviewColumns, type ReviewRequest } from '#shared/contracts/review.ts'
import type { NewLabels } from '#shared/contracts/work.ts'
import { type Box, iou } from '#shared/geometry/box.ts'
import { buildBoxIndex } from '#shared/geometry/box-index.ts'
import { SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { areaOfRow, countedPixels, partsFor } from '#shared/counts/row-area.ts'
import { coversArea, IMAGE } from '#shared/objects/shape-columns.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import type { ClassId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { PlacedLabel, PlacedObject, PlacedPrediction } from '../project/tables/review.ts'
import { type CountedPart, countedParts, lookedTest } from './counts/counted-parts.ts'
import type { OpenProject } from './open-project.ts'
import { rivalsOf } from './review-rivals.ts'
import { workbenchTask } from './tasks/registry.ts'
import { unfinishedOf, unfinishedWarnings } from './unfinished-images.ts'

/** What a run found, as a review goes through it (`ReviewColumns`). @throws AppError `no-such-run`. */
export function reviewItemsOf(project: OpenProject, { runId, finishedToo }: ReviewRequest): ReviewColumns {
  const { db } = project
  const run = project.run(runId)
  const seen = new Set(db.imagesOfRun(runId))
  const images = db.images().filter(({ id }) => seen.has(id))
  const rivals = rivalsOf(project, runId, images)
  const answers = db.answersOf(runId)
  const answering = new Set([...answers.values()].map(({ annotationId }) => annotationId))
  const classIds = db.classes().map(({ id }) => id)
  const parts = images.map((image) => countedParts(project, image, run))
  const writer = new ItemWriter(classIds)
  for (const [at, image] of images.entries()) {
    const labels = db.placedLabels(image.id)
    const objects = new Map(labels.filter(({ counts }) => counts).map(({ id, classId }) => [id, classId]))
    const isLooked = lookedTest(parts[at]!)
    for (const label of labels) if (label.counts && !answering.has(label.id) && isLooked(label)) writer.addLabel(label.classId)
    const shownBy = coverOf(labels)
    const rival = rivals?.runs.get(image.id)
    const match = rival === undefined ? null : matchOf(db.placedPredictions(image.id, rival))
    for (const item of db.placedPredictions(image.id, runId)) {
      const answer = answers.get(item.id)
      const shown = shownBy(item)
      if (!answer && ((isFinished(image) && !finishedToo) || shown > 0)) continue
      const said = answer && (answer.annotationId === null ? null : (objects.get(answer.annotationId) ?? null))
      writer.add(item, { image: at, answer: said, shown, rival: match === null ? Number.NaN : (match(item)?.score ?? 0) })
    }
  }
  return {
    ...writer.columns(),
    imageIds: images.map(({ id }) => id),
    classIds,
    rival: rivals?.newest ?? null,
    ...areaOf(images, parts),
  }
}

/** What people did since the newest model that learned here began to, or, where none did, since one came from elsewhere; null where there is none to train again. */
export function newLabelsOf(project: OpenProject): NewLabels | null {
  const newest = newestLearned(project)
  if (!newest) return null
  const warnings = unfinishedWarnings(workbenchTask(project.task), unfinishedOf(project))
  return { modelId: newest.model.id, ...project.db.labelledSince(newest.began), warnings }
}

/** A model, and from when on nothing of this project is known to it. */
function newestLearned(project: OpenProject): { readonly model: ModelRecord; readonly began: string } | null {
  const models = project.shownModels()
  const own = models.filter(({ origin }) => origin === null)
  const single = own.findLast(({ fold }) => fold === null)
  if (single) return { model: single, began: beginOf(single) }
  const fold = own.at(-1)
  if (fold) {
    const family = own.filter((model) => model.fold?.of === fold.fold?.of)
    return { model: fold, began: family.map(beginOf).sort()[0]! }
  }
  // A bare graph predicts and cannot be trained.
  const brought = models.findLast(({ preset }) => preset !== FOREIGN_PRESET)
  return brought?.origin ? { model: brought, began: brought.origin.importedAt } : null
}

/** When a model began to learn, pauses of its training not reckoned with. */
const beginOf = ({ createdAt, seconds }: ModelRecord): string => new Date(Date.parse(createdAt) - 1000 * seconds).toISOString()

/**
 * What the count of a review is divided by: the images together, or of a run in regions what it looked at. Of finished images that have fully
 * labelled regions the labels stand for these alone, and what was decided elsewhere is in the count: then no area fits it.
 */
function areaOf(
  images: readonly ImageRecord[],
  partsOf: readonly (readonly CountedPart[])[],
): Pick<ReviewColumns, 'pixels' | 'area' | 'areaOf' | 'scans'> {
  const parts = partsOf.flatMap((own, at) => own.map(({ holds: _, ...part }) => ({ ...part, image: at })))
  const looked = partsFor({ parts, imageIds: images.map(({ id }) => id) }, 'predictions')
  const { areaOf: of, scans } = areaOfRow({ key: 'all', name: '', images, region: null }, 'predictions', looked)
  const fits = parts.every(({ kind, of: ground }) => kind !== 'corrected' || ground === 'looked')
  const pixels = images.map((image) => (fits ? countedPixels(image, looked) : null))
  return { pixels, area: squareMillimetresOf(images, pixels), areaOf: of ?? 'unknown', scans }
}

/** Finds among objects those that are the same as another, in their order: whole images are, areas and boxes are where they overlap enough. */
function matchesOf<T extends PlacedObject>(objects: readonly T[]): (object: PlacedObject) => readonly T[] {
  const placed = objects.filter(({ kind }) => coversArea(kind))
  const whole = objects.filter(({ kind }) => kind === IMAGE)
  const index = buildBoxIndex(placed.map(({ box }) => box))
  const same = (box: Box) => (at: number) => iou(placed[at]!.box, box) >= SAME_OBJECT
  return ({ kind, box }) => {
    if (kind === IMAGE) return whole
    if (!coversArea(kind)) return []
    const found = index.searchWhere(box, same(box))
    return found.sort((a, b) => a - b).map((at) => placed[at]!)
  }
}

/** The first of them, which of predictions is the best. */
function matchOf<T extends PlacedObject>(objects: readonly T[]): (object: PlacedObject) => T | undefined {
  const matches = matchesOf(objects)
  return (object) => matches(object)[0]
}

/** How many labels show the same object. */
const coverOf = (labels: readonly PlacedLabel[]): ((item: PlacedObject) => number) => {
  const matches = matchesOf(labels)
  return (item) => matches(item).length
}

class ItemWriter {
  readonly #placeOf: ReadonlyMap<ClassId, number>
  readonly #labels: number[]
  readonly #numbers = { ids: [], images: [], classes: [], scores: [], kinds: [], bounds: [], answers: [], shown: [], rivals: [] } as Record<
    'ids' | 'images' | 'classes' | 'scores' | 'kinds' | 'bounds' | 'answers' | 'shown' | 'rivals',
    number[]
  >

  constructor(classIds: readonly ClassId[]) {
    this.#placeOf = new Map(classIds.map((id, at) => [id, at]))
    this.#labels = classIds.map(() => 0)
  }

  addLabel(classId: ClassId): void {
    const at = this.#placeOf.get(classId)
    if (at !== undefined) this.#labels[at]! += 1
  }

  /** An item of a class that the project has no more is left out: nobody can be asked about it. */
  add(
    { id, classId, score, kind, box }: PlacedPrediction,
    { image, answer, shown: labels, rival }: { image: number; answer: ClassId | null | undefined; shown: number; rival: number },
  ): void {
    const place = this.#placeOf.get(classId)
    if (place === undefined) return
    const { ids, images, classes, scores, kinds, bounds, answers, shown, rivals } = this.#numbers
    ids.push(id)
    images.push(image)
    classes.push(place)
    scores.push(score)
    kinds.push(kind)
    bounds.push(box.x, box.y, box.width, box.height)
    answers.push(this.#answer(answer))
    shown.push(labels)
    rivals.push(rival)
  }

  columns(): Omit<ReviewColumns, 'imageIds' | 'classIds' | 'rival' | 'pixels' | 'area' | 'areaOf' | 'scans'> {
    const { ids, images, classes, scores, kinds, bounds, answers, shown, rivals } = this.#numbers
    return {
      ids: Float64Array.from(ids),
      images: Uint32Array.from(images),
      classes: Uint16Array.from(classes),
      scores: Float64Array.from(scores),
      kinds: Uint8Array.from(kinds),
      bounds: Float64Array.from(bounds),
      answers: Int16Array.from(answers),
      shown: Uint16Array.from(shown),
      rivals: Float32Array.from(rivals),
      labels: this.#labels,
    }
  }

  #answer(given: ClassId | null | undefined): number {
    if (given === undefined) return ANSWER.open
    return given === null ? ANSWER.nothing : (this.#placeOf.get(given) ?? ANSWER.nothing)
  }
}
