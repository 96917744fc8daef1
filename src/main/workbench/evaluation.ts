import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import type { RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { isInRegions, type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import type { Split } from '#shared/records/task.ts'
import { isLabelled, labelledParts, type Parts } from './labelled-parts.ts'
import type { OpenProject } from './open-project.ts'
import { resizedSince, scaledModels } from './pixel-size.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { EvaluatedImage, TaskReport } from './tasks/workbench-task.ts'
import { inTurns } from './turns.ts'
import { reviewedInPart } from './unfinished-images.ts'

interface Evaluated {
  readonly model: ModelRecord
  readonly images: readonly ImageRecord[]
  /** Score from which an object counts; null = the task's own. */
  readonly score: number | null
}

/** A run's predictions on these images against their annotations as they are now, with turns for others who wait for main. */
export function evaluateRun(project: OpenProject, { run, ...rest }: Evaluated & { readonly run: RunId }): Promise<TaskReport> {
  return evaluateRuns(project, { ...rest, runOf: () => run })
}

/** The same, each image by a run of its own: the folds of a cross-validation. */
export async function evaluateRuns(
  project: OpenProject,
  { runOf, model, images, score }: Evaluated & { readonly runOf: (image: ImageRecord) => RunId },
): Promise<TaskReport> {
  const { db, task: kind, paths } = project
  const task = workbenchTask(kind)
  const judged = images.filter((image) => canBeJudged(project, image))
  if (judged.length === 0) throw unsaid(images.length)
  const steps = task.evaluate({
    classes: db.classes(),
    model,
    images: judged,
    read: readEvaluated(project, runOf),
    // A map's name comes out of the database, which may come from elsewhere: no folder in it counts.
    mapFile: (image) => (map) => path.join(paths.runs, path.basename(runOf(image)), path.basename(map.file)),
    score: score ?? task.countedFrom,
  })
  return inTurns(steps)
}

/** The parts of an image that an evaluation looks at. */
export const partsOf = ({ db, task }: OpenProject, { id }: ImageRecord): Parts => labelledParts(workbenchTask(task), db.regionsOf(id))

/** Where somebody marked regions but called none of them fully labelled, nothing can be right or wrong. */
export const canBeJudged = (project: OpenProject, image: ImageRecord): boolean => partsOf(project, image)?.length !== 0

/** Reads an image as an evaluation sees it: its annotations, and what its run says of it. */
export function readEvaluated(project: OpenProject, runOf: (image: ImageRecord) => RunId): (image: ImageRecord) => EvaluatedImage {
  const { db } = project
  return (image) => {
    const run = runOf(image)
    const [annotations, predictions] = [db.annotationsOf(image.id), db.predictionsOf(image.id, run)]
    return { image, annotations, predictions, result: db.resultOf(image.id, run) ?? null, parts: partsOf(project, image) }
  }
}

function unsaid(images: number): AppError {
  return new AppError(
    'no-labels',
    `${counted(images, 'image')} with regions, none of which is marked as fully labelled: nothing can be compared there.`,
    'Mark regions in which every object is labelled as fully labelled.',
  )
}

/** Which images of a split can be measured on. */
interface Looked {
  readonly images: ImageRecord[]
  /** How many cannot, since nobody labelled them: what is empty there is no truth. */
  readonly unlabelled: number
  /** How many cannot, since they are reviewed in part. */
  readonly inPart: number
}

/** @throws AppError `no-images`, `nothing-labelled` or `reviewed-in-part`. */
export function evaluatedImages(project: OpenProject, split: Split): Looked {
  const { db, task: kind } = project
  const task = workbenchTask(kind)
  const all = db.images().filter((image) => image.split === split)
  if (all.length === 0)
    throw new AppError(
      'no-images',
      `No image is in the split ${split}.`,
      'Put images into it with `slidewright split`, or name another with --split.',
    )
  const labelled = all.filter((image) => {
    const regions = db.regionsOf(image.id)
    // What regions leave to be measured on is told by the evaluation itself.
    return regions.length > 0 || isLabelled(task, { image, annotations: db.annotationsOf(image.id) })
  })
  if (labelled.length === 0)
    throw new AppError(
      'nothing-labelled',
      `No image of the split ${split} is labelled.`,
      'Label some of them, or mark those without objects as done.',
    )
  const partly = reviewedInPart(project)
  const images = labelled.filter(({ id }) => !partly.has(id))
  if (images.length === 0)
    throw new AppError(
      'reviewed-in-part',
      `All labelled images of the split ${split} are reviewed in part: no score can be taken on them.`,
      'Decide on the rest of some, add what is missing, and mark them as done.',
    )
  return { images, unlabelled: all.length - labelled.length, inPart: labelled.length - images.length }
}

/**
 * Counts can be corrected after a run; predictions cannot: a run of these models together that saw these images answers again as it did. Models
 * that know their scale would answer otherwise of images whose pixel size was set since.
 */
export async function runOver(
  project: OpenProject,
  models: readonly [ModelRecord, ...ModelRecord[]],
  { images, flips }: { readonly images: readonly ImageRecord[]; readonly flips: boolean },
): Promise<RunId | null> {
  const resized = images.filter(({ pixelSizeAt }) => pixelSizeAt !== null)
  const scaled = resized.length > 0 && (await scaledModels(project, models)).length > 0
  const together = models.length > 1 ? models.map(({ id }) => id) : undefined
  const covers = (run: RunRecord): boolean => {
    // What was looked at in regions only says nothing of the rest, nor of regions that were drawn since.
    if (
      run.modelId !== models[0].id ||
      !isDeepStrictEqual(run.settings['ensemble'], together) ||
      isInRegions(run) ||
      (run.settings['flips'] === true) !== flips ||
      (scaled && resized.some((image) => resizedSince(image, run.createdAt)))
    )
      return false
    const seen = new Set(project.db.imagesOfRun(run.id))
    return images.every((i) => seen.has(i.id))
  }
  return project.db.runs().findLast(covers)?.id ?? null
}

/**
 * Those of the images that a run has seen: what could not be read has no predictions, and to count that as nothing found would be wrong.
 * @throws AppError `nothing-read`.
 */
export function imagesSeenBy({ db }: OpenProject, run: RunId, images: readonly ImageRecord[]): ImageRecord[] {
  const seen = new Set(db.imagesOfRun(run))
  const there = images.filter(({ id }) => seen.has(id))
  if (there.length > 0) return there
  throw new AppError(
    'nothing-read',
    `None of ${counted(images.length, 'image')} could be read, so nothing can be evaluated.`,
    'See where the image files are, and find moved ones again.',
  )
}
