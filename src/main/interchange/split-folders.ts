import path from 'node:path'
import type { Split } from '#shared/records/task.ts'
import type { ParsedImage } from './dataset.ts'

const FOLDERS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
}

/** The split that a folder's name stands for: train, training, val, valid, validation, test, in any case. */
export function splitNamed(folder: string): Split | null {
  const name = folder.toLowerCase()
  return Object.hasOwn(FOLDERS, name) ? FOLDERS[name]! : null
}

/** The split that the nearest folder round an image names, below `root`; an image that lies elsewhere has none by this. */
export function splitOfFolder(root: string, image: string): Split | null {
  if (!isBelow(root, image)) return null
  for (const folder of foldersOf(root, image).reverse()) {
    const split = splitNamed(folder)
    if (split !== null) return split
  }
  return null
}

/** Whether a file lies in a folder, or below it. */
export function isBelow(root: string, file: string): boolean {
  const relative = path.relative(root, file)
  // Another drive of Windows has no relative path.
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

/** How a person is told of a file: from the folder that was given on, or by its name alone where it lies elsewhere. */
export const shownFile = (root: string, file: string): string => (isBelow(root, file) ? path.relative(root, file) : path.basename(file))

/** The folders between `root` and a file, outermost first. */
export function foldersOf(root: string, file: string): string[] {
  const relative = path.dirname(path.relative(root, file))
  return relative === '.' ? [] : relative.split(path.sep)
}

/** An image about which no label file says anything. */
export const unlabelled = (file: string, base: string): ParsedImage => ({
  path: file,
  size: null,
  split: splitOfFolder(base, file),
  labelled: false,
  objects: [],
})
