import { isDeepStrictEqual } from 'node:util'
import { AppError } from '#shared/errors.ts'
import { type RunId, runId } from '#shared/records/ids.ts'
import { isEnsemble, madeBy, type ModelRecord, type RunRecord, usualRun } from '#shared/records/model.ts'
import type { Workbench } from '../main/workbench/index.ts'
import { modelOf } from './commands/predict.ts'

export const RUN_HELP = 'run of predictions, or latest: of the model that was asked to predict last the run over most images'

/**
 * The run that is meant, of a model where one is named, and where no run is named rather one that fits. @throws AppError `no-run`.
 */
export function runOf(
  bench: Workbench,
  { run: text, model: asked }: { readonly run: string; readonly model: string },
  fits: (run: RunRecord) => boolean = () => true,
): RunId {
  if (text !== 'latest') return runId.parse(text)
  const models = asked === 'latest' ? null : bench.project.modelsToAsk(modelOf(asked))
  const runs = bench.runs().filter((run) => models === null || isDeepStrictEqual(madeBy(run), models.map(({ id }) => id))) // prettier-ignore
  const run = usualRun(runs.filter(fits)) ?? usualRun(runs)
  if (!run && models !== null) throw noRunOf(bench, models)
  if (!run)
    throw new AppError(
      'no-run',
      bench.runs().length === 0
        ? 'The project has no predictions yet.'
        : 'The project has predictions of folds alone, each of its part of the images.',
      'Run `slidewright predict` first (--model ensemble: the folds together), or name a run with --run.',
    )
  return run.id
}

/** That models have not predicted, or only together with others. */
function noRunOf(bench: Workbench, models: readonly [ModelRecord, ...ModelRecord[]]): AppError {
  const [{ id, name }, ...others] = models
  if (others.length === 0 && bench.runs().some((run) => isEnsemble(run) && madeBy(run).includes(id)))
    return new AppError(
      'no-run',
      `${name} has predicted only together with others, not alone.`,
      'Name these with --model ensemble, or the run with --run.',
    )
  return new AppError(
    'no-run',
    others.length === 0 ? `${name} has predicted nothing yet.` : 'The folds have predicted nothing together yet.',
    `Run \`slidewright predict\` with ${others.length === 0 ? 'this model' : '--model ensemble'} first, or name a run with --run.`,
  )
}
