import path from 'node:path'
import type { NamedModel, StepKind, StepRecord } from '#shared/contracts/steps.ts'

/** What is to be done again, and with what. */
export interface ReplayWish {
  readonly steps: readonly StepRecord[]
  /** Names of the models that steps speak of. */
  readonly models?: readonly NamedModel[]
  /** Images that stand in for those of the log: they are imported, and what is divided, set, predicted and exported is theirs alone. */
  readonly paths?: readonly string[] | undefined
  /** Only steps of these kinds; left out: all. */
  readonly only?: readonly StepKind[] | undefined
  /** Folder into which exports go, under their own names; left out: where they went before. */
  readonly to?: string | undefined
}

/** A step that is to be done again, with its place in the log, from 1. */
export interface WantedStep extends StepRecord {
  readonly number: number
}

export const wantedSteps = ({ steps, only }: ReplayWish): WantedStep[] =>
  steps.map((record, i) => ({ ...record, number: i + 1 })).filter(({ step }) => only?.includes(step.kind) ?? true)

/**
 * Where exports go, by the number of the step: with `to` into that folder under their own names, and where two that went to different places have the
 * same name, the later one with its number.
 */
export function targetsOf(wish: ReplayWish): Map<number, string> {
  const targets = new Map<number, string>()
  const noted = new Map<string, string>()
  for (const { number, step } of wantedSteps(wish)) {
    if (step.kind !== 'export') continue
    const { file } = step.request
    const { dir, name, ext } = wish.to === undefined ? path.parse(file) : { ...path.parse(file), dir: wish.to }
    const own = path.join(dir, `${name}${ext}`)
    const target = (noted.get(own) ?? file) === file ? own : path.join(dir, `${name}-${number}${ext}`)
    noted.set(target, file)
    targets.set(number, target)
  }
  return targets
}

/** Steps that others build on or that change the project: where one cannot be done, what follows would not be what the log says. */
export const isBuiltOn = (kind: StepKind): boolean => kind !== 'evaluate' && kind !== 'export'

/** Why a further import is not done again. */
export const OTHERS_GIVEN = 'other images are given'
