import path from 'node:path'
import type { ParsedDataset, ParseOptions } from './dataset.ts'
import { isImageName, walkFiles } from './walk.ts'

/** All images at a path (a file, or a folder and those below it), without labels; a file is taken whatever its name. */
export async function parseImages(root: string, options: ParseOptions = {}): Promise<ParsedDataset> {
  const files = await walkFiles(root, options.signal)
  const images = files.filter((file) => isImageName(file) || file === path.resolve(root))
  return {
    format: 'images',
    images: images.map((file) => ({ path: file, size: null, split: null, labelled: false, objects: [] })),
    classNames: [],
    problems: [],
  }
}
