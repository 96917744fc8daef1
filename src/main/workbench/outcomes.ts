import type { JobView } from '#shared/contracts/work.ts'
import type { ModelId, RunId } from '#shared/records/ids.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { Split } from '#shared/records/task.ts'
import type { SeenBefore } from '#shared/seen-before.ts'
import type { TestLook } from '#shared/test-looks.ts'
import type { TaskReport } from './tasks/workbench-task.ts'
import type { LeftGlass } from './told-run.ts'
import type { AssignedSplits } from './missing-splits.ts'
import type { TrainedModel } from './training.ts'

export interface JobHooks {
  /** Hears of the job each time its view changes. */
  readonly onJob?: (job: JobView) => void
  /** Hears of labelled images without a split that got one, before the training begins. */
  readonly onAssigned?: (assigned: AssignedSplits) => void
  /** Hears what is to be known of a prediction's or a training's images, as soon as it is found; of a prediction it stands among its notes too. */
  readonly onNote?: (note: string) => void
  /** Hears that a cross-validation goes on which was broken off, and how many folds of it are done. */
  readonly onGoesOn?: (done: number) => void
}

/** What `train --json` gives; scripts rely on these keys. */
export interface TrainOutcome {
  readonly model: ModelId
  readonly name: string
  readonly epochs: number
  readonly best: number | null
  readonly seconds: number
  readonly secondsPerStep: number
  readonly waitingShare: number
  readonly backend: string
  readonly onnxDifference: number | null
  readonly stopped: string
  readonly notes: readonly string[]
  readonly assigned: AssignedSplits
}

/** What `predict --json` gives. */
export interface PredictOutcome {
  readonly run: RunId
  /** The model's name, or the ensemble's. */
  readonly name: string
  /** What was looked at now, which may have joined a run of more images. */
  readonly images: number
  readonly objects: number
  /** Of these objects such as have the score from which the task counts. */
  readonly counted: number
  readonly seconds: number
  readonly imagesOfRun: number
  readonly problems: readonly ImportProblem[]
  /** Of slides and large images: what was taken for glass and not looked at. */
  readonly glass: readonly LeftGlass[]
  /** What has to be known to understand the counts. */
  readonly notes: readonly string[]
}

/** What `evaluate --json` gives: the task's own figures, and what they are of. */
export type EvaluateOutcome = TaskReport & {
  readonly model: ModelId
  /** All that predicted together, `model` among them. */
  readonly models: readonly ModelId[]
  /** What the model is called; of an ensemble how many models it has. */
  readonly name: string
  readonly split: Split
  readonly run: RunId
  readonly seenBefore: SeenBefore
  /** Each look at the scores on test images so far, this one included. */
  readonly testLooks?: TestLook[]
  /** Images of the split that nobody labelled. */
  readonly unlabelled: number
  /** Labelled images of the split that are reviewed in part: they are left out until they are done. */
  readonly inPart: number
  /** Images that could not be read: they count for nothing. */
  readonly problems: readonly ImportProblem[]
}

/** What a training gives, in the words of the command line. */
export function trainOutcome({ model, result }: TrainedModel, assigned: AssignedSplits): TrainOutcome {
  const { epochs, best, seconds, secondsPerStep, waitingShare, backend, onnxDifference, stopped, notes } = result
  const cost = { seconds, secondsPerStep, waitingShare, backend }
  return { model: model.id, name: model.name, epochs, best, ...cost, onnxDifference, stopped, notes, assigned }
}
