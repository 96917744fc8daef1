import { randomBytes } from 'node:crypto'
import { access, constants, copyFile, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { explainWriteError, syncFolder } from './write-whole.ts'

/** Puts files into a folder that is being made. Names are relative, with `/` between folders, which are made as needed. */
export interface FolderWriter {
  file(name: string, contents: string | Uint8Array): Promise<void>
  /** A copy of a file from elsewhere; shares its blocks where the file system can. */
  copy(name: string, source: string): Promise<void>
  /** A file that somebody else writes at the path that it is given. */
  made(name: string, make: (file: string) => Promise<void>): Promise<void>
  /** A look at the folder as it is so far; where it throws, nothing is written. */
  checked(look: (folder: string) => Promise<void>): Promise<void>
}

/**
 * Writes a folder of files whole or not at all: into a temporary folder beside it, every file synced, then renamed. An empty folder at
 * `target` is replaced, one with files in it never.
 *
 * @throws AppError `not-empty`, `not-a-folder`, or one of `writeWhole`'s.
 */
export async function writeFolderWhole(target: string, fill: (writer: FolderWriter) => Promise<void>): Promise<void> {
  const parent = path.dirname(path.resolve(target))
  const temporary = path.join(parent, `.slidewright-${randomBytes(9).toString('base64url')}.tmp`)
  try {
    const replaced = await emptyFolder(target)
    await mkdir(temporary)
    await fill(writerInto(temporary))
    await syncFolder(temporary)
    // Windows does not rename over a folder, not even an empty one.
    if (replaced) await rmdir(target)
    await rename(temporary, target)
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw explainWriteError(thrown, target)
  }
  await syncFolder(parent)
}

/** Whether an empty folder stands there; false for nothing at all. */
async function emptyFolder(target: string): Promise<boolean> {
  try {
    const entries = await readdir(target)
    if (entries.length === 0) return true
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code === 'ENOTDIR') throw new AppError('not-a-folder', `${target} is a file.`, 'Give the name of a folder.', thrown)
    throw thrown
  }
  throw new AppError('not-empty', `${target} has files in it already.`, 'Choose a new or an empty folder: nothing there is overwritten.')
}

function writerInto(folder: string): FolderWriter {
  const made = new Set<string>()
  const place = async (name: string): Promise<string> => {
    const file = path.join(folder, name)
    if (!file.startsWith(folder + path.sep)) throw new Error(`${name} leads out of the folder`)
    const parent = path.dirname(file)
    if (!made.has(parent)) await mkdir(parent, { recursive: true })
    made.add(parent)
    return file
  }
  return {
    file: async (name, contents) => {
      const handle = await open(await place(name), 'wx')
      try {
        await handle.writeFile(contents)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    copy: async (name, source) => {
      const file = await place(name)
      await access(source).catch((thrown: unknown) => {
        throw new AppError(
          'not-found',
          `${path.basename(source)} is not there any more.`,
          'Show where it was moved to, or connect its drive.',
          thrown,
        )
      })
      await copyFile(source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      await syncFile(file)
    },
    made: async (name, make) => {
      const file = await place(name)
      await make(file)
      await syncFile(file)
    },
    checked: (look) => look(folder),
  }
}

/** A copy keeps its source's permissions and may be read-only; then it is left to the system when it reaches the disk. */
async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+').catch(() => null)
  if (handle === null) return
  await handle.sync().finally(() => handle.close())
}
