import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import { type Box } from '#shared/geometry/box.ts'
import { boundsAt, IMAGE } from '#shared/objects/shape-columns.ts'
import { type Change } from '#shared/records/edit.ts'
import { type ClassId, type ImageId, type PredictionId } from '#shared/records/ids.ts'
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

/** What a change decides and takes back, by prediction. */
export function answersIn({ diff }: Change, classIds: readonly ClassId[]): ReadonlyMap<PredictionId, number> {
  const { added, updated, removed } = diff.decisions
  const made = [...added, ...updated.map(([, after]) => after)]
  return new Map([
    ...removed.map(({ predictionId }): [PredictionId, number] => [predictionId, ANSWER.open]),
    ...made.map(({ predictionId, kind, from, to }): [PredictionId, number] => [
      predictionId,
      answerOf(kind, (to ?? from).classId, classIds),
    ]),
  ])
}
