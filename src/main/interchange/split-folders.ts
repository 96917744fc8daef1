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

/** The split that the nearest folder round an image names, below `root`. */
export function splitOfFolder(root: string, image: string): Split | null {
  for (const folder of foldersOf(root, image).reverse()) {
    const split = splitNamed(folder)
    if (split !== null) return split
  }
  return null
}

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
