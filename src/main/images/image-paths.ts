import { stat } from 'node:fs/promises'
import path from 'node:path'
import { isZarrName, type ImageRecord } from '#shared/records/image.ts'
import { onDisk } from '#shared/records/zarr-plane.ts'

/** Whether there is an image at a path: a file, or the folder of a Zarr. */
export async function isImageThere(file: string): Promise<boolean> {
  const what = await stat(onDisk(file)).catch(() => null)
  return what !== null && (what.isFile() || (what.isDirectory() && isZarrName(file)))
}

/** The file of an image: relative to the project first, so that a project moved together with its images goes on working; null where it is gone. */
export async function fileOfImage(
  image: Pick<ImageRecord, 'relativePath' | 'absolutePath'>,
  projectFolder: string,
): Promise<string | null> {
  for (const file of [path.resolve(projectFolder, ...image.relativePath.split('/')), image.absolutePath])
    if (await isImageThere(file)) return file
  return null
}

/** How a record says where its file is: from the project folder with forward slashes, and whole. */
export function pathsOf(file: string, projectFolder: string): Pick<ImageRecord, 'relativePath' | 'absolutePath'> {
  const absolutePath = path.resolve(file)
  const relative = path.relative(path.resolve(projectFolder), absolutePath)
  // Another drive of Windows has no relative path.
  return { absolutePath, relativePath: path.isAbsolute(relative) ? '' : relative.split(path.sep).join('/') }
}

/** The deepest folder that holds all the files. */
export function commonFolder(files: readonly string[]): string {
  const parts = files.map((file) => path.dirname(path.resolve(file)).split(path.sep))
  const first = parts[0] ?? []
  const shared = first.findIndex((part, i) => parts.some((other) => other[i] !== part))
  return first.slice(0, shared < 0 ? first.length : shared).join(path.sep) || path.sep
}
