import { stat } from 'node:fs/promises'
import type { PresetInfo } from '#shared/contracts/engine.ts'
import type { Step, StepKind } from '#shared/contracts/steps.ts'
import { AppError } from '#shared/errors.ts'
import type { ModelId, RunId } from '#shared/records/ids.ts'
import { checkPreset } from '../../preset-choice.ts'
import type { Workbench } from '../../workbench.ts'
import { checkModelFile, sameModel } from './model-again.ts'
import { isBuiltOn, OTHERS_GIVEN, type ReplayWish, targetsOf, type WantedStep, wantedSteps } from './wish.ts'
import { Standing } from './standing.ts'
import { madeBy, modelsUsed, runsUsed } from './step-links.ts'
import { workflowRow } from '../step-text.ts'

/** What a replay would make of a step. */
export interface Foreseen {
  readonly number: number
  readonly kind: StepKind
  /** What the step is about, as the log tells it. */
  readonly about: string
  readonly will: 'do' | 'leave-out' | 'fail'
  /** How it would be done, or why it would not; empty where there is nothing to add. */
  readonly said: string
  /** Why it cannot be done. */
  readonly fault: AppError | null
  /** Nothing at all is done again while this stands in the way. */
  readonly stops: boolean
}

type Outlook = Pick<Foreseen, 'will' | 'said'>

/**
 * Looks at the steps of a replay before anything is done: which models, runs and files are there, which earlier steps make, and which are missing. What
 * only the images can tell (whether a pattern fits, whether there are labels) is told as a condition.
 */
export async function foresee(bench: Workbench, wish: ReplayWish): Promise<Foreseen[]> {
  const wanted = wantedSteps(wish)
  const presets = wanted.some(({ step }) => step.kind === 'train' || step.kind === 'folds') ? await bench.presets() : []
  const foresight = new Foresight(bench, wish, presets)
  const all: Foreseen[] = []
  for (const one of wanted) all.push(await foresight.of(one))
  return all
}

class Foresight {
  readonly #bench: Workbench
  readonly #wish: ReplayWish
  readonly #presets: readonly PresetInfo[]
  readonly #standing = new Standing()
  /** What the steps before make: models and runs by their ids in the log. */
  readonly #made = new Set<ModelId | RunId | 'ensemble'>()
  readonly #targets: ReadonlyMap<number, string>
  #imports = 0

  constructor(bench: Workbench, wish: ReplayWish, presets: readonly PresetInfo[]) {
    this.#bench = bench
    this.#wish = wish
    this.#presets = presets
    this.#targets = targetsOf(wish)
  }

