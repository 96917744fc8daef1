import type { Step } from '#shared/contracts/steps.ts'
import { AppError } from '#shared/errors.ts'
import type { ModelId } from '#shared/records/ids.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { fingerprint } from '../../../images/hash-file.ts'
import type { Workbench } from '../../workbench.ts'
import type { Standing } from './standing.ts'

/** The project's model that is the one of the log, or came from the same file. */
export const sameModel = ({ project }: Workbench, made: ModelId, sha256: string): ModelRecord | undefined =>
  project.db.models().find(({ id, origin }) => id === made || origin?.sha256 === sha256)

/** @throws AppError `not-found` or `changed` where the file is not the one that was imported. */
export async function checkModelFile(file: string, sha256: string): Promise<void> {
  const found = await fingerprint(file).catch(() => null)
  if (found === null)
    throw new AppError(
      'not-found',
      `The model's file ${file} is not there any more.`,
      'Put it back, or import the model into the project first.',
    )
  if (found.sha256 === sha256) return
  throw new AppError(
    'changed',
    `${file} is another file than the one that was imported then.`,
    'Put the earlier one back, or import the model that you want and leave this step out.',
  )
}

/** The model of the log where the project has it, else the very file once more. */
export async function modelAgain(
  bench: Workbench,
  { request, made, sha256 }: Step & { readonly kind: 'import-model' },
  { models }: Standing,
): Promise<string> {
  const here = sameModel(bench, made, sha256)
  if (here) {
    models.set(made, here.id)
    return `${here.name}, which is there already`
  }
  await checkModelFile(request.file, sha256)
  const { model } = await bench.library.import(request)
  models.set(made, model.id)
  return model.name
}
