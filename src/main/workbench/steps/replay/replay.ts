import { mkdir } from 'node:fs/promises'
import type { StepKind } from '#shared/contracts/steps.ts'
import { AppError, toErrorInfo, withStop } from '#shared/errors.ts'
import type { PrintPdf } from '../../export.ts'
import type { JobHooks } from '../../outcomes.ts'
import type { Workbench } from '../../workbench.ts'
import { foresee, type Foreseen } from './foresee.ts'
import { takeImages } from './images-again.ts'
import { isBuiltOn, type ReplayWish, targetsOf, type WantedStep, wantedSteps } from './wish.ts'
import { Standing } from './standing.ts'
import { type Came, type Replay, stepAgain } from './step-again.ts'

export interface Replayed {
  /** Place in the log, from 1. */
  readonly number: number
  readonly kind: StepKind
  /** Left out: here is nothing that it could be done with, and nothing that follows lacks it. Failed: it should have been done. */
  readonly outcome: Came['outcome'] | 'failed'
  /** What came of it, or why it was left out or failed. */
  readonly said: string
}

export interface ReplayHooks extends JobHooks {
  readonly onReplayed?: (replayed: Replayed) => void
  /** What prints reports; left out, a PDF is refused. */
  readonly printPdf?: PrintPdf
}

/**
 * Does the steps of a log again in a project, in order: models and runs that a step made are replaced by those that the replay makes. Steps that have
 * nothing to be done with here (names that no image has, a class that the project lacks, a split without labels) are left out. An evaluation or an
 * export that fails is told, and the rest goes on; at any other step that fails the replay stops, and those before it stay done.
 *
 * @throws AppError where something that is needed is missing, before anything is done: `exists` of an export, `no-such-model`, `no-run`, `not-found`;
 * later that of the step that failed, with its number.
 */
export async function replay(bench: Workbench, wish: ReplayWish, hooks: ReplayHooks = {}): Promise<Replayed[]> {
  const wanted = wantedSteps(wish)
  refuse(await foresee(bench, wish))
  if (wish.to !== undefined) await mkdir(wish.to, { recursive: true })
  const means: Replay = { bench, wish, standing: new Standing(), targets: targetsOf(wish), hooks }
  if (wish.paths !== undefined && !wanted.some(({ step }) => step.kind === 'import'))
    await takeImages(bench, { paths: [...wish.paths] }, means.standing)
  const replayed: Replayed[] = []
  for (const { step, number } of wanted) {
    const came = await stepAgain({ step, number }, means).catch((thrown: unknown) => failed({ step, number }, thrown))
    replayed.push({ number, kind: step.kind, ...came })
    hooks.onReplayed?.(replayed.at(-1)!)
  }
  return replayed
}

/** Throws where something stands in the way, before anything is done. */
export function refuse(foreseen: readonly Foreseen[]): void {
  const [first, ...others] = foreseen.filter(({ stops }) => stops)
  if (!first?.fault) return
  const { code, message, hint = '' } = first.fault
  const more = others.length === 0 ? '' : ` Nor could ${others.map(({ number, kind }) => `step ${number} (${kind})`).join(', ')} be done.`
  throw new AppError(code, `Step ${first.number} (${first.kind}): ${message}`, `Nothing was done. ${hint}${more}`.trim(), first.fault)
}

function failed({ step, number }: Pick<WantedStep, 'step' | 'number'>, thrown: unknown): Pick<Replayed, 'outcome' | 'said'> {
  const { code, message, hint = '' } = toErrorInfo(thrown)
  if (!isBuiltOn(step.kind)) return { outcome: 'failed', said: `${withStop(message)} ${hint}`.trim() }
  throw new AppError(code, `Step ${number} (${step.kind}): ${message}`, `${hint} The steps before it are done.`.trim(), thrown)
}
