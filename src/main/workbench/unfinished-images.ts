import type { ImageId } from '#shared/records/ids.ts'
import { isFinished } from '#shared/records/image.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import { say } from '#shared/i18n/say.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { WorkbenchTask } from './tasks/workbench-task.ts'

/** A prediction of at least this score that does not count is a doubt: something may be there. Below it, it is as good as none. */
const DOUBTED_FROM = 0.1

/**
 * The images that are reviewed in part, with the predictions that are left to decide there and count: not done, decisions were begun on what a
 * run found, and something of it is left. What lies there is unknown, so no score is taken on such images. An image with regions is not among
 * them: a person said which parts are fully labelled. Nor is one that gets a class as a whole.
 */
export const reviewedInPart = (project: OpenProject): ReadonlyMap<ImageId, readonly PredictionRecord[]> =>
  partlyReviewed(project, workbenchTask(project.task).countedFrom)

/** The same images, with what the run doubts as well: what a training has to know of them. */
export const leftOpen = (project: OpenProject): ReadonlyMap<ImageId, readonly PredictionRecord[]> => partlyReviewed(project, DOUBTED_FROM)

function partlyReviewed(project: OpenProject, from: number): ReadonlyMap<ImageId, readonly PredictionRecord[]> {
  const task = workbenchTask(project.task)
  if (task.withinParts === undefined) return new Map()
  const partly = project.db.reviewedInPart(task.countedFrom, Math.min(from, task.countedFrom))
  if (partly.size > 0) for (const { imageId } of project.db.regions()) partly.delete(imageId)
  return partly
}

/** How many labelled images a training would meet that nobody called done. */
export interface Unfinished {
  /** Of the training images those that no review was begun on. */
  readonly inWork: number
  /** Of the training images those that are reviewed in part. */
  readonly inPart: number
  /** Of the validation images those that are reviewed in part. */
  readonly heldOut: number
}

/** The same of a project as it is, without its labels being read. */
export function unfinishedOf(project: OpenProject): Unfinished {
  const { db } = project
  const partly = reviewedInPart(project)
  const labelled = new Set(db.counts().map(({ imageId }) => imageId))
  const marked = new Set(db.regions().map(({ imageId }) => imageId))
  const open = db.images().filter((image) => labelled.has(image.id) && !marked.has(image.id) && !isFinished(image))
  const learned = open.filter(({ split }) => split === 'train' || split === null)
  return {
    inWork: learned.filter(({ id }) => !partly.has(id)).length,
    inPart: learned.filter(({ id }) => partly.has(id)).length,
    heldOut: open.filter(({ id, split }) => split === 'val' && partly.has(id)).length,
  }
}

/** What becomes of them, and what to do, in words for a person. */
export function unfinishedWarnings(task: WorkbenchTask, { inWork, inPart, heldOut }: Unfinished): string[] {
  return [
    ...(inWork > 0 && task.inWorkWarning ? [task.inWorkWarning(inWork)] : []),
    ...(inPart > 0
      ? [
          say(
            '{{count}} training images are reviewed in part: of what is still to be decided on there, what the model is sure of is learned as it says, and what it doubts is left out. Your own answers teach more: decide on the rest, add what is missing and mark them as done.',
            { count: inPart },
          ),
        ]
      : []),
    ...(heldOut > 0
      ? [say('{{count}} validation images are reviewed in part: they are left out until they are done.', { count: heldOut })]
      : []),
  ]
}
