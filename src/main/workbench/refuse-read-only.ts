import { AppError } from '#shared/errors.ts'

/** @throws AppError `read-only` where a project cannot be changed; `readOnly` says why, empty where it can. */
export function refuseReadOnly({ readOnly }: { readonly readOnly: string }): void {
  if (readOnly !== '') throw new AppError('read-only', `The project can only be read: ${readOnly}.`, 'Nothing was changed.')
}
