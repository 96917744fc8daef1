import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ModelOrigin, ModelRecord } from '#shared/records/model.ts'
import type { OpenProject } from '../open-project.ts'
import type { ClassesFor } from './model-classes.ts'

export interface ImportedModel {
  readonly model: ModelRecord
  readonly notes: readonly string[]
  /** Of the file that it came in. */
  readonly sha256: string
}

interface Keeping {
  readonly model: Omit<ModelRecord, 'classes' | 'origin'> & Partial<Pick<ModelRecord, 'origin'>>
  /** Where it comes from, where `model` itself does not say. */
  readonly origin: Omit<ModelOrigin, 'importedBy' | 'importedAt'>
  /** The model's folder, which is there by now. */
  readonly folder: string
  readonly wanted: ClassesFor
}

/** The record of an imported model and the classes that it brings: both or none, and without them no folder either. */
export async function keepModel(project: OpenProject, { model: given, origin, folder, wanted }: Keeping): Promise<ImportedModel> {
  const model: ModelRecord = {
    ...given,
    ...{ classes: wanted.classes, name: freeName(project, given.name) },
    origin: given.origin ?? { ...origin, importedBy: project.person, importedAt: new Date().toISOString() },
  }
  try {
    const edit = { label: say('Classes of {{name}}', { name: model.name }).slice(0, 120), put: { classes: [...wanted.added] }, remove: {} }
    const change = project.db.putModel(model, wanted.added.length > 0 ? edit : undefined)
    if (change) project.tell(change)
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
  const names = wanted.added.map(({ name }) => name)
  const { sha256 } = origin
  return { model, sha256, notes: names.length === 0 ? [] : [say('New classes: {{names}}.', { names: names.join(', ') })] }
}

function freeName(project: OpenProject, name: string): string {
  const taken = new Set(project.db.models().map((model) => model.name))
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name.slice(0, 190)} (${n})`
    if (!taken.has(free)) return free
  }
}

/** What the engine says, of the file that a person named and not of the folder in which it was looked at. */
export function namedBy(file: string, folder: string): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof AppError)) throw thrown
    const hint = thrown.hint ?? ''
    throw new AppError(
      thrown.code,
      thrown.message.replaceAll(folder, path.basename(file)),
      hint.startsWith('Nothing was changed.') ? hint : `Nothing was changed. ${hint}`.trim(),
      thrown,
    )
  }
}
