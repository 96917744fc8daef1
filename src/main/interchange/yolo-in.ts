import { open, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { Split } from '#shared/records/task.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import type { Size } from './fit-shape.ts'
import { isObject, listIn } from './json-file.ts'
import { filesAt, type GivenFiles, objectFrom, readLabelFiles, type SaidImage, type SaidObject, type Telling } from './label-files.ts'
import type { KnownImages } from './known-images.ts'
import { leftOut } from './left-out.ts'
import { splitNamed } from './split-folders.ts'
import { extensionOf, stemOf } from './walk.ts'

/** Bytes of a text file that is read: some hundred thousand objects. */
const MAX_BYTES = 64 * 2 ** 20
/** Folders that tell images from labels and nothing else. */
const ROLES = new Set(['images', 'image', 'labels', 'label', 'annotations', 'jpegimages'])
/** Texts that lie beside labels and are none. */
const NAMES_FILE = /^(classes\.txt|obj\.names|.*\.names|data\.ya?ml|dataset\.ya?ml)$/i
const LIST = /^(train|val|valid|validation|test)(\.txt)$/i

/** How many texts are looked into: of an image with nothing on it they are empty. */
const TRIES = 200

/**
 * Whether label files of YOLO lie at a path: texts of numbers as YOLO's are, with the names of images, there or in the project. Of a single text that was
 * chosen one of the two is enough: what is wrong with it is told then.
 */
export async function looksLikeYolo(given: string, known: KnownImages): Promise<boolean> {
  const {
    at: { base, files, images },
    isWanted,
  } = await placeOf(given, {})
  const pictures = new Set(images.map((image) => keyOf(base, image)))
  const named = (file: string): boolean => pictures.has(keyOf(base, file)) || known.has(stemOf(file))
  const wanted = files.filter((file) => isLabelName(file) && isWanted(file))
  if (wanted.length === 1 && wanted[0] === path.resolve(given)) return looksAlone(wanted[0], named(wanted[0]))
  for (const file of wanted.filter(named).slice(0, TRIES)) if (NUMBERS.test(await firstLine(file))) return true
  return false
}

async function looksAlone(file: string, isNamed: boolean): Promise<boolean> {
  const line = await firstLine(file)
  // The names of a table's columns.
  return NUMBERS.test(line) || (isNamed && !/[,;]|\t[a-z]/i.test(line))
}

/** A class and at least four numbers. */
const NUMBERS = /^\d+(\s+[+-]?[\d.]+(e[+-]?\d+)?){4}/i

/** The first line that is not blank; empty where the file cannot be read. */
async function firstLine(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return ''
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    return (
      buffer
        .subarray(0, bytesRead)
        .toString('latin1')
        .trimStart()
        .split(/\r\n|\n|\r/)[0] ?? ''
    )
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}

/**
 * Reads labels of YOLO (Darknet's `class cx cy w h`, Ultralytics' boxes and segments `class x1 y1 x2 y2 ...`; shares of the image's width and
 * height, a score behind them is passed over). A text belongs to the image of its name that lies beside it or where `labels` in its path reads
 * `images`. Names of classes come from data.yaml, classes.txt or a .names file, the nearest above. Splits come from train.txt, val.txt and test.txt,
 * else from folders. An empty text says that there is nothing; an image without one is not labelled.
 *
 * @throws AppError `not-found`, `too-many-files`, `no-label-files`, `broken-yaml`.
 */
export async function parseYolo(given: string, context: ImportContext): Promise<ParsedDataset> {
  const { at, isWanted } = await placeOf(given, context)
  const labels = at.files.filter((file) => isLabelName(file) && isWanted(file))
  const names = await ClassNames.read(at.files)
  const images = new Map<string, string[]>()
  for (const image of at.images) images.set(keyOf(at.base, image), [...(images.get(keyOf(at.base, image)) ?? []), image])
  // A text without an image may be anything, but for one that holds such numbers.
  const files: string[] = []
  for (const file of labels)
    if (images.has(keyOf(at.base, file)) || context.known.has(stemOf(file)) || NUMBERS.test(await firstLine(file))) files.push(file)
  if (files.length === 0)
    throw new AppError(
      'no-label-files',
      `${path.basename(given)} holds no labels of YOLO.`,
      'They are text files named as the images, beside them or in a folder "labels".',
    )
  const splits = await listedSplits(at)
  return readLabelFiles(files, at, context, {
    format: 'yolo',
    takesOthers: true,
    read: async (file, { notes, base, finder }) => {
      const lines = await linesOf(file)
      const paired = images.get(keyOf(base, file))
      const found = paired === undefined ? finder.findFor(file) : onlyOf(paired, base)
      const known = names.for(file)
      if (known === null) notes.add(say('No names of classes lie beside the labels: classes are called by their numbers.'))
      const split = typeof found === 'string' ? null : (splits.get(found.file) ?? null)
      return [
        { name: '', found, split, count: lines.length, objects: (size, tell) => objectsOf(lines, known, size, tell) },
      ] satisfies SaidImage[]
    },
  })
}

interface Place {
  readonly at: GivenFiles
  /** The texts that were asked for, where these are not all. */
  readonly isWanted: (file: string) => boolean
}

/**
 * A data.yaml or a list stands for the folder that it lies in; of a single text or a folder of texts the images may lie in a folder beside it, and the
 * names above.
 */
async function placeOf(given: string, context: Pick<ImportContext, 'signal'>): Promise<Place> {
  const full = path.resolve(given)
  const isFile = (await stat(full).catch(() => null))?.isFile() === true
  const name = path.basename(full)
  const folder = isFile ? path.dirname(full) : full
  if (isFile && (NAMES_FILE.test(name) || LIST.test(name))) return { at: await filesAt(folder, context), isWanted: () => true }
  const above = isRole(folder)
    ? path.dirname(folder)
    : isRole(path.dirname(folder)) && splitNamed(path.basename(folder)) !== null
      ? path.dirname(path.dirname(folder))
      : folder
  if (!isFile && above === folder) return { at: await filesAt(folder, context), isWanted: () => true }
  const at = await filesAt(above, context)
  return { at: { ...at, single: true }, isWanted: (file) => file === full || file.startsWith(full + path.sep) }
}

const isRole = (folder: string): boolean => ROLES.has(path.basename(folder).toLowerCase())

function isLabelName(file: string): boolean {
  const name = path.basename(file)
  return extensionOf(file) === 'txt' && !NAMES_FILE.test(name) && !LIST.test(name) && !/^readme/i.test(name)
}

/** What an image and its text have in common: folders without those that tell the two apart, and the name without ending. */
function keyOf(base: string, file: string): string {
  const folders = path.dirname(path.relative(base, file)).split(path.sep)
  return [...folders.filter((folder) => !ROLES.has(folder.toLowerCase())), stemOf(file)].join('/').toLowerCase()
}

function onlyOf(images: readonly string[], base: string): { file: string } | string {
  const [image, ...others] = images
  if (image !== undefined && others.length === 0) return { file: image }
  const some = images.slice(0, 3).map((one) => path.relative(base, one))
  return say('it could be about {{images}}', { images: some.join(', ') })
}

async function textOf(file: string): Promise<string> {
  const { size } = await stat(file)
  if (size > MAX_BYTES) throw new AppError('broken-labels', `${path.basename(file)} is larger than ${MAX_BYTES / 2 ** 20} MiB.`)
  const bytes = await readFile(file)
  if (bytes.includes(0)) throw new AppError('broken-labels', `${path.basename(file)} is no text.`)
  return bytes.toString('utf8').replace(/^\ufeff/, '')
}

interface Line {
  readonly number: number
  readonly text: string
}

async function linesOf(file: string): Promise<Line[]> {
  return (await textOf(file))
    .split(/\r\n|\n|\r/)
    .map((text, i) => ({ number: i + 1, text: text.trim() }))
    .filter(({ text }) => text !== '')
}

function objectsOf(lines: readonly Line[], names: Names | null, size: Size, tell: Telling): SaidObject[] {
  let [scores, keypoints] = [0, 0]
  const objects = lines.flatMap(({ number, text }) =>
    objectFrom(say('line {{line}}', { line: String(number) }), tell, () => {
      const values = text.split(/\s+/).map(Number)
      const [index, ...rest] = values
      if (index === undefined || !values.every(Number.isFinite))
        return leftOut(say('"{{text}}" is no class and numbers', { text: text.slice(0, 40) }))
      if (!Number.isInteger(index) || index < 0) return leftOut(say('{{index}} is no number of a class', { index: String(index) }))
      const className = names === null ? String(index) : names.list[index]
      if (className === undefined) return leftOut(say('there is no name for class {{index}}', { index: String(index) }))
      const box = names?.keypoints === rest.length - 4 && rest.length > 4
      if (box) keypoints++
      else if (rest.length === 5 || (rest.length > 6 && rest.length % 2 === 1)) scores++
      return { className, shape: shapeOf(box ? rest.slice(0, 4) : rest, size) }
    }),
  )
  if (scores > 0) tell(say("{{count}} of its objects carry a score: a model's guesses, taken as labels", { count: scores }))
  if (keypoints > 0) tell(say('its keypoints are left out, the {{count}} boxes taken', { count: keypoints }))
  return objects
}

function shapeOf(values: readonly number[], { width, height }: Size): SaidObject['shape'] {
  if (values.length === 4 || values.length === 5) {
    const [cx, cy, w, h] = values as [number, number, number, number]
    if (!(w > 0 && h > 0)) throw new AppError('no-size', 'it has no size')
    return { type: 'box', x: (cx - w / 2) * width, y: (cy - h / 2) * height, width: w * width, height: h * height }
  }
  if (values.length < 6) throw new AppError('no-shape', `it has ${values.length} numbers, neither a box nor an outline`)
  const even = values.length % 2 === 0 ? values : values.slice(0, -1)
  return { type: 'polygon', rings: [even.map((value, i) => value * (i % 2 === 0 ? width : height))] }
}

interface Names {
  readonly list: readonly (string | undefined)[]
  /** How many numbers of keypoints stand behind a box; 0 for none. */
  readonly keypoints: number
}

/** Names of classes by the folder that they lie in. */
class ClassNames {
  readonly #byFolder: ReadonlyMap<string, Names>

  private constructor(byFolder: ReadonlyMap<string, Names>) {
    this.#byFolder = byFolder
  }

  /** Throws AppError `broken-yaml` or `broken-labels`. */
  static async read(files: readonly string[]): Promise<ClassNames> {
    const byFolder = new Map<string, Names>()
    // What a .yaml says wins over plain lists.
    const found = files.filter((file) => NAMES_FILE.test(path.basename(file))).sort((a, b) => Number(isYaml(a)) - Number(isYaml(b)))
    for (const file of found) {
      const names = isYaml(file)
        ? namesInYaml(await textOf(file), path.basename(file))
        : { list: namesInText(await textOf(file)), keypoints: 0 }
      if (names !== null) byFolder.set(path.dirname(file), names)
    }
    return new ClassNames(byFolder)
  }

  /** Those nearest above a file, else the only ones there are. */
  for(file: string): Names | null {
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
      const names = this.#byFolder.get(folder)
      if (names !== undefined) return names
      if (folder === path.dirname(folder)) break
    }
    const [only, ...others] = this.#byFolder.values()
    return only !== undefined && others.length === 0 ? only : null
  }
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file)

