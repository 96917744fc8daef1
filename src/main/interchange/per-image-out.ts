import type { FileHandle } from 'node:fs/promises'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeFolderWhole } from '../../files/write-folder.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { uniqueNames } from './file-names.ts'
import { objectsByImage, type LabelledObject, type LabelSet } from './label-set.ts'

export interface FilePerImage {
  /** With the dot: `.xml`. */
  readonly ending: string
  /** Endings by which a target is taken for a single file. */
  readonly single: RegExp
  readonly write: (handle: FileHandle, image: ImageRecord, objects: readonly LabelledObject[]) => Promise<void>
}

/**
 * Writes a file an image into a folder, `<image><ending>`, whole or not at all; of a single image and a target that ends as such files do, that file.
 *
 * @throws AppError as `writeFolderWhole` or `writeWhole`.
 */
export async function writeFilePerImage(target: string, set: LabelSet, { ending, single, write }: FilePerImage): Promise<void> {
  const objects = objectsByImage(set)
  const [only, ...others] = set.images
  const one = (image: ImageRecord, file: string): Promise<void> =>
    writeWhole(file, (handle) => write(handle, image, objects.get(image.id) ?? []))
  if (only !== undefined && others.length === 0 && single.test(target)) return one(only, target)
  const names = uniqueNames(set.images)
  return writeFolderWhole(target, async (writer) => {
    for (const image of set.images) await writer.made(`${names.get(image)!.stem}${ending}`, (file) => one(image, file))
  })
}

/** Objects turned into text at once: a slide's hundred thousands never stand in memory as one string. */
const BATCH = 2000

/** Writes items as text, one after the other. */
export async function writeEach<T>(handle: FileHandle, items: readonly T[], toText: (item: T, index: number) => string): Promise<void> {
  for (let from = 0; from < items.length; from += BATCH)
    await handle.write(
      items
        .slice(from, from + BATCH)
        .map((item, i) => toText(item, from + i))
        .join(''),
    )
}

/** Writes items as a list of JSON, one a line. */
export async function writeJsonList<T>(
  handle: FileHandle,
  items: readonly T[],
  toJson: (item: T, index: number) => unknown,
): Promise<void> {
  await handle.write('[')
  await writeEach(handle, items, (item, i) => `${i === 0 ? '\n' : ',\n'}${JSON.stringify(toJson(item, i))}`)
  await handle.write(']')
}
