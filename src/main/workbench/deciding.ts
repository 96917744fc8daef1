import path from 'node:path'
import type { DecideAsked } from '#shared/contracts/project.ts'
import { ANSWER } from '#shared/contracts/review.ts'
import type { DecideRequest } from '#shared/contracts/steps.ts'
import { AppError } from '#shared/errors.ts'
import { type PredictionId, predictionId } from '#shared/records/ids.ts'
import type { OpenProject } from './open-project.ts'
import { reviewItemsOf } from './review-items.ts'
import type { Workbench } from './workbench.ts'

/** Which predictions of a run are meant, of those that are still to be decided on. */
export type Meant = Pick<DecideRequest, 'runId' | 'from' | 'below' | 'ofClass' | 'glob'>

export interface Decided {
  /** Predictions that were decided on. */
  readonly decided: number
  /** Left as they are: a locked object would have changed. */
  readonly locked: number
  /** Left as they are: each shows the same object as an accepted one. */
  readonly twins: number
  /** Images that became done. */
  readonly done: number
}

/**
 * Accepts or rejects all predictions that are meant, as one edit that one undo takes back; none where nothing is left to decide on.
 * @throws AppError `no-such-run`, `no-such-class` or `no-images`.
 */
export function decideMeant(bench: Pick<Workbench, 'project' | 'decide' | 'steps'>, request: DecideRequest): Decided {
  const predictions = openPredictions(bench.project, request)
  const { doneFrom } = request
  const { locked, diff } = bench.decide({ ...verdictOn(bench.project, predictions, request), ...(doneFrom === null ? {} : { doneFrom }) })
  const decided = diff.decisions.added.length + diff.decisions.updated.length
  const done = diff.images.updated.filter(([before, after]) => before.state !== 'done' && after.state === 'done').length
  if (decided > 0 || done > 0) bench.steps.note({ kind: 'decide', request })
  return { decided, locked: locked.length, twins: predictions.length - locked.length - decided, done }
}

/**
 * The predictions that are meant, of those that Review would ask about: undecided, shown by no label, on images that are not done.
 * @throws AppError `no-such-run`, `no-such-class` or `no-images`.
 */
export function openPredictions(project: OpenProject, { runId, from, below, ofClass, glob }: Meant): PredictionId[] {
  const items = reviewItemsOf(project, { runId, finishedToo: false })
  const wanted = ofClass === null ? null : items.classIds.indexOf(classCalled(project, ofClass).id)
  const names = items.imageIds.map((id) => project.image(id).name)
  const fits = names.map((name) => glob === null || path.matchesGlob(name, glob))
  if (!fits.includes(true)) throw new AppError('no-images', 'No image fits what was asked for.', 'Check --images, or import images first.')
  const isMeant = (at: number): boolean => {
    const score = items.scores[at]!
    return (
      score >= from && (below === null || score < below) && (wanted === null || items.classes[at] === wanted) && fits[items.images[at]!]!
    )
  }
  return [...items.ids.keys()]
    .filter((at) => items.answers[at] === ANSWER.open && isMeant(at))
    .map((at) => predictionId.parse(items.ids[at]))
}

/** The one edit by which these are decided as said. @throws AppError `no-such-class`. */
export function verdictOn(
  project: OpenProject,
  predictions: readonly PredictionId[],
  { kind, to }: Pick<DecideRequest, 'kind' | 'to'>,
): DecideAsked {
  if (to === null) return { predictions: [...predictions], kind, to: null }
  return { predictions: [...predictions], kind: 'correct', to: { classId: classCalled(project, to).id } }
}

function classCalled({ db }: OpenProject, name: string) {
  const classes = db.classes()
  const found = classes.find((one) => one.name === name)
  if (found) return found
  const names = classes.map((one) => one.name).join(', ')
  throw new AppError('no-such-class', `The project has no class “${name}”.`, `It has: ${names}.`)
}
