import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import { type Box } from '#shared/geometry/box.ts'
import { boundsAt, IMAGE } from '#shared/objects/shape-columns.ts'
import { groupBy } from '#shared/group-by.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type Change } from '#shared/records/edit.ts'
import { type AnnotationId, type ClassId, type ImageId, type PredictionId } from '#shared/records/ids.ts'
import { type DecisionRecord } from '#shared/records/prediction.ts'

/** A prediction that a review asks about. */
export interface ReviewItem {
  /** Its row in the columns, and its place in `answers`. */
  readonly row: number
  readonly id: PredictionId
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly score: number
  /** Null where it is said of the image as a whole. */
  readonly box: Box | null
}

export function itemsOf(columns: ReviewColumns): ReviewItem[] {
  const { ids, images, classes, scores, kinds, imageIds, classIds } = columns
  return Array.from(ids, (id, row) => ({
    row,
    id: id as PredictionId,
    imageId: imageIds[images[row]!]!,
    classId: classIds[classes[row]!]!,
    score: scores[row]!,
    box: kinds[row] === IMAGE ? null : boundsAt(columns, row),
  }))
}

/** How a decision answers, as `ReviewColumns.answers` has it; `classId` is what it was accepted as or corrected to. */
export function answerOf(kind: DecisionRecord['kind'], classId: ClassId, classIds: readonly ClassId[]): number {
  const place = kind === 'reject' ? -1 : classIds.indexOf(classId)
  return place < 0 ? ANSWER.nothing : place
}

/** Takes the answers back of what was asked of main and not decided by it. */
export function openAgain(asked: readonly ReviewItem[], decided: readonly PredictionId[]): ReadonlyMap<PredictionId, number> {
  const kept = new Set(decided)
  return new Map(asked.filter(({ id }) => !kept.has(id)).map(({ id }) => [id, ANSWER.open]))
}

/** What a change decides and takes back, and what became of the annotations of decisions, by prediction. `known`: decisions from before, as far as they are here. */
export function answersIn(
  { diff: { annotations, decisions } }: Change,
  classIds: readonly ClassId[],
  known: Iterable<Pick<DecisionRecord, 'annotationId' | 'predictionId'>>,
): ReadonlyMap<PredictionId, number> {
  const { added, updated, removed } = decisions
  const made = [...added, ...updated.map(([, after]) => after)]
  const now = new Map<AnnotationId, number>([
    ...annotations.amended.map(({ id, to }): [AnnotationId, number] => [id, answerBy(to, classIds)]),
    ...[...annotations.added, ...annotations.updated.map(([, after]) => after)].map((one): [AnnotationId, number] => [
      one.id,
      answerBy(one, classIds),
    ]),
  ])
  const changed = [...known].flatMap(({ annotationId, predictionId }): [PredictionId, number][] => {
    const answer = annotationId === null ? undefined : now.get(annotationId)
    return answer === undefined ? [] : [[predictionId, answer]]
  })
  return new Map([
    ...changed,
    ...removed.map(({ predictionId }): [PredictionId, number] => [predictionId, ANSWER.open]),
    ...made.map(({ predictionId, kind, from, to, annotationId }): [PredictionId, number] => {
      if (annotationId === null) return [predictionId, ANSWER.nothing]
      return [predictionId, now.get(annotationId) ?? answerOf(kind, (to ?? from).classId, classIds)]
    }),
  ])
}

/** What an annotation says; a crowd is no object. */
const answerBy = ({ classId, crowd }: Pick<AnnotationRecord, 'classId' | 'crowd'>, classIds: readonly ClassId[]): number =>
  answerOf(crowd ? 'reject' : 'accept', classId, classIds)

const byImage = new WeakMap<readonly ReviewItem[], ReadonlyMap<ImageId, readonly ReviewItem[]>>()

/** Items by their image; made once for a list. */
export function itemsByImage(items: readonly ReviewItem[]): ReadonlyMap<ImageId, readonly ReviewItem[]> {
  const made = byImage.get(items) ?? groupBy(items, ({ imageId }) => imageId)
  byImage.set(items, made)
  return made
}
