import { predictRequest, type PredictRequest } from '#shared/contracts/work.ts'
import type { RunId } from '#shared/records/ids.ts'
import { isEnsemble } from '#shared/records/model.ts'
import type { OpenProject } from '../open-project.ts'
import { lookSettings } from '../prediction.ts'
import type { StepBook } from './step-book.ts'

/** Notes a prediction as a replay can ask for it again; one that found every image looked at already is none. */
export function notePrediction(
  { project, steps }: { readonly project: OpenProject; readonly steps: StepBook },
  request: PredictRequest,
  { run: made, images }: { readonly run: RunId; readonly images: number },
): void {
  const asked = predictRequest.parse(request)
  if (asked.rest && images === 0) return
  const run = project.run(made)
  // The newest model is another one later; a run that was joined is none of another project.
  const modelId = isEnsemble(run) ? 'ensemble' : run.modelId
  steps.note({ kind: 'predict', request: { ...asked, ...lookSettings(run), modelId, joins: null }, made })
}
