import type { SecondLook, SecondLooks } from '#shared/contracts/review.ts'
import { AppError } from '#shared/errors.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import { saysLittleOfLabels } from '#shared/little-learned.ts'
import { outOfFold } from '#shared/records/model.ts'
import type { Steps } from '#shared/steps.ts'
import type { OpenProject } from './open-project.ts'
import { runsWith, secondLooksOf } from './second-looks.ts'
import { inTurns } from './turns.ts'

/** A label that looks wrong, or an object that looks as if it had been overlooked, with names in place of ids. */
export interface LabelError extends Pick<SecondLook, 'kind' | 'imageId' | 'box' | 'strength'> {
  readonly image: string
  /** What the label says; null where there is none. */
  readonly label: string | null
  /** What the model says; null where it finds nothing. */
  readonly said: string | null
  /** How sure it is of that, 0..1; where it finds nothing the best score of anything there. */
  readonly saidScore: number
}

/** The labels that a run, or the cross-validation that it was made for, says otherwise of (`secondLooksOf`), the likeliest error first. */
export function* labelErrorsOf(project: OpenProject, runId: RunId): Steps<LabelError[]> {
  const { db } = project
  const classes = new Map(db.classes().map(({ id, name }) => [id, name]))
  const nameOf = (id: ClassId | null): string | null => (id === null ? null : (classes.get(id) ?? ''))
  const images = new Map<ImageId, string>(db.images().map(({ id, name }) => [id, name]))
  const looks = yield* secondLooksOf(project, runId)
  return looks.map(({ kind, imageId, box, strength, labelled, predicted, score }) => ({
    ...{ kind, imageId, image: images.get(imageId) ?? '', label: nameOf(labelled), said: nameOf(predicted) },
    ...{ saidScore: score, strength, box },
  }))
}

/** A run of the newest cross-validation. @throws AppError `no-folds` where there is none. */
export function newestFolds(project: OpenProject): RunId {
  const run = project.db.runs().findLast((one) => outOfFold(one) !== null)
  if (run) return run.id
  const command = project.foldsCommand()
  throw new AppError(
    'no-folds',
    'No model has looked at labels that it did not learn from.',
    `Train with folds first: ${command}. Or name a run with --run.`,
  )
}

export interface LabelErrors {
  /** Each label was looked at by a model that did not learn from it. */
  readonly outOfFold: boolean
  readonly labelErrors: readonly LabelError[]
  /** The models can hardly tell (`saysLittleOfLabels`). */
  readonly learnedLittle: boolean
}

/** The labels that look wrong by a run or its cross-validation, with what is to be thought of that; others have turns meanwhile. @throws AppError `no-such-run`. */
export async function labelErrorsBy(project: OpenProject, runId: RunId): Promise<LabelErrors> {
  const labelErrors = await inTurns(labelErrorsOf(project, runId))
  return { outOfFold: outOfFold(project.run(runId)) !== null, labelErrors, learnedLittle: saysLittle(project, runId, labelErrors.length) }
}

/** Where labels and a run say different things, and whether that says little: for Review; others have turns meanwhile. @throws AppError `no-such-run`. */
export async function doubtedLabels(project: OpenProject, runId: RunId): Promise<SecondLooks> {
  const looks = await inTurns(secondLooksOf(project, runId))
  return { looks, learnedLittle: saysLittle(project, runId, looks.length) }
}

function saysLittle(project: OpenProject, runId: RunId, doubted: number): boolean {
  const runs = runsWith(project, project.run(runId))
  const models = new Set(runs.map(({ modelId }) => modelId))
  const images = new Set(runs.flatMap(({ id }) => project.db.imagesOfRun(id)))
  const labels = project.db.counts().reduce((sum, { imageId, annotations }) => sum + (images.has(imageId) ? annotations : 0), 0)
  const known = project.db.models().filter(({ id }) => models.has(id))
  return saysLittleOfLabels(project.task, known, { doubted, labels })
}