  async of(wanted: WantedStep): Promise<Foreseen> {
    const { number, step } = wanted
    const facts = { number, kind: step.kind, about: workflowRow(wanted, (id) => this.#nameOf(id)).about }
    try {
      this.#checkNeeds(step)
      const outlook = await this.#look(step, number)
      for (const id of madeBy(step)) this.#made.add(id)
      return { ...facts, ...outlook, fault: null, stops: false }
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      return { ...facts, will: 'fail', said: thrown.message, fault: thrown, stops: isBuiltOn(step.kind) || thrown.code === 'exists' }
    }
  }

  async #look(step: Step, number: number): Promise<Outlook> {
    const { paths } = this.#wish
    const ofGiven = paths === undefined ? '' : 'of the images that are given'
    switch (step.kind) {
      case 'import':
        return this.#lookAtImport(step.request.paths)
      case 'split':
        return { will: 'do', said: joined(ofGiven, step.request.glob === null ? '' : 'left out where none has such a name') }
      case 'pixel-size':
        return { will: 'do', said: joined(ofGiven, typeof step.request.of === 'string' ? '' : NONE_MEANT) }
      case 'origin': {
        const { of, set } = step.request
        const noFit = Object.keys(set).length === 0 ? 'left out where no name fits a pattern' : ''
        return { will: 'do', said: joined(ofGiven, typeof of === 'string' ? '' : NONE_MEANT, noFit) }
      }
      case 'train':
      case 'folds':
        checkPreset(this.#presets, this.#bench.project.task, step.request.preset)
        return { will: 'do', said: '' }
      case 'predict':
        return { will: 'do', said: paths === undefined ? '' : 'on the images that are given' }
      case 'decide':
        return { will: 'do', said: '' }
      case 'evaluate':
        return { will: 'do', said: 'left out where no image of the split is labelled' }
      case 'import-model':
        return this.#lookAtModel(step)
      case 'export':
        return this.#lookAtTarget(number)
    }
  }

  async #lookAtImport(noted: readonly string[]): Promise<Outlook> {
    const { paths } = this.#wish
    this.#imports++
    if (paths !== undefined && this.#imports > 1) return { will: 'leave-out', said: OTHERS_GIVEN }
    for (const given of paths ?? noted) await refuseMissing(given, paths !== undefined)
    return { will: 'do', said: paths === undefined ? '' : `instead: ${paths.join(', ')}` }
  }

  async #lookAtModel({ request, made, sha256 }: Step & { readonly kind: 'import-model' }): Promise<Outlook> {
    const here = sameModel(this.#bench, made, sha256)
    if (here) return { will: 'do', said: `${here.name} is there already` }
    await checkModelFile(request.file, sha256)
    return { will: 'do', said: '' }
  }

  async #lookAtTarget(number: number): Promise<Outlook> {
    const file = this.#targets.get(number)!
    // What was exported before is not to be lost to a replay.
    if (await stat(file).catch(() => null))
      throw new AppError('exists', `${file} is there already.`, 'Name another folder for what is exported with --to.')
    return { will: 'do', said: this.#wish.to === undefined ? '' : `into ${file}` }
  }

  #checkNeeds(step: Step): void {
    for (const id of modelsUsed(step)) {
      if (this.#made.has(id)) continue
      // Fails where the project has none.
      if (id === 'ensemble') this.#bench.project.modelsToAsk('ensemble')
      else if (this.#standing.model(this.#bench.project, id) === null) throw this.#missingModel(id)
    }
    for (const id of runsUsed(step))
      if (!this.#made.has(id) && this.#standing.run(this.#bench.project, id) === null) throw this.#missingRun(id)
  }

  #missingModel(id: ModelId): AppError {
    const { steps, models = [] } = this.#wish
    const name = models.find((model) => model.id === id)?.name
    const at = steps.findIndex(({ step }) => step.kind === 'train' && step.made === id)
    const bring = `Where it was trained: slidewright models export <project> ${id} model.zip; then: slidewright models import "${this.#bench.folder}" model.zip.`
    return new AppError(
      'no-such-model',
      `It needs the model ${name === undefined ? id : `“${name}” (${id})`}, which this project does not have.`,
      at < 0 ? bring : `${bring} Or take step ${at + 1} along, which trains it: --only with train.`,
    )
  }

  #missingRun(id: RunId): AppError {
    const at = this.#wish.steps.findIndex(({ step }) => step.kind === 'predict' && step.made === id)
    return at < 0
      ? new AppError('no-run', 'It is about predictions that no step of the log makes.', 'Predict, and do this step by hand.')
      : new AppError(
          'no-run',
          `It is about the predictions of step ${at + 1}, which is not done again.`,
          'Take it along: --only with predict.',
        )
  }

  #nameOf(id: ModelId): string {
    return this.#wish.models?.find((model) => model.id === id)?.name ?? this.#bench.project.db.model(id)?.name ?? id
  }
}

const NONE_MEANT = 'left out where none of them is meant'

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ')

async function refuseMissing(file: string, isGiven: boolean): Promise<void> {
  if (await stat(file).catch(() => null)) return
  throw new AppError(
    'not-found',
    `There is nothing at ${file}.`,
    isGiven ? 'Check the path and its drive.' : 'Give images that stand in for it with --paths.',
  )
}
