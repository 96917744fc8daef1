import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { bitMaskOfCocoRle } from '#shared/masks/coco-rle.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import type { Shape } from '#shared/records/shape.ts'
import { someNames } from '#shared/some-names.ts'
import { TASKS } from '#shared/task-facts.ts'
import { classNamed, LONGEST_NAME } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage, ParsedObject } from './dataset.ts'
import { fitShape, type Size } from './fit-shape.ts'
import { ImageFinder } from './image-finder.ts'
import { endsOf, isObject, type JsonObject, listIn, numbersIn, readJson } from './json-file.ts'
import { withOneLabel } from './image-label.ts'
import { sizeOfImage, twoSizes } from './image-size.ts'
import { isTold, leftOut } from './left-out.ts'
import { splitNamed, splitOfFolder } from './split-folders.ts'
import { extensionOf, isImageName, mapLimited, stemOf, walkFiles } from './walk.ts'

/** Whether a JSON file is one of COCO's, by its keys. */
export async function looksLikeCoco(file: string): Promise<boolean> {
  const text = await endsOf(file)
  return /"images"\s*:\s*\[/.test(text) || (/"annotations"\s*:\s*\[/.test(text) && /"categories"\s*:\s*\[/.test(text))
}

/**
 * Reads COCO's object format (Lin et al., ECCV 2014): a JSON file, or all of those in a folder, with the images in its folder or below the given
 * one. In a detection `bbox` counts, elsewhere `segmentation`: polygons, run lengths (plain or compressed), crowds among them, else the box; in a
 * classification an annotation is the image's label. Image splits come from their own key `split`, or the name of file or folder.
 *
 * @throws AppError `not-found`, `too-many-files`, `broken-json`, or `not-coco` where there is no such file.
 */
export async function parseCoco(given: string, context: ImportContext): Promise<ParsedDataset> {
  const found = await walkFiles(given, context.signal)
  const single = found.length === 1 && found[0] === path.resolve(given)
  const base = single ? path.dirname(found[0]!) : path.resolve(given)
  const files = single ? found : await cocoFiles(found)
  const images = (single ? await walkFiles(base, context.signal) : found).filter(isImageName)
  const finder = new ImageFinder(base, images, context.known)
  const reading: Reading = { base, context, finder, problems: [], named: classNamed(context), untold: new Set() }
  const parsed = new Map<string, ParsedImage>()
  for (const file of files) await readFile(file, reading, parsed)
  if (files.length === 0) throw notCoco(given)
  const taken = [...parsed.values()]
  const classNames = [...new Set(taken.flatMap(({ objects }) => objects.map(({ className }) => className)))]
  return { format: 'coco', images: taken, classNames, problems: reading.problems }
}

async function cocoFiles(files: readonly string[]): Promise<string[]> {
  const json = files.filter((file) => extensionOf(file) === 'json')
  const fits = await mapLimited(json, 4, looksLikeCoco)
  return json.filter((_, i) => fits[i])
}

function notCoco(given: string): AppError {
  return new AppError(
    'not-coco',
    `${path.basename(given)} holds no COCO annotations.`,
    'A COCO file is JSON with images, annotations and categories.',
  )
}

interface Reading {
  readonly base: string
  readonly context: ImportContext
  readonly finder: ImageFinder
  readonly problems: ImportProblem[]
  readonly named: (name: string) => string
  /** Images of which a file has objects, and none that could be taken; the reader adds to it. */
  readonly untold: Set<string>
}

async function readFile(file: string, reading: Reading, parsed: Map<string, ParsedImage>): Promise<void> {
  const json = await readJson(file)
  if (!isObject(json) || !Array.isArray(json['images'])) throw notCoco(file)
  const categories = new Map(
    listIn(json['categories']).flatMap((one) =>
      isObject(one) && typeof one['name'] === 'string' ? [[one['id'], one['name']] as const] : [],
    ),
  )
  const byImage = new Map<unknown, JsonObject[]>()
  const annotations = listIn(json['annotations']).filter(isObject)
  const apart = apartFromObjects(annotations, categories.size)
  if (apart === null) for (const one of annotations) push(byImage, one['image_id'], one)
  else reading.problems.push({ file: path.relative(reading.base, file), what: apart })
  const images = listIn(json['images']).filter(isObject)
  const strays = straysIn(byImage, images)
  if (strays !== null) reading.problems.push({ file: path.relative(reading.base, file), what: strays })
  let done = 0
  await mapLimited(images, 8, async (image) => {
    reading.context.signal?.throwIfAborted()
    await readImage(image, { ...reading, file, categories, annotations: byImage.get(image['id']) ?? [], apart: apart !== null }, parsed)
    reading.context.onProgress?.(++done, images.length, String(image['file_name']))
  })
}

/** What is told of annotations on images that the file does not list; null where there are none. */
function straysIn(byImage: ReadonlyMap<unknown, readonly JsonObject[]>, images: readonly JsonObject[]): string | null {
  const listed = new Set(images.map(({ id }) => id))
  const strays = [...byImage].filter(([id]) => !listed.has(id))
  if (strays.length === 0) return null
  const count = strays.reduce((sum, [, list]) => sum + list.length, 0)
  return leftOut(say('{{count}} annotations are of images that it does not list (image_id {{ids}})', { count, ids: someNames(strays.map(([id]) => String(id))) })) // prettier-ignore
}

/** Why a file's annotations are none of objects: COCO keeps sentences about images, and areas as pictures, in files of the same kind. */
function apartFromObjects(annotations: readonly JsonObject[], categories: number): string | null {
  if (annotations.length === 0) return null
  if (annotations.every((one) => Array.isArray(one['segments_info'])))
    return say('its areas lie in pictures beside it (panoptic), which are not read')
  const what = annotations.every((one) => typeof one['caption'] === 'string') ? 'captions' : 'annotations'
  return categories === 0 ? say('it names no classes, so its {{what}} are left out', { what }) : null
}

function push(map: Map<unknown, JsonObject[]>, key: unknown, value: JsonObject): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

interface OneImage extends Reading {
  readonly file: string
  readonly categories: ReadonlyMap<unknown, string>
  readonly annotations: readonly JsonObject[]
  /** The file's annotations are none of objects. */
  readonly apart: boolean
}

async function readImage(image: JsonObject, one: OneImage, parsed: Map<string, ParsedImage>): Promise<void> {
  const { base, context, problems, annotations, file } = one
  const name = String(image['file_name'] ?? '')
  const problem = (what: string): void => void problems.push({ file: path.relative(base, file), what: `${name}: ${what}` })
  const found = one.finder.find(name, file)
  if (typeof found === 'string') return problem(`${found}: ${say('its {{count}} objects are left out', { count: annotations.length })}`)
  const size = await sizeOfImage(found.file, context)
  if (typeof size === 'string') return problem(leftOut(say('it cannot be read ({{size}})', { size })))
  if (!sameSize(image, size))
    problem(
      say(
        'said to have {{width}} x {{height}} pixels, has {{width2}} x {{height2}}',
        twoSizes({ width: image['width'], height: image['height'] }, size),
      ),
    )
  const { objects, conflict } = withOneLabel(annotations.flatMap((annotation) => objectOf(annotation, size, one, problem)))
  if (conflict) problem(say('it has several labels: the first is taken'))
  if (!isTold(objects, annotations.length, problem)) one.untold.add(found.file)
  const empty = !one.apart && !TASKS[context.task].wholeImages
  const before = parsed.get(found.file)
  const labelled = objects.length > 0 || ((empty || before?.labelled === true) && !one.untold.has(found.file))
  // Several files may be about the same images, of which one holds the objects: COCO's own captions, instances and keypoints.
  if (before !== undefined && (objects.length === 0 || before.objects.length > 0)) {
    if (objects.length > 0 && !isDeepStrictEqual(objects, before.objects)) problem(leftOut(say('another file is about it too')))
    if (before.objects.length === 0) parsed.set(found.file, { ...before, labelled })
    return
  }
  const split = splitNamed(String(image['split'] ?? '')) ?? splitOfFolder(base, found.file) ?? splitInName(file) ?? before?.split ?? null
  parsed.set(found.file, { path: found.file, size, split, labelled, objects })
}

function sameSize(image: JsonObject, size: Size): boolean {
  return (
    (image['width'] === undefined || image['width'] === size.width) && (image['height'] === undefined || image['height'] === size.height)
  )
}

/** `instances_val2017.json` holds the images to validate on. */
function splitInName(file: string): ReturnType<typeof splitNamed> {
  for (const word of stemOf(file).split(/[^a-z]+/i)) {
    const split = splitNamed(word)
    if (split !== null) return split
  }
  return null
}

function objectOf(annotation: JsonObject, size: Size, one: OneImage, problem: (what: string) => void): ParsedObject[] {
  const label = say('annotation {{id}}', { id: String(annotation['id']) })
  const category = one.categories.get(annotation['category_id'])
  if (category === undefined || category.trim() === '' || category.length > LONGEST_NAME) {
    problem(leftOut(say('{{label}} has no category with a name', { label })))
    return []
  }
  try {
    const shape = shapeOf(annotation, one.context)
    if (typeof shape === 'string') {
      problem(`${label}: ${shape}`)
      return []
    }
    const fitted = shape.type === 'image' ? { shape, what: null } : fitShape(shape, size)
    if (fitted.what !== null) problem(`${label}: ${fitted.what}`)
    if (fitted.shape === null) return []
    const rest = { className: one.named(category), crowd: annotation['iscrowd'] === 1, difficult: annotation['difficult'] === 1 }
    return [{ ...rest, shape: fitted.shape }]
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    problem(`${label}: ${leftOut(thrown.message)}`)
    return []
  }
}

/** The annotation's shape, or why it has none. */
function shapeOf(annotation: JsonObject, { task }: ImportContext): Shape | string {
  const { wholeImages, objects } = TASKS[task]
  if (wholeImages) return { type: 'image' }
  const area = objects === 'areas' ? areaOf(annotation['segmentation']) : null
  if (area !== null) return area
  const box = numbersIn(annotation['bbox'])
  if (box === null || box.length !== 4) return leftOut(say('it has no bbox'))
  const [x, y, width, height] = box as [number, number, number, number]
  return width > 0 && height > 0 ? { type: 'box', x, y, width, height } : leftOut(say('its bbox has no size'))
}

/** Polygons of one object (their union in COCO, drawn even-odd here: they do not overlap in sound files) or run lengths; null for none. */
function areaOf(segmentation: unknown): Shape | string | null {
  if (Array.isArray(segmentation)) {
    const rings = segmentation.map(numbersIn).filter((ring) => ring !== null && ring.length >= 6 && ring.length % 2 === 0) as number[][]
    if (segmentation.length === 0) return null
    return rings.length === segmentation.length ? { type: 'polygon', rings } : leftOut(say('its segmentation is no list of polygons'))
  }
  if (!isObject(segmentation)) return null
  const size = numbersIn(segmentation['size'])
  const counts = segmentation['counts']
  const runs = typeof counts === 'string' ? counts : numbersIn(counts)
  if (size === null || size.length !== 2 || runs === null) return leftOut(say('its run lengths have no size or counts'))
  return (
    maskOf(bitMaskOfCocoRle({ size: size as unknown as [number, number], counts: runs })) ?? leftOut(say('its run lengths hold no pixel'))
  )
}
