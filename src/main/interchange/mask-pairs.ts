import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImportProblem } from './dataset.ts'
import type { KnownImages } from './known-images.ts'
import { leftOut } from './left-out.ts'
import { isMaskFolder, withoutMaskSuffix } from './mask-folders.ts'
import { foldersOf } from './split-folders.ts'
import { stemOf } from './walk.ts'

/** An image and the masks of it: one, or several of which each shows one object. */
export interface MaskPair {
  readonly image: string
  readonly masks: readonly string[]
}

export interface MaskPairs {
  /** In the order of the images; those without a mask are left out. */
  readonly pairs: readonly MaskPair[]
  /** Images without a mask. */
  readonly alone: readonly string[]
  readonly problems: readonly ImportProblem[]
}

/**
 * Which mask belongs to which image, by their names. Masks lie in a folder that says so (`masks`, `labels`, `ground_truth`, ...) under the same
 * path and name as the image but for that folder and the image's (`images/a.jpg` and `masks/a.png`), or beside it, and their names may end in _mask,
 * _label, _gt or the like. Where a folder holds one image and a folder of masks with other names, all of these belong to it. Where none has an image
 * there, they are of images that the project has (`known`): those called masks, they or a folder of theirs, and with `said` all that there is.
 */
export function pairMasks(base: string, files: readonly string[], known: KnownImages | null = null, said = false): MaskPairs {
  const here = pairsHere(base, files)
  return here.pairs.length > 0 || known === null ? here : pairsKnown(base, files, known, said)
}

function pairsHere(base: string, files: readonly string[]): MaskPairs {
  const beside = besideOf(files)
  const inFolder = (file: string): boolean => foldersOf(base, file).some(isMaskFolder)
  const images = files.filter((file) => !inFolder(file) && !beside.has(file))
  const finder = new ImageFinder(base, images)
  const taken = new Map<string, string[]>()
  const problems: ImportProblem[] = []
  for (const mask of files.filter((file) => inFolder(file) || beside.has(file))) {
    const problem = (what: string): void => void problems.push({ file: path.relative(base, mask), what })
    const found = finder.find(mask, beside.get(mask) ?? null)
    if (typeof found === 'string') problem(found)
    else addMask(taken, found, mask, problem)
  }
  return gathered(images, taken, problems)
}

/** Masks alone, whose images the project has. What else the folder holds are images, unless it was said that all are masks. */
function pairsKnown(base: string, files: readonly string[], known: KnownImages, said: boolean): MaskPairs {
  const taken = new Map<string, string[]>()
  const problems: ImportProblem[] = []
  const alone: string[] = []
  // Two of a name are hardly both masks: the one may be the image.
  const all = said && new Set(files.map((file) => stemOf(file).toLowerCase())).size === files.length
  for (const file of files) {
    const problem = (what: string): void => void problems.push({ file: path.relative(base, file), what })
    const isMask = all || isMaskFolder(path.basename(base)) || foldersOf(base, file).some(isMaskFolder)
    const found = isMask || withoutMaskSuffix(stemOf(file)) !== null ? knownFor(file, known) : NO_IMAGE
    if (typeof found !== 'string') addMask(taken, found, file, problem)
    else if (isMask || found !== NO_IMAGE) problem(found)
    else alone.push(file)
  }
  return { ...gathered([...taken.keys()], taken, problems), alone }
}

/** The image of the project that a mask is about by its name, or why there is none. */
function knownFor(mask: string, known: KnownImages): Found | string {
  const stem = stemOf(mask)
  const found = known.find([stem, withoutMaskSuffix(stem) ?? stem])
  if (found === null) return NO_IMAGE
  return typeof found === 'string' ? leftOut(found) : { image: found.file, one: false }
}

/**
 * As `pairMasks`, by a rule `images/*.jpg=masks/*_m.png`: paths below `base` with one * on either side, which stands for the same text in both.
 *
 * @throws AppError `bad-pattern`.
 */
export function pairMasksBy(rule: string, base: string, files: readonly string[]): MaskPairs {
  const sides = rule.split('=')
  if (sides.length !== 2 || !sides.every((side) => side.split('*').length === 2)) throw badRule(rule)
  const [imageSide, maskSide] = sides.map(matcher) as [Matcher, Matcher]
  const relative = (file: string): string => path.relative(base, file).split(path.sep).join('/')
  const masks = new Map(files.flatMap((file) => keyed(maskSide(relative(file)), file)))
  const images = files.flatMap((file) => keyed(imageSide(relative(file)), file)).filter(([, file]) => maskSide(relative(file)) === null)
  const taken = new Map(images.flatMap(([key, file]) => (masks.has(key) ? [[file, [masks.get(key)!]] as const] : [])))
  const keys = new Set(images.map(([key]) => key))
  const problems = [...masks].filter(([key]) => !keys.has(key)).map(([, mask]) => ({ file: relative(mask), what: NO_IMAGE }))
  return gathered(
    images.map(([, file]) => file),
    taken,
    problems,
  )
}

