import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { safeName } from './file-names.ts'

/** Lies in a folder until what is in it is taken into the project: nothing there has ever been the project's. */
const UNTAKEN = '.not-yet-in-project'

const imagesOf = (projectFolder: string): string => path.join(projectFolder, 'images')

/**
 * Makes a new folder below the project's `images` for pictures that an import writes: the name, or with a number behind it. It counts as left
 * behind until `takeImageFolder`.
 */
export async function newImageFolder(projectFolder: string, wanted: string): Promise<string> {
  const images = imagesOf(projectFolder)
  await mkdir(images, { recursive: true })
  const name = safeName(wanted.replace(/^\.+/, ''))
  for (let n = 1; ; n++) {
    const folder = path.join(images, n === 1 ? name : `${name}-${n}`)
    try {
      await mkdir(folder)
      await writeFile(path.join(folder, UNTAKEN), '')
      return folder
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    }
  }
}

/** From here on nothing removes the folder any more. Must have ended before a record names a file in it. */
export async function takeImageFolder(folder: string): Promise<void> {
  await rm(path.join(folder, UNTAKEN), { force: true })
}

/** Removes all of a folder but the files that were taken (whole paths), and the folder where nothing is left. */
export async function tidyImageFolder(folder: string, taken: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  // The mark goes last: what is left by a kill on the way can still be told.
  for (const name of [...names.filter((one) => one !== UNTAKEN), UNTAKEN]) {
    const file = path.join(folder, name)
    if (!taken.has(file)) await rm(file, { recursive: true, force: true }).catch(() => undefined)
  }
  // Stays where something is in it.
  await rmdir(folder).catch(() => undefined)
}

/**
 * Removes what an import wrote that was never taken because the program was killed. Only the process that holds the project's lock may call it,
 * and only while it reads no import.
 */
export async function removeUntaken(projectFolder: string): Promise<void> {
  const images = imagesOf(projectFolder)
  for (const name of await readdir(images).catch(() => [])) {
    const folder = path.join(images, name)
    const marked = await stat(path.join(folder, UNTAKEN)).catch(() => null)
    if (marked?.isFile() === true) await tidyImageFolder(folder, new Set())
  }
}
