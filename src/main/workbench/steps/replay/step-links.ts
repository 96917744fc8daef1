import { assertNever } from '#shared/assert.ts'
import type { Step } from '#shared/contracts/steps.ts'
import type { ModelId, RunId } from '#shared/records/ids.ts'

/** What a step makes that later ones speak of; `ensemble`: the models of a cross-validation. */
export function madeBy(step: Step): readonly (ModelId | RunId | 'ensemble')[] {
  switch (step.kind) {
    case 'train':
    case 'predict':
    case 'import-model':
      return [step.made]
    case 'folds':
      return ['ensemble']
    default:
      return []
  }
}

/** The models that a step speaks of. */
export function modelsUsed({ kind, request }: Step): readonly (ModelId | 'ensemble')[] {
  switch (kind) {
    case 'train':
    case 'folds':
      return request.from === null ? [] : [request.from]
    case 'predict':
    case 'evaluate':
      // A log says which model the newest was.
      return request.modelId === 'latest' ? [] : [request.modelId]
    case 'export':
      return request.modelId === null ? [] : [request.modelId]
    case 'import':
    case 'split':
    case 'pixel-size':
    case 'origin':
    case 'decide':
    case 'import-model':
      return []
    default:
      return assertNever(kind)
  }
}

/** The runs that a step speaks of. */
export function runsUsed({ kind, request }: Step): readonly RunId[] {
  if (kind === 'decide') return [request.runId]
  if (kind !== 'export') return []
  const { source, runId } = request
  return [...(source === null || source.kind === 'truth' ? [] : [source.runId]), ...(runId === null ? [] : [runId])]
}
