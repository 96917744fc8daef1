import type { TrainRequest } from '#shared/contracts/work.ts'
import { newId, type ImageId, type ModelId, type RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { foldParts } from '../images/splits.ts'
import { evaluateRun, evaluateRuns } from './evaluation.ts'
import { type LabelError, labelErrorsBy } from './label-errors.ts'
import type { OpenProject } from './open-project.ts'
import type { TaskReport } from './tasks/workbench-task.ts'
import type { FoldOf, TrainedModel } from './training.ts'

export interface FoldReport {
  readonly model: ModelId
  readonly name: string
  readonly run: RunId
  readonly best: number | null
  readonly seconds: number
  readonly images: number
  /** The task's metrics on the images that this fold's model did not see. */
  readonly report: TaskReport
}

export interface CrossValidation {
  readonly folds: readonly FoldReport[]
  /** The metrics over all images at once, each predicted by the model that did not see it; with 95 % intervals. */
  readonly pooled: TaskReport
  /** Of each figure that every fold has: the mean over the folds, the lowest and the highest. */
  readonly mean: Readonly<Record<string, { readonly mean: number; readonly lowest: number; readonly highest: number }>>
  /** Labels that the models which did not see them disagree with most, the likeliest error first. */
  readonly labelErrors: readonly LabelError[]
  /** The models can hardly tell: what they say of labels says little. */
  readonly learnedLittle: boolean
}

/** What a cross-validation is done with: the workbench's own ways to train and to predict. */
export interface FoldWork {
  train(request: TrainRequest, fold: FoldOf): Promise<TrainedModel>
  /** `of`: the cross-validation, by which its runs belong together. */
  predict(model: ModelRecord, images: readonly ImageId[], of: string): Promise<RunId>
}

/**
 * Trains `folds` models, each on all but its part of the images that are not held out for test, divided by slide or patient; predicts each part
 * with the model that did not see it (out of fold), and reports. The held-out part takes no part in anything that is chosen: epochs and
 * thresholds are chosen on images of the others, or, where those are few, the last weights and the preset's threshold are taken.
 * Throws AppError `too-few-groups`.
 */
export async function crossValidate(
  project: OpenProject,
  images: readonly ImageRecord[],
  { request, folds }: { readonly request: TrainRequest; readonly folds: number },
  work: FoldWork,
): Promise<CrossValidation> {
  const parts = foldParts(images, folds, request.seed ?? 0)
  const of = newId()
  const reports: FoldReport[] = []
  const runs = new Map<ImageId, RunId>()
  for (const [index, { held, splits }] of parts.entries()) {
    const report = await oneFold(project, held, request, work, {
      of,
      index,
      folds,
      splitOf: ({ id }) => splits.get(id) ?? null,
    })
    reports.push(report)
    for (const { id } of held) runs.set(id, report.run)
  }
  const model = pooledModel(reports.map((report) => project.model(report.model)))
  const { labelErrors, learnedLittle } = labelErrorsBy(project, reports[0]!.run)
  return {
    folds: reports,
    pooled: await evaluateRuns(project, { runOf: (image) => runs.get(image.id)!, model, images, score: null }),
    mean: meansOf(reports.map(({ report }) => report)),
    labelErrors,
    learnedLittle,
  }
}

/** All folds as one: where the models have thresholds, their mean counts. */
function pooledModel(models: readonly ModelRecord[]): ModelRecord {
  const first = models[0]!
  const thresholds = models.map(({ metrics }) => metrics['threshold']).filter((value) => typeof value === 'number')
  if (thresholds.length === 0) return first
  return { ...first, metrics: { ...first.metrics, threshold: thresholds.reduce((a, b) => a + b, 0) / thresholds.length } }
}

async function oneFold(
  project: OpenProject,
  held: readonly ImageRecord[],
  request: TrainRequest,
  work: FoldWork,
  fold: FoldOf,
): Promise<FoldReport> {
  const { model } = await work.train(request, fold)
  const run = await work.predict(
    model,
    held.map(({ id }) => id),
    fold.of,
  )
  const report = await evaluateRun(project, { run, model, images: held, score: null })
  return { model: model.id, name: model.name, run, best: model.best, seconds: model.seconds, images: held.length, report }
}

/** Figures of a report are its plain numbers; what one fold lacks is left out. */
function meansOf(reports: readonly TaskReport[]): CrossValidation['mean'] {
  const [first] = reports
  const names = Object.entries(first ?? {}).flatMap(([name, value]) => (typeof value === 'number' && name !== 'images' ? [name] : []))
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = reports.map((report) => (report as unknown as Record<string, unknown>)[name])
      if (!values.every((value): value is number => typeof value === 'number')) return []
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      return [[name, { mean, lowest: Math.min(...values), highest: Math.max(...values) }]]
    }),
  )
}
