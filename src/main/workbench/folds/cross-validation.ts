import type { FoldsReport } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { FIGURE_NAMES } from '#shared/figure-names.ts'
import { spreadOf, type Spread } from '#shared/metrics/spread.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ImageId, ModelId, RunId } from '#shared/records/ids.ts'
import { type ModelRecord, outOfFold, type RunRecord } from '#shared/records/model.ts'
import { evaluateRun, evaluateRuns, partsOf } from '../evaluation.ts'
import { type LabelError, labelErrorsBy } from '../label-errors.ts'
import { isLabelled } from '../labelled-parts.ts'
import type { OpenProject } from '../open-project.ts'
import { withMeanThreshold } from '../tasks/mean-threshold.ts'
import { workbenchTask } from '../tasks/registry.ts'
import type { TaskReport } from '../tasks/workbench-task.ts'
import { turns } from '../turns.ts'
import { reviewedInPart } from '../unfinished-images.ts'

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
  readonly mean: Readonly<Record<string, Spread>>
  /** Labels that the models which did not see them disagree with most, the likeliest error first. */
  readonly labelErrors: readonly LabelError[]
  /** The models can hardly tell: what they say of labels says little. */
  readonly learnedLittle: boolean
  /** Labelled images but those of the test split that were left out since they are reviewed in part. */
  readonly inPart: number
}

/** The models of a cross-validation, by their folds. */
export const foldModels = ({ db }: OpenProject, of: string): ModelRecord[] =>
  db
    .models()
    .filter(({ fold }) => fold?.of === of)
    .sort((a, b) => a.fold!.index - b.fold!.index)

/** What the model of a fold said of the images that it did not see; null where it was not asked yet. */
export const foldRun = ({ db }: OpenProject, of: string, model: ModelId): RunRecord | null =>
  db.runs().findLast((run) => run.modelId === model && outOfFold(run) === of) ?? null

/**
 * What the folds of a cross-validation say of the images that their models did not see, against the labels as they are now. Folds that saw nothing
 * that is still there and labelled are left out.
 *
 * @throws AppError `no-folds` where none is left.
 */
export async function reportFolds(project: OpenProject, of: string): Promise<CrossValidation> {
  const { judged, inPart } = await judgedImages(project)
  const images = new Map(judged.map((image) => [image.id, image]))
  const folds: FoldReport[] = []
  const runOf = new Map<ImageId, RunId>()
  for (const model of foldModels(project, of)) {
    const run = foldRun(project, of, model.id)?.id
    const held = run === undefined ? [] : project.db.imagesOfRun(run).flatMap((id) => images.get(id) ?? [])
    if (run === undefined || held.length === 0) continue
    for (const { id } of held) runOf.set(id, run)
    const { id, name, best, seconds } = model
    folds.push({ ...{ model: id, name, run, best, seconds }, images: held.length, report: await evaluateRun(project, { run, model, images: held, score: null }) }) // prettier-ignore
  }
  const [first] = folds
  if (!first) throw new AppError('no-folds', 'No image that these models did not see is still there and labelled.', 'Train in folds again.')
  const model = withMeanThreshold(folds.map((fold) => project.model(fold.model)))
  const seen = [...images.values()].filter(({ id }) => runOf.has(id))
  const { labelErrors, learnedLittle } = await labelErrorsBy(project, first.run)
  return {
    folds,
    pooled: await evaluateRuns(project, { runOf: ({ id }) => runOf.get(id)!, model, images: seen, score: null }),
    mean: meansOf(folds.map(({ report }) => report)),
    labelErrors,
    learnedLittle,
    inPart,
  }
}

async function judgedImages(project: OpenProject): Promise<{ judged: ImageRecord[]; inPart: number }> {
  const { db } = project
  const [task, turn] = [workbenchTask(project.task), turns()]
  const judged: ImageRecord[] = []
  const partly = reviewedInPart(project)
  let inPart = 0
  for (const image of db.images()) {
    if (isLabelled(task, { image, annotations: db.annotationsOf(image.id), parts: partsOf(project, image) })) {
      if (!partly.has(image.id)) judged.push(image)
      else if (image.split !== 'test') inPart++
    }
    await turn()
  }
  return { judged, inPart }
}

/** COCO's figures, which are -1 where nothing was there to be found. */
const COCO = /^a[pr](\d|[A-Z]|$)/

/** Of the scores of the folds' reports; what one fold lacks is left out. */
export function meansOf(reports: readonly TaskReport[]): CrossValidation['mean'] {
  const [first] = reports
  const names = Object.keys(first ?? {}).filter((name) => Object.hasOwn(FIGURE_NAMES, name))
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = reports.map((report) => (report as unknown as Record<string, unknown>)[name])
      const spread = COCO.test(name) && values.includes(-1) ? null : spreadOf(values)
      return spread === null ? [] : [[name, spread]]
    }),
  )
}

/** The same as the window takes it. */
export function toldFolds({ db }: OpenProject, { folds, pooled, labelErrors, learnedLittle, inPart }: CrossValidation): FoldsReport {
  const told = folds.map(({ model, name, run, images, report }) => {
    return { model, name, run, images, seen: db.imagesOfRun(run), report: { ...report } }
  })
  return { folds: told, pooled: { ...pooled }, labelErrors: labelErrors.length, learnedLittle, inPart }
}
