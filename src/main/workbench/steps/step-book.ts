import { z } from 'zod'
import { type Step, type StepRecord, stepRecord } from '#shared/contracts/steps.ts'
import { VERSION } from '#shared/version.ts'
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
    this.#project.db.setSetting(KEY, [...before, { step, who: this.#project.person, at: new Date().toISOString(), version: VERSION }])
  }
}

function isSameLook(before: Step | undefined, { request }: Step & { readonly kind: 'evaluate' }): boolean {
  if (before?.kind !== 'evaluate') return false
  const { modelId, split, flips } = before.request
  return modelId === request.modelId && split === request.split && flips === request.flips
}
