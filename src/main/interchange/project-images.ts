import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { safeName } from './file-names.ts'

/** Makes a new folder below the project's `images` for pictures that an import writes: the name, or with a number behind it. */
export async function newImageFolder(projectFolder: string, wanted: string): Promise<string> {
  const images = path.join(projectFolder, 'images')
  await mkdir(images, { recursive: true })
  const name = safeName(wanted.replace(/^\.+/, ''))
  for (let n = 1; ; n++) {
    const folder = path.join(images, n === 1 ? name : `${name}-${n}`)
    try {
      await mkdir(folder)
      return folder
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    }
  }
}
