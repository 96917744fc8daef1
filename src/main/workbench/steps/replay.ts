import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { assertNever } from '#shared/assert.ts'
import type { ModelChoice } from '#shared/contracts/work.ts'
import type { Step, StepKind, StepRecord } from '#shared/contracts/steps.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import type { ImageId, ModelId, RunId } from '#shared/records/ids.ts'
import { importRequest } from '#shared/contracts/project.ts'
import type { PrintPdf } from '../export.ts'
import { fingerprint } from '../../images/hash-file.ts'
import { decideMeant } from '../deciding.ts'
import type { JobHooks } from '../outcomes.ts'
import { isAnyThere } from '../named-images.ts'
import { setPixelSize } from '../pixel-size.ts'
import { setOrigin } from '../set-origin.ts'
import type { Workbench } from '../workbench.ts'

export interface ReplayWish {
  readonly steps: readonly StepRecord[]
  /** Images that stand in for those of the log: they are imported, and what is predicted is predicted on them alone. */
  readonly paths?: readonly string[] | undefined
  /** Only steps of these kinds; left out: all. */
  readonly only?: readonly StepKind[] | undefined
  /** Folder into which exports go, under their own names; left out: where they went before. */
  readonly to?: string | undefined
}

export interface Replayed {
  /** Place in the log, from 1. */
  readonly number: number
  readonly kind: StepKind
  /** What came of it, or why it was left out. */
  readonly said: string
}

export interface ReplayHooks extends JobHooks {
  readonly onStep?: (number: number, kind: StepKind) => void
  readonly onReplayed?: (replayed: Replayed) => void
  /** What prints reports; left out, a PDF is refused. */
  readonly printPdf?: PrintPdf
}

/** What the steps of a log made there, and what stands for it here. */
interface Standing {
  readonly models: Map<ModelId, ModelId>
  readonly runs: Map<RunId, RunId>
  /** The given images, once they are in the project. */
  images: readonly ImageId[] | null
}

/**
 * Does the steps of a log again in a project, in order: models and runs that a step made are replaced by those that the replay makes. It stops
 * at the first step that fails; those before it stay done.
 *
 * @throws AppError `exists` before anything is done where an export would overwrite a file; else that of the step that failed, with its number.
 */
export async function replay(bench: Workbench, wish: ReplayWish, hooks: ReplayHooks = {}): Promise<Replayed[]> {
  const standing: Standing = { models: new Map(), runs: new Map(), images: null }
  const done: Replayed[] = []
  const wanted = wish.steps.map(({ step }, i) => ({ step, number: i + 1 })).filter(({ step }) => wish.only?.includes(step.kind) ?? true)
  await checkTargets(wish, wanted)
  if (wish.paths !== undefined && !wanted.some(({ step }) => step.kind === 'import'))
    await takeImages(bench, { paths: [...wish.paths] }, standing)
  for (const { step, number } of wanted) {
    hooks.onStep?.(number, step.kind)
    const said = await again(bench, step, { wish, standing, hooks }).catch((thrown: unknown) => {
      const { code, message, hint } = toErrorInfo(thrown)
      throw new AppError(code, `Step ${number} (${step.kind}): ${message}`, `${hint ?? ''} The steps before it are done.`.trim(), thrown)
    })
    const replayed = { number, kind: step.kind, said }
    done.push(replayed)
    hooks.onReplayed?.(replayed)
  }
  return done
}

interface Replay {
  readonly wish: ReplayWish
  readonly standing: Standing
  readonly hooks: ReplayHooks
}

async function again(bench: Workbench, step: Step, { wish, standing, hooks }: Replay): Promise<string> {
  switch (step.kind) {
    case 'import':
      if (wish.paths === undefined) return `${(await bench.import(step.request)).images} new images`
      if (standing.images !== null) return 'left out: other images were given'
      return takeImages(bench, { ...step.request, paths: [...wish.paths] }, standing)
    case 'split': {
      const { changed } = await bench.split(step.request)
      return `${changed} images changed`
    }
    case 'pixel-size': {
      if (standing.images !== null && !isAnyThere(bench.project, step.request.of)) return 'left out: other images were given'
      const { changed } = await setPixelSize(bench, step.request)
      return `${changed} images changed`
    }
    case 'origin': {
      if (standing.images !== null && !isAnyThere(bench.project, step.request.of)) return 'left out: other images were given'
      return `${setOrigin(bench, step.request).changed} images changed`
    }
    case 'train': {
      const { model, name, best } = await bench.train({ ...step.request, from: known(bench, standing, step.request.from) }, hooks)
      standing.models.set(step.made, model)
      return best === null ? name : `${name}, best validation score ${best.toFixed(3)}`
    }
    case 'folds':
      await bench.crossValidate({ ...step.request, from: known(bench, standing, step.request.from) }, step.folds, hooks)
      return `${step.folds} folds`
    case 'predict': {
      const request = { ...step.request, modelId: modelFor(bench, standing, step.request.modelId) }
      const { run, objects, images } = await bench.predict(
        standing.images === null ? request : { ...request, split: null, glob: null, images: [...standing.images] },
        hooks,
      )
      standing.runs.set(step.made, run)
      return `${objects} objects on ${images} images`
    }
    case 'decide': {
      const { decided } = decideMeant(bench, { ...step.request, runId: runFor(bench, standing, step.request.runId) })
      return `${decided} predictions ${step.request.kind}ed`
    }
    case 'evaluate':
      await bench.evaluate({ ...step.request, modelId: modelFor(bench, standing, step.request.modelId) }, hooks)
      return `on ${step.request.split}`
    case 'import-model':
      return modelAgain(bench, step, standing)
    case 'export': {
      const { file, rows } = await bench.export(exportFor(bench, step.request, { wish, standing }), hooks.printPdf)
      return `${file}, ${rows} rows`
    }
    default:
      return assertNever(step)
  }
}

