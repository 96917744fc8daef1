import { findImageFiles } from '../images/find-image-files.ts'
import type { ParsedDataset, ParseOptions } from './dataset.ts'

/** All images at a path (a file, or a folder and those below it, told by content), without labels; a file is taken whatever its name. */
export async function parseImages(root: string, options: ParseOptions = {}): Promise<ParsedDataset> {
  const files = await findImageFiles([root], options.signal)
  return {
    format: 'images',
    images: files.map((file) => ({ path: file, size: null, split: null, labelled: false, objects: [] })),
    classNames: [],
    problems: [],
  }
}
