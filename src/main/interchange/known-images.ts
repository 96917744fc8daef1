import path from 'node:path'
import { groupBy } from '#shared/group-by.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { stemOf } from './walk.ts'

/**
 * Images that the project has already, found by the names that label files give: as a path, by its last two parts, by name, by stem. Nothing of the
 * files is read: where they lie and how large they are stands in their records.
 */
export class KnownImages {
  readonly #byKey = new Map<string, ImageRecord[]>()
  readonly #byFile: ReadonlyMap<string, readonly ImageRecord[]>
  readonly #found = new Map<string, ImageRecord>()

  constructor(images: readonly ImageRecord[]) {
    this.#byFile = groupBy(images, ({ absolutePath }) => absolutePath)
    for (const image of images) for (const key of keysOf(image)) this.#add(key.toLowerCase(), image)
  }

  #add(key: string, image: ImageRecord): void {
    const list = this.#byKey.get(key)
    if (list === undefined) this.#byKey.set(key, [image])
    else list.push(image)
  }

  /** Whether any image is called so. */
  has(key: string): boolean {
    return this.#byKey.has(key.toLowerCase())
  }

  /** The image that the first of these names fits that fits any, in any case; a sentence where it fits several, null where none does. */
  find(keys: readonly string[]): { readonly file: string } | string | null {
    for (const key of keys) {
      const named = this.#byKey.get(key.toLowerCase()) ?? []
      // Two records of one place are a file that was changed in between: which is meant nobody knows.
      const meant = new Set(named.flatMap((image) => this.#byFile.get(image.absolutePath) ?? image))
      const [image] = meant
      if (meant.size > 1)
        return say('{{name}} could be {{number}} images of the project', { name: path.posix.basename(key), number: String(meant.size) })
      if (image === undefined) continue
      this.#found.set(image.absolutePath, image)
      return { file: image.absolutePath }
    }
    return null
  }

  /** The record of a file that was found here; undefined for every other. */
  recordOf(file: string): ImageRecord | undefined {
    return this.#found.get(file)
  }

  /** Those of these files that were found here, with their records, in the order of the files. */
  recordsOf(files: readonly string[]): Map<string, ImageRecord> {
    const records = new Map<string, ImageRecord>()
    for (const file of files) {
      const record = this.#found.get(file)
      if (record !== undefined) records.set(file, record)
    }
    return records
  }
}

/** A path as a label file may give it: forward slashes, nothing of what leads up or to the root. */
export const givenPath = (name: string): string => path.posix.normalize(name.replaceAll('\\', '/')).replace(/^(\.{0,2}\/)+/, '')

/** The last two parts of a path. */
export const lastTwo = (given: string): string => given.split('/').slice(-2).join('/')

/** Tables write 7 for 0007.png. Null for what is no number. */
export const numberKey = (stem: string): string | null => (/^\d+$/.test(stem) ? `number ${Number(stem)}` : null)

function keysOf({ name, relativePath, absolutePath }: ImageRecord): Set<string> {
  const whole = [relativePath, absolutePath].filter((one) => one !== '').map(givenPath)
  // An image keeps its name when its file is found again under another.
  const stem = stemOf(name)
  const paths = whole.flatMap((one) => [one, lastTwo(one)])
  return new Set([...paths, ...paths.map(withoutEnding), name, stem, numberKey(stem) ?? name])
}

const withoutEnding = (file: string): string => file.slice(0, file.length - path.posix.extname(file).length)
