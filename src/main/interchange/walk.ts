import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { IMAGE_EXTENSIONS } from '#shared/file-endings.ts'
import { isZarrName } from '#shared/records/image.ts'
import { onDisk } from '#shared/records/zarr-plane.ts'

const MAX_DEPTH = 16
const MAX_FILES = 500_000

/**
 * All files below a folder, absolute paths sorted by name with numbers in order (2 before 10). Hidden files and folders, projects of
 * this app and links to folders are passed over; the folder of a Zarr is one image and stands for what lies in it. A path to a file gives
 * that file alone.
 *
 * @throws AppError `not-found` or `too-many-files`.
 */
export async function walkFiles(root: string, signal?: AbortSignal): Promise<string[]> {
  const absolute = path.resolve(root)
  const what = await stat(onDisk(absolute)).catch(() => null)
  if (what === null) throw new AppError('not-found', `There is nothing at ${root}.`, 'Check the path and its drive.')
  if (!what.isDirectory() || isZarrName(absolute)) return [absolute]
  const files: string[] = []
  await collect(absolute, 0, files, signal)
  return files.sort(byName)
}

async function collect(folder: string, depth: number, files: string[], signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    const full = path.join(folder, entry.name)
    if (entry.isDirectory() && isZarrName(entry.name)) files.push(full)
    else if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.endsWith('.slidewright')) await collect(full, depth + 1, files, signal)
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(full)))) files.push(full)
    if (files.length > MAX_FILES)
      throw new AppError(
        'too-many-files',
        `${folder} and the folders beside it hold more than ${MAX_FILES} files.`,
        'Choose a smaller folder.',
      )
  }
}

async function isFile(link: string): Promise<boolean> {
  const target = await stat(link).catch(() => null)
  return target?.isFile() === true
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' })

/** Order of paths as a person expects it; ties by code unit, so that it is the same everywhere. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** The ending of a file's name, lower case, without the dot. */
export function extensionOf(file: string): string {
  return path.extname(file).slice(1).toLowerCase()
}

/** The name without folder and ending. */
export function stemOf(file: string): string {
  return path.basename(file, path.extname(file))
}

/** Whether the name says that it is an image or a slide. */
export function isImageName(file: string): boolean {
  return isZarrName(file) || IMAGE_EXTENSIONS.includes(extensionOf(file))
}

/** Runs `work` over all items, so many at a time, and keeps their order. The first failure ends it. */
export async function mapLimited<T, R>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}
