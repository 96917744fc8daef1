import path from 'node:path'
import type { DecideAsked } from '#shared/contracts/project.ts'
import { ANSWER } from '#shared/contracts/review.ts'
import { AppError } from '#shared/errors.ts'
import { type PredictionId, predictionId, type RunId } from '#shared/records/ids.ts'
import type { OpenProject } from './open-project.ts'
import { reviewItemsOf } from './review-items.ts'

/** Which predictions of a run are meant, of those that are still to be decided on. Scores are 0 to 1; null leaves a question open. */
export interface Meant {
  readonly runId: RunId
  readonly from: number
  /** Only below this score. */
  readonly below: number | null
  /** Only what the model calls so. */
  readonly ofClass: string | null
  /** Only on images whose name fits. */
  readonly glob: string | null
}

/** What is said of them; `to`: the class that they get in place of the model's. */
export interface Verdict {
  readonly kind: 'accept' | 'reject'
  readonly to: string | null
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
export function verdictOn(project: OpenProject, predictions: readonly PredictionId[], { kind, to }: Verdict): DecideAsked {
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
