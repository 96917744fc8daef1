import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { explainWriteError } from '../files/write-whole.ts'

/** Puts bytes into the cache whole: nobody sees half a picture. Not synced to disk, since it can be made again. @throws AppError as `writeWhole`. */
export async function cacheFile(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.${randomBytes(4).toString('hex')}.part`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(part, bytes)
    await rename(part, file)
  } catch (thrown) {
    // A failed clean-up must not hide why the writing failed.
    await rm(part, { force: true }).catch(() => undefined)
    throw explainWriteError(thrown, file)
  }
}
