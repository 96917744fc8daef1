import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'

/** Whole contents, or a function that writes them piece by piece: for files too large to hold in memory. */
export type FileContents = string | Uint8Array | ((file: FileHandle) => Promise<void>)

/**
 * Writes a file whole or not at all: to a temporary file in the same folder, synced to disk, then renamed over the target,
 * then the folder synced, so that after a crash or a power cut there is either the old file or the new one, never a part.
 * Text is UTF-8. The temporary file is removed on failure, and what stood at `target` before is untouched.
 * The folder must exist.
 *
 * @throws AppError `disk-full`, `read-only`, `is-a-folder`, `no-folder`, `file-in-use`, `name-too-long` or `cannot-write`. What the
 * contents function itself throws is passed on as it is, unless the file system threw it.
 */
export async function writeWhole(target: string, contents: FileContents): Promise<void> {
  const folder = path.dirname(path.resolve(target))
  // Asked first, since what a rename over a folder answers differs from system to system.
  const there = await stat(target).catch(() => null)
  if (there?.isDirectory() === true) throw folderInTheWay(target)
  const temporary = path.join(folder, `.slidewright-${randomBytes(9).toString('base64url')}.tmp`)
  try {
    await writeSynced(temporary, contents)
    await rename(temporary, target)
  } catch (thrown) {
    // A failed clean-up must not hide why the writing failed.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw explainWriteError(thrown, target)
  }
  await syncFolder(folder)
}

async function writeSynced(file: string, contents: FileContents): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    if (typeof contents === 'function') await contents(handle)
    else await handle.writeFile(contents)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the rename itself last. Not every file system has it (Windows, network shares); the data is already synced there. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  if (handle === null) return
  await handle.sync().catch(() => undefined)
  await handle.close().catch(() => undefined)
}

/** What the file system said, in a person's words; what it did not say is given back as it is. */
export function explainWriteError(thrown: unknown, target: string): unknown {
  const name = path.basename(target)
  const folder = path.dirname(target)
  const nothingLost = say('Nothing was written, and what was there before is untouched.')
  switch (errorCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('disk-full', `The disk is full: ${name} could not be written.`, `Make room in ${folder}. ${nothingLost}`, thrown)
    case 'EACCES':
    case 'EROFS':
      return new AppError('read-only', `You may not write to ${folder}.`, `Choose another folder. ${nothingLost}`, thrown)
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('no-folder', `There is no folder ${folder}.`, 'Make the folder first, or choose another.', thrown)
    case 'EPERM':
    case 'EBUSY':
      return new AppError(
        'file-in-use',
        `${name} is protected, or open in another program.`,
        `Close it there and try again. ${nothingLost}`,
        thrown,
      )
    case 'ENAMETOOLONG':
      return new AppError('name-too-long', `The name ${name} is too long for this disk.`, 'Choose a shorter name.', thrown)
    case undefined:
      return thrown
    default:
      return new AppError('cannot-write', `${name} could not be written: ${String(thrown)}.`, nothingLost, thrown)
  }
}

function folderInTheWay(target: string): AppError {
  return new AppError('is-a-folder', `${target} is a folder, not a file.`, 'Give the name of a file in it.')
}

/** The code of an error of the file system (it alone carries `errno`), undefined for any other. */
function errorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('errno' in thrown) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
