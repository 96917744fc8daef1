import path from 'node:path'
import { AppError, withStop } from '#shared/errors.ts'
import { isPlaced, type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Split } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'
import { classNamed, LONGEST_NAME } from './class-names.ts'
import type { FoundClass, ImportContext, ImportProblem, ParsedDataset, ParsedImage, ParsedObject } from './dataset.ts'
import { fitShape, type Size } from './fit-shape.ts'
import { ImageFinder } from './image-finder.ts'
import { withOneLabel } from './image-label.ts'
import { sizeOfImage, twoSizes } from './image-size.ts'
import { isTold, leftOut } from './left-out.ts'
import { shownFile, splitOfFolder, unlabelled } from './split-folders.ts'
import { isImageName, mapLimited, walkFiles } from './walk.ts'

/** Tells something that was left out or changed. */
export type Telling = (what: string) => void

/** An object as a file has it: any class name, any place. */
export interface SaidObject {
  /** How problems name it: `object 3`. */
  readonly label: string
  readonly className: string
  /** Full-resolution pixels. */
  readonly shape: Shape
  readonly crowd?: boolean
  readonly difficult?: boolean
  readonly note?: string
}

/** What a file of labels says of one image. */
export interface SaidImage {
  /** How problems name it; empty where the file is about this image alone. */
  readonly name: string
  /** Where it lies, or why it is not known. */
  readonly found: { readonly file: string } | string
  /** The size that the file gives it. */
  readonly size?: Size | null
  readonly split?: Split | null
  /** How many objects there are, those among them that cannot be taken. */
  readonly count: number
  /** The objects, once the image's size is known. */
  readonly objects: (size: Size, problem: Telling) => readonly SaidObject[]
}

/** What the readers of all files share. */
export interface Reading {
  /** The folder that paths are told from. */
  readonly base: string
  readonly context: ImportContext
  readonly finder: ImageFinder
  /** Classes with their colours as files give them; the reader adds to it. */
  readonly classes: FoundClass[]
  readonly notes: Set<string>
}

/** A format whose files each speak of one image or of several. */
export interface LabelFormat {
  readonly format: ParsedDataset['format']
  /** Endings of its files, lower case. */
  readonly endings: readonly string[]
  readonly looks: (file: string) => Promise<boolean>
  /** Said where there is no such file: what the format's files are, in a sentence. */
  readonly none: { readonly title: string; readonly hint: string }
  /** Whether images that no file speaks of come along, unlabelled. */
  readonly takesOthers: boolean
  /** Throws AppError where the file as a whole cannot be read; what can be left out is told. */
  readonly read: (file: string, reading: Reading, problem: Telling) => Promise<readonly SaidImage[]> | readonly SaidImage[]
}

/** What lies at a path that was given: a single file with the images beside it, or a folder. */
export interface GivenFiles {
  readonly base: string
  readonly single: boolean
  /** The single file, or all of the folder. */
  readonly files: readonly string[]
  readonly images: readonly string[]
}

/** Throws AppError `not-found` or `too-many-files`. */
export async function filesAt(given: string, { signal }: Pick<ImportContext, 'signal'>): Promise<GivenFiles> {
  const files = await walkFiles(given, signal)
  const single = files.length === 1 && files[0] === path.resolve(given)
  const base = single ? path.dirname(files[0]!) : path.resolve(given)
  const images = (single ? await walkFiles(base, signal) : files).filter(isImageName)
  return { base, single, files, images }
}

/**
 * Reads a format's files at a path. Nothing is written. A file that cannot be read is told and left out; where none of them can, the first reason is
 * thrown. Of two files about one image the first counts. Areas become boxes in a detection.
 *
 * @throws AppError as `filesAt`, or `no-label-files`.
 */
export async function parseLabelFiles(given: string, context: ImportContext, format: LabelFormat): Promise<ParsedDataset> {
  const at = await filesAt(given, context)
  const candidates = at.files.filter((file) => at.single || format.endings.some((ending) => file.toLowerCase().endsWith(`.${ending}`)))
  const fits = at.single ? [true] : await mapLimited(candidates, 4, format.looks)
  const files = candidates.filter((_, i) => fits[i])
  if (files.length === 0) throw new AppError('no-label-files', `${path.basename(given)} holds no ${format.none.title}.`, format.none.hint)
  return readLabelFiles(files, at, context, format)
}

type Reader = Pick<LabelFormat, 'format' | 'takesOthers' | 'read'>

/** As `parseLabelFiles`, for files that are known already. */
export async function readLabelFiles(
  files: readonly string[],
  { base, single, images }: GivenFiles,
  context: ImportContext,
  { format, takesOthers, read }: Reader,
): Promise<ParsedDataset> {
  const reading: Reading = { base, context, finder: new ImageFinder(base, images, context.known), classes: [], notes: new Set() }
  const gathered: Gathered = { ...reading, problems: [], named: classNamed(context), parsed: new Map(), broken: new Set() }
  const failures: AppError[] = []
  let done = 0
  for (const file of files) {
    context.signal?.throwIfAborted()
    const problem = problemIn(gathered, file)
    try {
      const said = await read(file, reading, problem)
      const taken = await mapLimited(said, 8, (one) => imageOf(one, file, gathered))
      for (const image of taken) if (image !== null) keep(image, problem, gathered)
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      failures.push(aboutFile(thrown, file))
      problem(leftOut(thrown.message))
    }
    context.onProgress?.(++done, files.length, path.basename(file))
  }
  if (failures.length === files.length && failures[0] !== undefined) throw failures[0]
  const labelled = settled([...gathered.parsed.values()], gathered)
  const others =
    takesOthers && !single
      ? images.filter((file) => !gathered.parsed.has(file) && !gathered.broken.has(file)).map((file) => unlabelled(file, base))
      : []
  return {
    format,
    images: [...labelled, ...others],
    classNames: [...new Set(labelled.flatMap(({ objects }) => objects.map(({ className }) => className)))],
    foundClasses: reading.classes.map(({ name, color }) => ({ name: gathered.named(name), color })),
    problems: gathered.problems,
    notes: [...reading.notes],
  }
}