const NO_IMAGE = leftOut(say('there is no image for it'))

type Matcher = (relative: string) => string | null

function matcher(side: string): Matcher {
  const [before, after] = side.trim().replace(/^\.\//, '').toLowerCase().split('*') as [string, string]
  return (relative) => {
    const name = relative.toLowerCase()
    const fits = name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length
    return fits ? name.slice(before.length, name.length - after.length) : null
  }
}

const keyed = (key: string | null, file: string): [string, string][] => (key === null ? [] : [[key, file]])

function badRule(rule: string): AppError {
  return new AppError(
    'bad-pattern',
    `${rule} does not say which mask belongs to which image.`,
    'Give two paths with one * each, which stands for the same in both: images/*.jpg=masks/*_mask.png',
  )
}

function gathered(images: readonly string[], taken: ReadonlyMap<string, readonly string[]>, problems: readonly ImportProblem[]): MaskPairs {
  return {
    pairs: images.flatMap((image) => (taken.has(image) ? [{ image, masks: taken.get(image)! }] : [])),
    alone: images.filter((image) => !taken.has(image)),
    problems,
  }
}

/** Masks that lie beside their image and are told by the end of their name, with that image. */
function besideOf(files: readonly string[]): Map<string, string> {
  const byPlace = new Map(files.map((file) => [placeOf(path.dirname(file), stemOf(file)), file]))
  const found = new Map<string, string>()
  for (const file of files) {
    const bare = withoutMaskSuffix(stemOf(file))
    const image = bare === null ? undefined : byPlace.get(placeOf(path.dirname(file), bare))
    if (image !== undefined) found.set(file, image)
  }
  return found
}

const placeOf = (folder: string, stem: string): string => path.join(folder, stem).toLowerCase()

interface Found {
  readonly image: string
  /** The image has all the masks of this folder. */
  readonly one: boolean
}

function addMask(taken: Map<string, string[]>, { image, one }: Found, mask: string, problem: (what: string) => void): void {
  const others = taken.get(image)
  if (others === undefined) taken.set(image, [mask])
  else if (one && path.dirname(others[0]!) === path.dirname(mask)) others.push(mask)
  else
    problem(leftOut(say('{{file}} has another mask already, {{file2}}', { file: path.basename(image), file2: path.basename(others[0]!) })))
}

/** Finds the image that a mask is about. */
class ImageFinder {
  readonly #base: string
  readonly #byName = new Map<string, Set<string>>()
  readonly #byFolder = new Map<string, Set<string>>()

  constructor(base: string, images: readonly string[]) {
    this.#base = base
    for (const image of images)
      for (const folders of ways(foldersOf(base, image))) {
        add(this.#byName, keyOf(folders, stemOf(image)), image)
        add(this.#byFolder, keyOf(folders, ''), image)
      }
  }

  /** The image, or why there is none. */
  find(mask: string, beside: string | null): Found | string {
    if (beside !== null) return { image: beside, one: false }
    const folders = foldersOf(this.#base, mask)
    const rest = folders.toSpliced(folders.findLastIndex(isMaskFolder), 1)
    const bare = withoutMaskSuffix(stemOf(mask))
    for (const stem of bare === null ? [stemOf(mask)] : [stemOf(mask), bare]) {
      const found = this.#byName.get(keyOf(rest, stem)) ?? new Set<string>()
      if (found.size > 1)
        return leftOut(
          say('it could belong to {{images}}', {
            images: [...found]
              .slice(0, 3)
              .map((image) => path.relative(this.#base, image))
              .join(', '),
          }),
        )
      for (const image of found) return { image, one: false }
    }
    const [only, ...others] = this.#byFolder.get(keyOf(rest, '')) ?? []
    return only !== undefined && others.length === 0 && rest.length > 0 ? { image: only, one: true } : NO_IMAGE
  }
}

/** The folders of an image as they are, and with each of them left out: one of them may be the counterpart of the masks' folder. */
function ways(folders: readonly string[]): string[][] {
  return [[...folders], ...folders.map((_, i) => folders.toSpliced(i, 1))]
}

const keyOf = (folders: readonly string[], stem: string): string => [...folders, stem].join('/').toLowerCase()

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value))
}