function namesInText(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** `names` as a list or by number; null where there are none. */
function namesInYaml(text: string, file: string): Names | null {
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 20, schema: 'core', logLevel: 'error' }) as unknown
  } catch (thrown) {
    const said = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown)
    throw new AppError(
      'broken-yaml',
      `${file} is no sound YAML: ${said.slice(0, 200)}`,
      'Open it in a text editor, or write it again.',
      thrown,
    )
  }
  if (!isObject(value)) return null
  const names = value['names']
  const shape = listIn(value['kpt_shape'])
  const keypoints = shape.every((n) => typeof n === 'number')
    ? shape.reduce((product: number, n) => product * (n as number), shape.length > 0 ? 1 : 0)
    : 0
  if (Array.isArray(names)) return { list: names.map(nameFrom), keypoints }
  if (!isObject(names)) return null
  const list: (string | undefined)[] = []
  for (const [index, name] of Object.entries(names)) if (/^\d{1,5}$/.test(index)) list[Number(index)] = nameFrom(name)
  return { list, keypoints }
}

function nameFrom(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Splits from lists of images: train.txt, val.txt, test.txt with a path a line. What is tested on wins over what is learned from. */
async function listedSplits({ base, files, images }: GivenFiles): Promise<Map<string, Split>> {
  const byEnd = new Map<string, string[]>()
  for (const image of images) for (const key of endsOf(path.relative(base, image))) byEnd.set(key, [...(byEnd.get(key) ?? []), image])
  const splits = new Map<string, Split>()
  const lists = files.flatMap((file) => {
    const split = LIST.test(path.basename(file)) ? splitNamed(stemOf(file)) : null
    return split === null ? [] : [{ file, split }]
  })
  for (const wanted of ['train', 'val', 'test'] as const)
    for (const { file } of lists.filter(({ split }) => split === wanted))
      for (const { text } of await linesOf(file)) {
        const [image, ...others] =
          endsOf(text)
            .map((key) => byEnd.get(key) ?? [])
            .find((found) => found.length === 1) ?? []
        if (image !== undefined && others.length === 0) splits.set(image, wanted)
      }
  return splits
}

/** The ends of a path, the longest first. */
function endsOf(file: string): string[] {
  const parts = file
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
  return parts.map((_, i) => parts.slice(i).join('/').toLowerCase())
}
