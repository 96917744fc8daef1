import { z } from 'zod'
import { type Step, type StepRecord, stepRecord } from '#shared/contracts/steps.ts'
import { VERSION } from '#shared/version.ts'
import { lastingNames } from '../named-images.ts'
import type { OpenProject } from '../open-project.ts'

const KEY = 'steps'
const records = z.array(stepRecord)

/** The workflow of a project: each long step that was done, in order, as it was asked for. Single edits and decisions are in the history. */
export class StepBook {
  readonly #project: OpenProject

  constructor(project: OpenProject) {
    this.#project = project
  }

  all(): StepRecord[] {
    return this.#project.db.setting(KEY, (value) => records.parse(value)) ?? []
  }

  /** Not noted: what only reads a project that cannot be written, and an evaluation like the last one, which the window asks for at each edit. */
  note(step: Step): void {
    if (this.#project.readOnly !== '') return
    const before = this.all()
    if (step.kind === 'evaluate' && isSameLook(before.findLast((record) => record.step.kind === 'evaluate')?.step, step)) return
    this.#project.db.setSetting(KEY, [
      ...before,
      { step: lasting(this.#project, step), who: this.#project.person, at: new Date().toISOString(), version: VERSION },
    ])
  }
}

/** Single images by what is in their files: ids are those of this project. */
function lasting(project: OpenProject, step: Step): Step {
  switch (step.kind) {
    case 'split':
      return { ...step, request: { ...step.request, of: lastingNames(project, step.request.of) } }
    case 'export':
      return { ...step, request: { ...step.request, of: lastingNames(project, step.request.of) } }
    case 'pixel-size':
      return { ...step, request: { ...step.request, of: lastingNames(project, step.request.of) } }
    case 'origin':
      return { ...step, request: { ...step.request, of: lastingNames(project, step.request.of) } }
    default:
      return step
  }
}

function isSameLook(before: Step | undefined, { request }: Step & { readonly kind: 'evaluate' }): boolean {
  if (before?.kind !== 'evaluate') return false
  const { modelId, split, flips } = before.request
  return modelId === request.modelId && split === request.split && flips === request.flips
}