/** The model of the log where the project has it, else the very file once more. */
async function modelAgain(
  bench: Workbench,
  { request, made, sha256 }: Step & { readonly kind: 'import-model' },
  { models }: Standing,
): Promise<string> {
  const here = bench.project.db.models().find(({ id, origin }) => id === made || origin?.sha256 === sha256)
  if (here) {
    models.set(made, here.id)
    return `${here.name}, which is there already`
  }
  const found = await fingerprint(request.file).catch(() => null)
  if (found === null)
    throw new AppError(
      'not-found',
      `The model's file ${request.file} is not there any more.`,
      'Put it back, or import the model into the project first.',
    )
  if (found.sha256 !== sha256)
    throw new AppError(
      'changed',
      `${request.file} is another file than the one that was imported then.`,
      'Put the earlier one back, or import the model that you want and leave this step out.',
    )
  const { model } = await bench.library.import(request)
  models.set(made, model.id)
  return model.name
}

async function takeImages(bench: Workbench, request: z.input<typeof importRequest>, standing: Standing): Promise<string> {
  const before = new Set(bench.images().map(({ id }) => id))
  const there = new Set((await bench.import(importRequest.parse(request))).known)
  // Those that the project knew already, from here or from elsewhere, are meant too: so a replay that stopped can be started again.
  const meant = bench.images().filter(({ id }) => !before.has(id) || there.has(id))
  if (meant.length === 0)
    throw new AppError('no-images', 'None of what was given is an image.', 'Give image files, or folders with images.')
  standing.images = meant.map(({ id }) => id)
  const taken = meant.filter(({ id }) => !before.has(id)).length
  return taken === meant.length ? `${taken} new images` : `${taken} new images, ${meant.length - taken} known before`
}

/** The model that stands for one of the log: that of the replayed step, else the very same where the project has it, its own or imported. */
function known(bench: Workbench, { models }: Standing, id: ModelId | null | undefined): ModelId | null {
  if (id === null || id === undefined) return null
  const here = models.get(id)
  if (here !== undefined) return here
  const all = bench.project.db.models()
  const same = all.find((model) => model.id === id) ?? all.findLast(({ origin }) => origin?.model === id)
  if (same) return same.id
  throw new AppError(
    'no-such-model',
    'It uses a model that this project does not have and that no replayed step trains.',
    'Replay the training too, or bring the model into the project first.',
  )
}

function modelFor(bench: Workbench, standing: Standing, choice: ModelChoice): ModelChoice {
  return choice === 'latest' || choice === 'ensemble' ? choice : known(bench, standing, choice)!
}

/** The run that stands for one of the log. */
function runFor(bench: Workbench, { runs }: Standing, id: RunId): RunId {
  const here = runs.get(id)
  if (here !== undefined) return here
  if (bench.runs().some((run) => run.id === id)) return id
  throw new AppError('no-run', 'It is about predictions that no replayed step makes.', 'Replay the prediction too.')
}

function exportFor(bench: Workbench, request: (Step & { readonly kind: 'export' })['request'], { wish, standing }: Omit<Replay, 'hooks'>) {
  const { source, runId } = request
  return {
    ...request,
    file: targetOf(wish, request.file),
    source: source === null || source.kind === 'truth' ? source : { ...source, runId: runFor(bench, standing, source.runId) },
    runId: runId === null ? null : runFor(bench, standing, runId),
    modelId: known(bench, standing, request.modelId),
  }
}

const targetOf = ({ to }: ReplayWish, file: string): string => (to === undefined ? file : path.join(to, path.basename(file)))

/** What was exported before is not to be lost to a replay. */
async function checkTargets(wish: ReplayWish, wanted: readonly { readonly step: Step }[]): Promise<void> {
  for (const { step } of wanted) {
    if (step.kind !== 'export') continue
    const file = targetOf(wish, step.request.file)
    if (await stat(file).catch(() => null))
      throw new AppError('exists', `${file} is there already.`, 'Nothing was done. Name another folder for what is exported with --to.')
  }
  if (wish.to !== undefined) await mkdir(wish.to, { recursive: true })
}
