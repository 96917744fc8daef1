import { say } from '#shared/i18n/say.ts'
import path from 'node:path'
import { givenPath, type KnownImages, lastTwo } from './known-images.ts'
import { isMaskFolder } from './mask-folders.ts'
import { stemOf } from './walk.ts'

/**
 * Finds images by the names that label files give: as a path from a folder, else by its last parts or its bare name anywhere below where that
 * is one image only; else one that the project has already. Masks that bear an image's name are not it.
 */
export class ImageFinder {
  readonly #base: string
  readonly #known: KnownImages
  readonly #byPath = new Map<string, string>()
  readonly #byName = new Map<string, string[]>()

  constructor(base: string, images: readonly string[], known: KnownImages) {
    this.#base = base
    this.#known = known
    for (const image of images) {
      const relative = posix(path.relative(base, image))
      this.#byPath.set(relative, image)
      for (const key of new Set([path.basename(image), stemOf(image), lastTwo(relative)])) this.#add(key, image)
    }
  }

  #add(key: string, image: string): void {
    const list = this.#byName.get(key.toLowerCase())
    if (list === undefined) this.#byName.set(key.toLowerCase(), [image])
    else list.push(image)
  }

  /** The image, or why there is none. `beside` is the file that gives the name: its folder comes first. */
  find(name: string, beside: string): { readonly file: string } | string {
    const given = givenPath(name)
    const near = posix(path.relative(this.#base, path.dirname(beside)))
    for (const key of [path.posix.join(near, given), given]) {
      const file = this.#byPath.get(key)
      if (file !== undefined) return { file }
    }
    const keys = [lastTwo(given), path.posix.basename(given), stemOf(given)]
    for (const key of keys) {
      const [file, ...others] = withoutMasks(this.#base, this.#byName.get(key.toLowerCase()) ?? [])
      if (others.length > 0) return say('{{name}} could be {{number}} images', { name, number: String(others.length + 1) })
      if (file !== undefined) return { file }
    }
    return this.#known.find([given, ...keys]) ?? say('there is no image {{name}}', { name })
  }

  /** Whether there is any image of this file name, or several. */
  knows(name: string): boolean {
    const key = path.posix.basename(givenPath(name))
    return this.#byName.has(key.toLowerCase()) || this.#known.has(key)
  }

  /** The image that a label file's own name speaks of, `a.jpg` for `a.xml` or `a.jpg.xml`: beside it first, else the only one below. */
  findFor(file: string, stem = stemOf(file)): { readonly file: string } | string {
    const found = withoutMasks(this.#base, this.#byName.get(stem.toLowerCase()) ?? [])
    const beside = found.find((image) => path.dirname(image) === path.dirname(file))
    const image = beside ?? (found.length === 1 ? found[0] : undefined)
    if (image !== undefined) return { file: image }
    return found.length > 1
      ? say('it could be about {{number}} images named {{stem}}', { number: String(found.length), stem })
      : (this.#known.find([stem]) ?? say('there is no image of its name ({{stem}}) for it', { stem }))
  }
}

const posix = (file: string): string => file.split(path.sep).join('/')

function withoutMasks(base: string, files: readonly string[]): readonly string[] {
  const images = files.filter((file) => !path.relative(base, file).split(path.sep).some(isMaskFolder))
  return images.length > 0 ? images : files
}
