import type { WorkflowRow } from '#shared/contracts/project.ts'
import type { Step, StepRecord } from '#shared/contracts/steps.ts'
import type { ModelId } from '#shared/records/ids.ts'

/** A step as a row: what was asked for, in a few words; all of it is in the file. `nameOf` tells the names of models that the project has. */
export function workflowRow({ step, who, at, version }: StepRecord, nameOf: (id: ModelId) => string): WorkflowRow {
  return { kind: step.kind, about: about(step, nameOf), who, at, version }
}

function about(step: Step, nameOf: (id: ModelId) => string): string {
  const model = (id: string): string => (id === 'ensemble' ? 'the folds together' : nameOf(id as ModelId))
  switch (step.kind) {
    case 'import': {
      const { paths } = step.request
      return `${paths.slice(0, 2).join(', ')}${paths.length > 2 ? ` and ${paths.length - 2} more` : ''}`
    }
    case 'split':
      return `${step.request.split}${step.request.glob === null ? '' : `, ${step.request.glob}`}`
    case 'train':
      return `${step.request.preset}, seed ${step.request.seed}: ${model(step.made)}`
    case 'folds':
      return `${step.request.preset}, seed ${step.request.seed}, ${step.folds} folds`
    case 'predict':
      return `${model(step.request.modelId)}${step.request.flips ? ', with mirrored looks' : ''}`
    case 'evaluate':
      return `${model(step.request.modelId)} on ${step.request.split}`
    case 'export':
      return `${step.request.what} to ${step.request.file}`
  }
}
