import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import type { ReviewedPredictions } from '#shared/counts/final.ts'
import { groupBy } from '#shared/group-by.ts'
import { keptTogether } from '#shared/origin.ts'
import { IMAGE } from '#shared/objects/shape-columns.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { drawOf } from '#shared/review/draws.ts'
import { areasOf, orderByUse } from '#shared/review/order.ts'
import { silentTwins, twinsOf } from '#shared/review/twins.ts'
import type { OpenProject } from '../open-project.ts'
import { reviewItemsOf } from '../review-items.ts'
import { countedParts, lookedTest } from './counted-parts.ts'

/**
 * A run's predictions from a score up, as they stand in its review by its first order (what helps most), for `estimateReview`. What was
 * decided below the score counts as labelled, and of undecided twins one speaks (`silentTwins`). Null where images are labelled as wholes.
 *
 * @throws AppError `no-such-run`.
 */
export function reviewedPredictions(
  project: OpenProject,
  runId: RunId,
  images: readonly ImageRecord[],
  score: number,
): ReviewedPredictions | null {
  const columns = reviewItemsOf(project, { runId, finishedToo: false })
  if (columns.kinds.includes(IMAGE)) return null
  const wanted = new Set<ImageId>(images.map(({ id }) => id))
  const rows = Array.from(columns.ids.keys()).filter((row) => wanted.has(columns.imageIds[columns.images[row]!]!))
  const asked = rows.filter((row) => columns.scores[row]! >= score)
  const draws = Float64Array.from(columns.ids, (id) => drawOf(id, 0))
  const { ranks } = orderByUse({ ...columns, groups: groupsOf(columns, images), areas: areasOf(columns), draws }, asked)
  const isAsked = new Set(asked)
  const silent = silentTwins(twinsOf(columns), (row) => columns.answers[row] === ANSWER.open && isAsked.has(row), draws)
  const telling = asked.filter((row) => silent[row] === 0)
  const pick = (column: ArrayLike<number>): number[] => telling.map((row) => column[row]!)
  return {
    classes: columns.classIds.length,
    from: score,
    ...{ classIds: columns.classIds, labels: labelsOf(project, { columns, runId, images, score }) },
    ...{
      predicted: pick(columns.classes),
      score: pick(columns.scores),
      draw: pick(draws),
      rank: pick(ranks),
      outcome: pick(columns.answers),
    },
  }
}

function groupsOf({ images: places, imageIds }: ReviewColumns, images: readonly ImageRecord[]): Uint32Array {
  const groups = [...groupBy(images, (image) => keptTogether(image) ?? image.id).values()]
  const place = new Map(groups.flatMap((own, at) => own.map(({ id }) => [id, at] as const)))
  const ofImage = imageIds.map((id) => place.get(id) ?? groups.length)
  return Uint32Array.from(places, (at) => ofImage[at]!)
}

interface Labelled {
  readonly columns: ReviewColumns
  readonly runId: RunId
  readonly images: readonly ImageRecord[]
  readonly score: number
}

/** Labels where the run looked that no decision on one of its predictions from the score up made or is linked to. */
function labelsOf(project: OpenProject, { columns, runId, images, score }: Labelled): number[] {
  const { db } = project
  const asked = db.decisionsOfRun(runId).filter(({ from }) => from.score >= score)
  const answering = new Set(asked.map(({ annotationId }) => annotationId))
  const counts = new Map<ClassId, number>()
  const run = project.run(runId)
  for (const image of images) {
    const isLooked = lookedTest(countedParts(project, image, run))
    for (const label of db.placedLabels(image.id))
      if (label.counts && !answering.has(label.id) && isLooked(label)) counts.set(label.classId, (counts.get(label.classId) ?? 0) + 1)
  }
  return columns.classIds.map((id) => counts.get(id) ?? 0)
}