/** The error with the name of the file that it is about, where it does not tell it. */
function aboutFile(error: AppError, file: string): AppError {
  const name = path.basename(file)
  return error.message.includes(name) ? error : new AppError(error.code, `${name}: ${withStop(error.message)}`, error.hint, error)
}

interface Gathered extends Reading {
  readonly problems: ImportProblem[]
  readonly named: (name: string) => string
  readonly parsed: Map<string, ParsedImage>
  /** Images that are told of and can't be read. */
  readonly broken: Set<string>
}

function problemIn({ base, problems }: Gathered, file: string, name = ''): Telling {
  const prefix = name === '' ? '' : `${name}: `
  return (what) => void problems.push({ file: shownFile(base, file), what: prefix + what })
}

async function imageOf(said: SaidImage, file: string, gathered: Gathered): Promise<ParsedImage | null> {
  const problem = problemIn(gathered, file, said.name)
  if (typeof said.found === 'string') {
    problem(`${said.found}: ${say('its {{count}} objects are left out', { count: said.count })}`)
    return null
  }
  const image = said.found.file
  const size = await sizeOfImage(image, gathered.context)
  if (typeof size === 'string') {
    gathered.broken.add(image)
    problem(leftOut(say('its image cannot be read ({{size}})', { size })))
    return null
  }
  const given = said.size ?? size
  if (given.width !== size.width || given.height !== size.height)
    problem(say('said to have {{width}} x {{height}} pixels, has {{width2}} x {{height2}}', twoSizes(given, size)))
  const { objects, conflict } = withOneLabel(said.objects(size, problem).flatMap((object) => fitted(object, size, problem, gathered)))
  if (conflict) problem(say('it has several labels: the first is taken'))
  const labelled = isTold(objects, said.count, problem)
  return { path: image, size, split: said.split ?? splitOfFolder(gathered.base, image), labelled, objects }
}

function keep(image: ParsedImage, problem: Telling, { parsed, base }: Gathered): void {
  if (parsed.has(image.path))
    problem(leftOut(say('it is about {{file}}, as another file or entry is', { file: shownFile(base, image.path) })))
  else parsed.set(image.path, image)
}

/** The object as the project's task takes it, inside its image; nothing of it where it cannot be taken, which is told. */
function fitted(object: SaidObject, size: Size, problem: Telling, { named, context }: Gathered): ParsedObject[] {
  const { label, className, shape, crowd = false, difficult = false, note = '' } = object
  const tell: Telling = (what) => {
    problem(`${label}: ${what}`)
  }
  const given = className.trim()
  const [only, ...others] = context.classes
  const name = given !== '' ? given : only !== undefined && others.length === 0 ? only.name : null
  if (name === null || name.length > LONGEST_NAME) {
    tell(
      name === null
        ? leftOut(say('it has no class'))
        : leftOut(say('the name of its class is longer than {{letters}} letters', { letters: String(LONGEST_NAME) })),
    )
    return []
  }
  const fit = isPlaced(shape) ? fitShape(asTaskTakes(shape, context), size) : wholeImage(context)
  if (fit.what !== null) tell(fit.what)
  if (fit.shape === null) return []
  return [{ className: named(name), shape: fit.shape, crowd, difficult, ...(note === '' ? {} : { note: note.slice(0, 4000) }) }]
}

/** A detection learns boxes: of an outline or a mask the box round it. What can be drawn there stays what it is. */
function asTaskTakes(shape: PlacedShape, { task }: ImportContext): PlacedShape {
  const outlined = shape.type === 'polygon' || shape.type === 'mask'
  return TASKS[task].objects === 'boxes' && outlined ? { type: 'box', ...shapeBounds(shape) } : shape
}

function wholeImage({ task }: ImportContext): { readonly shape: Shape | null; readonly what: string | null } {
  if (TASKS[task].wholeImages) return { shape: { type: 'image' }, what: null }
  return { shape: null, what: leftOut(say('it is a label of the whole image, where objects are labelled')) }
}

/** Where a classification finds labels of whole images, the objects within images are left aside; with none, the import says so. */
function settled(images: readonly ParsedImage[], gathered: Gathered): ParsedImage[] {
  const isWhole = ({ shape }: ParsedObject): boolean => shape.type === 'image'
  if (TASKS[gathered.context.task].objects !== 'none' || !images.some(({ objects }) => objects.some(isWhole))) return [...images]
  return images.map((image) => {
    const objects = image.objects.filter(isWhole)
    const left = image.objects.length - objects.length
    if (left > 0) problemIn(gathered, image.path)(leftOut(say('{{count}} objects within it are no classes of images', { count: left })))
    return { ...image, objects, labelled: objects.length > 0 }
  })
}

/** The object that a reader makes, or nothing: a sentence instead of one, or an AppError, is told. */
export function objectFrom(label: string, problem: Telling, make: () => Omit<SaidObject, 'label'> | string): SaidObject[] {
  try {
    const made = make()
    if (typeof made !== 'string') return [{ label, ...made }]
    problem(`${label}: ${made}`)
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    problem(`${label}: ${leftOut(thrown.message)}`)
  }
  return []
}
