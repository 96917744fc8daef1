import { countedTwice } from '#shared/counts/marked-twice.ts'
import type { ImageId, RunId } from '#shared/records/ids.ts'
import { usualRun } from '#shared/records/model.ts'
import type { OpenProject } from '../open-project.ts'
import { workbenchTask } from '../tasks/registry.ts'
import { countColumnsOf } from './count-columns.ts'

export interface MarkedTwice {
  /** Of each image that has any, how many labels lie on or in another of their class. */
  readonly labels: readonly TwiceOn[]
  /** The same of what the usual run found and is counted; null without a run. */
  readonly predictions: { readonly run: RunId; readonly score: number; readonly images: readonly TwiceOn[] } | null
}

interface TwiceOn {
  readonly image: ImageId
  readonly objects: number
}

/** Objects that are likely one with another, which makes counts too high. */
export function markedTwiceIn(project: OpenProject): MarkedTwice {
  const run = usualRun(project.db.runs())?.id ?? null
  const columns = countColumnsOf(project, run)
  const score = workbenchTask(project.task).countedFrom
  const shown = new Set(columns.imageIds)
  const of = (kind: 'truth' | 'predictions'): TwiceOn[] =>
    [...countedTwice(columns, { kind, score, shown })].map(([image, objects]) => ({ image, objects }))
  return { labels: of('truth'), predictions: run === null ? null : { run, score, images: of('predictions') } }
}
