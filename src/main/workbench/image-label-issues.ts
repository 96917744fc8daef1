import { labelIssues } from '#shared/metrics/confident-learning.ts'
import type { ClassId, ImageId } from '#shared/records/ids.ts'
import type { RunRecord } from '#shared/records/model.ts'
import { stepped, type Steps } from '#shared/steps.ts'
import type { OpenProject } from './open-project.ts'
import { imageLabel } from './tasks/image-labels.ts'

/** A label of a whole image that looks wrong. */
export interface ImageLabelIssue {
  readonly said: ClassId
  /** How much more probable the model holds what it says than the label, 0..1. */
  readonly strength: number
}

/** Labels of whole images that look wrong by confident learning, of images that the models of these runs did not learn from. */
export function* issuesOfImages(project: OpenProject, runs: readonly RunRecord[]): Steps<ReadonlyMap<ImageId, ImageLabelIssue>> {
  const { db } = project
  const classes = db.classes().map(({ id }) => id)
  const scored: { readonly imageId: ImageId; readonly given: number; readonly scores: readonly number[] }[] = []
  for (const run of runs) {
    const known = project.model(run.modelId).classes.map(({ id }) => id)
    const found = yield* stepped(db.resultsOf(run.id), ({ imageId, scores }) => {
      const given = classes.indexOf(imageLabel(db.annotationsOf(imageId))?.classId ?? ('' as ClassId))
      if (!scores || given < 0 || !known.includes(classes[given]!)) return []
      return [{ imageId, given, scores: classes.map((id) => scores[known.indexOf(id)] ?? 0) }]
    })
    for (const one of found.flat()) scored.push(one)
  }
  const issues = labelIssues(scored, classes.length)
  return new Map(issues.map(({ at, said, quality }) => [scored[at]!.imageId, { said: classes[said]!, strength: 1 - 2 * quality }]))
}
