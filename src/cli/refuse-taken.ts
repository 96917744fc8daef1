import { stat } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'

/** Nothing that is there is replaced unasked. @throws AppError `exists`. */
export async function refuseTaken(file: string, force: boolean): Promise<void> {
  if (!force && (await stat(file).catch(() => null))?.isFile() === true)
    throw new AppError('exists', `${file} is there already.`, 'It was left as it is. Give another name, or --force to replace it.')
}
