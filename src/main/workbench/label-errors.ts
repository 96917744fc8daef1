import type { SecondLook } from '#shared/contracts/review.ts'
import { AppError } from '#shared/errors.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import { outOfFold } from '#shared/records/model.ts'
import type { OpenProject } from './open-project.ts'
import { secondLooksOf } from './second-looks.ts'

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
export function labelErrorsOf(project: OpenProject, runId: RunId): LabelError[] {
  const { db } = project
  const classes = new Map(db.classes().map(({ id, name }) => [id, name]))
  const nameOf = (id: ClassId | null): string | null => (id === null ? null : (classes.get(id) ?? ''))
  const images = new Map<ImageId, string>(db.images().map(({ id, name }) => [id, name]))
  return secondLooksOf(project, runId).map(({ kind, imageId, box, strength, labelled, predicted, score }) => ({
    ...{ kind, imageId, image: images.get(imageId) ?? '', label: nameOf(labelled), said: nameOf(predicted) },
    ...{ saidScore: score, strength, box },
  }))
}

/** A run of the newest cross-validation. @throws AppError `no-folds` where there is none. */
export function newestFolds({ db }: OpenProject): RunId {
  const run = db.runs().findLast((one) => outOfFold(one) !== null)
  if (run) return run.id
  throw new AppError(
    'no-folds',
    'No model has looked at labels that it did not learn from.',
    'Train with folds first: slidewright train --folds 5. Or name a run with --run.',
  )
}
