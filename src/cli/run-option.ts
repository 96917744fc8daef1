import { AppError } from '#shared/errors.ts'
import { type RunId, runId } from '#shared/records/ids.ts'
import { type RunRecord, usualRun } from '#shared/records/model.ts'
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
  const model = asked === 'latest' ? null : bench.model(modelOf(asked))
  const runs = bench.runs().filter(({ modelId }) => model === null || modelId === model.id)
  const run = usualRun(runs.filter(fits)) ?? usualRun(runs)
  if (!run && model !== null)
    throw new AppError(
      'no-run',
      `${model.name} has predicted nothing yet.`,
      'Run `slidewright predict` with this model first, or name a run with --run.',
    )
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
