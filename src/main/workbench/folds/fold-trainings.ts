import { isDeepStrictEqual } from 'node:util'
import { trainRequest, type TrainRequest } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { jobId, newId, type JobId } from '#shared/records/ids.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { JobBook, JobTitle } from '../job-book.ts'
import type { OpenProject } from '../open-project.ts'
import type { Prediction } from '../prediction.ts'
import type { StepBook } from '../steps/step-book.ts'
import { goesOn, type Training } from '../training.ts'
import { WholeJob } from '../whole-job.ts'
import { foldModels, foldRun } from './cross-validation.ts'
import { foldOf, type FoldsPlan, keepPlan, planParts, readPlans, removePlan } from './folds-plan.ts'

/** What a cross-validation is done with: the workbench's own ways to train and to predict. */
export interface FoldMeans {
  readonly project: OpenProject
  readonly jobs: JobBook
  readonly training: Training
  readonly prediction: Prediction
  readonly steps: StepBook
  /** Models and runs came. */
  onStored(): void
}

/**
 * Cross-validations of a project: a model for each fold, trained on all but its part of the images that are not held out for test, divided by slide or
 * patient, and asked about the part that it did not see (out of fold). The held-out part takes no part in anything that is chosen: epochs and
 * thresholds are chosen on images of the others, or, where those are few, the last weights and the preset's threshold are taken. One that was
 * broken off goes on with the folds that are not done, the one under way from its checkpoint.
 */
export class FoldTrainings {
  readonly #means: FoldMeans

  constructor(means: FoldMeans) {
    this.#means = means
  }

  /**
   * Starts a cross-validation, or goes on with one of the same request and the same labels that was broken off. `before`: folds that are done already.
   * Throws AppError `too-few-groups`, `graph-alone`.
   */
  async start(input: TrainRequest, folds: number): Promise<{ id: JobId; before: number; done: Promise<void> }> {
    const { project, training } = this.#means
    const request = trainRequest.parse(input)
    training.checkStart(request.from)
    const parts = planParts(await training.foldParts(folds, request.seed))
    const labelHash = await training.labelHash()
    const broken = (await readPlans(project)).find(
      (one) =>
        !this.#isUnderWay(one.id) && isDeepStrictEqual({ ...one, id: '', name: '' }, { id: '', name: '', request, labelHash, parts }),
    )
    const plan: FoldsPlan = broken ?? { id: jobId.parse(newId()), name: training.nameFor(request.preset), request, labelHash, parts }
    if (!broken) await keepPlan(project, plan)
    return { id: plan.id, before: this.#done(plan).length, done: this.#see(plan) }
  }

  /** Lists those that were broken off, and gives their ids. */
  async findInterrupted(): Promise<ReadonlySet<string>> {
    const { project, jobs } = this.#means
    if (project.readOnly !== '') return new Set()
    const plans = await readPlans(project)
    for (const plan of plans) jobs.interrupted(plan.id, this.#interruptedTitle(plan))
    return new Set<string>(plans.map(({ id }) => id))
  }

  async goOn(id: JobId): Promise<void> {
    const plan = (await readPlans(this.#means.project)).find((one) => one.id === id)
    if (!plan) throw new AppError('no-such-job', 'This cross-validation can no longer be continued: what it had kept is gone.')
    await this.#see(plan)
  }

  /** Gives up what is not done; folds that are done stay as models. */
  async discard(id: JobId): Promise<void> {
    const { project, jobs, training } = this.#means
    // As of a single training.
    jobs.forget(id)
    for (const fold of await training.brokenFolds(id)) await training.discard(fold.id)
    await removePlan(project, id)
  }

  #isUnderWay(id: JobId): boolean {
    return this.#means.jobs.list().some((job) => job.id === id && ['waiting', 'running', 'paused'].includes(job.status))
  }

  #title({ name, request, parts }: FoldsPlan): JobTitle {
    const title = say('Training {{name}} in {{folds}} folds ({{preset}})', { name, folds: parts.length, preset: request.preset })
    return { title, modelId: null, runId: null }
  }

  #interruptedTitle(plan: FoldsPlan): JobTitle {
    return { ...this.#title(plan), folds: { folds: plan.parts.length, done: this.#done(plan).length, doing: 'train' } }
  }

  /** Models of folds that are trained and were asked. */
  #done({ id }: FoldsPlan): ModelRecord[] {
    return foldModels(this.#means.project, id).filter((model) => foldRun(this.#means.project, id, model.id) !== null)
  }

  async #see(plan: FoldsPlan): Promise<void> {
    const { project, jobs, steps } = this.#means
    const whole = new WholeJob(plan.id, { folds: plan.parts.length, took: this.#done(plan).map(({ seconds }) => seconds) })
    try {
      await jobs.runWhole(whole, this.#title(plan), async () => {
        for (const index of plan.parts.keys()) await this.#fold(plan, index, whole)
        await removePlan(project, plan.id)
        steps.note({ kind: 'folds', request: plan.request, folds: plan.parts.length })
      })
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'diverged') await removePlan(project, plan.id)
      else if (goesOn(thrown)) jobs.interrupted(plan.id, this.#interruptedTitle(plan))
      throw thrown
    }
  }

  /** What is not done of a fold. */
  async #fold(plan: FoldsPlan, index: number, whole: WholeJob): Promise<void> {
    const { project, prediction, onStored } = this.#means
    const trained = foldModels(project, plan.id).find(({ fold }) => fold?.index === index)
    if (trained && foldRun(project, plan.id, trained.id)) return
    const model = trained ?? (await this.#train(plan, index, whole))
    const there = new Set(project.db.images().map(({ id }) => id))
    const images = plan.parts[index]!.held.filter((id) => there.has(id))
    if (images.length > 0) {
      whole.begin('predict')
      const wish = { aside: true, outOfFold: plan.id, within: whole }
      await (
        await prediction.start({ modelId: model.id, images }, wish)
      ).done
    }
    whole.foldDone()
    onStored()
  }

  async #train(plan: FoldsPlan, index: number, whole: WholeJob): Promise<ModelRecord> {
    const { training } = this.#means
    const broken = (await training.brokenFolds(plan.id)).find((one) => one.index === index)
    whole.begin('train')
    if (broken) return (await training.goOn(broken.id, { within: whole })).model
    const { done } = await training.start(plan.request, { fold: foldOf(plan, index), within: whole })
    return (await done).model
  }
}
