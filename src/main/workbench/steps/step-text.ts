import type { WorkflowRow } from '#shared/contracts/project.ts'
import type { Step, StepRecord } from '#shared/contracts/steps.ts'
import type { ModelId } from '#shared/records/ids.ts'
import { say } from '#shared/i18n/say.ts'

/** A step as a row: what was asked for, in a few words; all of it is in the file. `nameOf` tells the names of models that the project has. */
export function workflowRow({ step, who, at, version }: StepRecord, nameOf: (id: ModelId) => string): WorkflowRow {
  return { kind: step.kind, about: about(step, nameOf), who, at, version }
}

function about(step: Step, nameOf: (id: ModelId) => string): string {
  const model = (id: string): string => (id === 'ensemble' ? say('the folds together') : nameOf(id as ModelId))
  switch (step.kind) {
    case 'import': {
      const { paths } = step.request
      const named = paths.slice(0, 2).join(', ')
      return paths.length > 2 ? say('{{paths}} and {{count}} more', { paths: named, count: paths.length - 2 }) : named
    }
    case 'split':
      return `${step.request.split}${step.request.glob === null ? '' : `, ${step.request.glob}`}`
    case 'train':
      return say('{{preset}}, seed {{seed}}: {{model}}', {
        preset: step.request.preset,
        seed: String(step.request.seed),
        model: model(step.made),
      })
    case 'folds':
      return say('{{preset}}, seed {{seed}}, {{count}} folds', {
        preset: step.request.preset,
        seed: String(step.request.seed),
        count: step.folds,
      })
    case 'predict': {
      const asked = model(step.request.modelId)
      if (step.request.rest) return say('{{model}}, on images that it had not looked at', { model: asked })
      return step.request.flips ? say('{{model}}, with mirrored looks', { model: asked }) : asked
    }
    case 'evaluate':
      return `${model(step.request.modelId)} on ${step.request.split}`
    case 'import-model':
      return `${step.request.file}: ${model(step.made)}`
    case 'export':
      return `${step.request.what} to ${step.request.file}`
  }
}
