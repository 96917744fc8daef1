import { stat } from 'node:fs/promises'
import path from 'node:path'
import { append } from '#shared/append.ts'
import { AppError } from '#shared/errors.ts'
import { boxContainsBox, clipBox, type Box } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { ImportProblem, ParsedDataset, ParsedImage, ParsedObject, ParseOptions } from './dataset.ts'
import { twoSizes } from './image-size.ts'
import type { KnownImages } from './known-images.ts'
import { isTold, leftOut } from './left-out.ts'
import { readSplits, type SplitOf } from './voc-splits.ts'
import { readVocXml, type VocFile, type VocObject } from './voc-xml.ts'
import { extensionOf, isImageName, mapLimited, stemOf, walkFiles } from './walk.ts'
import { readXmlFile } from './xml-file.ts'

const AT_ONCE = 8
/** Folders of a devkit that hold pictures, but no photographs. */
const MASK_FOLDERS = new Set(['segmentationclass', 'segmentationobject', 'segmentationclassaug'])

export interface VocOptions extends ParseOptions {
  /** Size of an image; throws where it cannot be read. */
  readonly probe: (file: string) => Promise<{ readonly width: number; readonly height: number }>
  /** Images that the project has already. */
  readonly known?: KnownImages
}

/**
 * Reads a folder of Pascal VOC: a devkit (`Annotations`, `JPEGImages`, `ImageSets/Main`, also several of them in one folder), XML files
 * beside their images (also in folders train, valid, test), or a single XML file. Nothing is written, and everything that is left
 * out or changed is told one by one: objects without size or outside the image, boxes clipped at its edge, files that are broken.
 * Images without an XML file come along unlabelled.
 *
 * @throws AppError `not-found`, `too-many-files`, or `no-annotations` where there is no VOC file at all.
 */
export async function parseVoc(root: string, options: VocOptions): Promise<ParsedDataset> {
  const base = await baseOf(root)
  const files = (await walkFiles(base, options.signal)).filter((file) => !isMask(file))
  const images = files.filter(isImageName)
  const single = extensionOf(root) === 'xml' ? path.resolve(root) : null
  const annotations = files.filter((file) => extensionOf(file) === 'xml' && (single === null || file === single))
  const problems: ImportProblem[] = []
  const reader: Reader = { base, images: new ImageFinder(base, images, options.known), options }
  let done = 0
  const parsed = await mapLimited(annotations, AT_ONCE, async (file) => {
    options.signal?.throwIfAborted()
    const result = await readAnnotation(reader, file)
    options.onProgress?.(++done, annotations.length, path.basename(file))
    return result
  })
  if (parsed.every((result) => result.notVoc)) throw noAnnotations(root)
  for (const result of parsed) append(problems, result.problems)
  const labelled = firstOfEach(
    parsed.flatMap(({ image, file }) => (image === null ? [] : [{ image, file }])),
    base,
    problems,
  )
  const told = new Set([...labelled.keys(), ...parsed.flatMap(({ broken }) => broken ?? [])])
  const unlabelled = single === null ? await takeUnlabelled(images, told, reader, problems) : []
  const splitOf = await readSplits(base, files, images, problems)
  return assemble([...labelled.values(), ...unlabelled], images, splitOf, problems)
}

/** The folder to look in: of a single XML file or of `Annotations` alone, the one that also holds the images. */
async function baseOf(root: string): Promise<string> {
  const absolute = path.resolve(root)
  const what = await stat(absolute).catch(() => null)
  const folder = what?.isFile() === true ? path.dirname(absolute) : absolute
  return path.basename(folder).toLowerCase() === 'annotations' ? path.dirname(folder) : folder
}

function isMask(file: string): boolean {
  return file.split(path.sep).some((part) => MASK_FOLDERS.has(part.toLowerCase()))
}

function noAnnotations(root: string): AppError {
  return new AppError(
    'no-annotations',
    `${path.basename(root)} holds no Pascal VOC annotations.`,
    'Import it as plain images, or choose the folder that holds the XML files.',
  )
}

interface Reader {
  readonly base: string
  readonly images: ImageFinder
  readonly options: VocOptions
}

interface ReadAnnotation {
  readonly file: string
  readonly image: ParsedImage | null
  readonly problems: readonly ImportProblem[]
  readonly notVoc: boolean
  /** An image that is told of here and can't be read. */
  readonly broken?: string
}

async function readAnnotation(reader: Reader, file: string): Promise<ReadAnnotation> {
  const name = path.relative(reader.base, file)
  const failed = (what: string, notVoc = false): ReadAnnotation => ({ file, image: null, problems: [{ file: name, what }], notVoc })
  let voc: VocFile
  try {
    voc = readVocXml(await readXmlFile(file))
  } catch (thrown) {
    if (thrown instanceof AppError) return failed(leftOut(thrown.message), thrown.code === 'not-voc')
    throw thrown
  }
  const found = reader.images.find(file, voc.filename)
  if (typeof found === 'string') return failed(`${found}: ${say('its {{count}} objects are left out', { count: voc.objects.length })}`)
  const image = found.file
  const size = await sizeOf(image, reader.options)
  if (typeof size === 'string') return { ...failed(leftOut(say('its image cannot be read ({{size}})', { size }))), broken: image }
  const problems = voc.problems.concat(sizeMismatch(voc, size), guesses(voc))
  const objects = voc.objects.flatMap((object) => fit(object, size, problems))
  const labelled = isTold(objects, voc.objects.length + voc.problems.length, (what) => problems.push(what))
  const parsed = { path: image, size, split: null, labelled, objects }
  return { file, image: parsed, problems: problems.map((what) => ({ file: name, what })), notVoc: false }
}

async function sizeOf(image: string, { probe }: VocOptions): Promise<{ width: number; height: number } | string> {
  try {
    const { width, height } = await probe(image)
    return { width, height }
  } catch (thrown) {
    // What is not about this image ends the import.
    if (thrown instanceof AppError && !isImageError(thrown)) throw thrown
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

function sizeMismatch({ size }: VocFile, real: { width: number; height: number }): string[] {
  if (size === null) return []
  if (size.width === real.width && size.height === real.height) return []
  return [
    say(
      'says the image has {{width}} x {{height}} pixels, it has {{width2}} x {{height2}}: boxes taken as they stand',
      twoSizes(size, real),
    ),
  ]
}

function guesses({ objects }: VocFile): string[] {
  const count = objects.filter(({ confidence }) => confidence !== null).length
  return count === 0 ? [] : [say("{{count}} of its objects carry a confidence: a model's guesses, taken as labels", { count })]
}

/** The object inside its image: as it is, clipped, or not at all; the latter two are told. */
function fit(object: VocObject, size: { width: number; height: number }, problems: string[]): ParsedObject[] {
  const frame: Box = { x: 0, y: 0, ...size }
  const { className, difficult, label, box } = object
  if (boxContainsBox(frame, box)) return [{ className, difficult, crowd: false, shape: { type: 'box', ...box } }]
  const inside = clipBox(box, frame)
  const frameSize = `${size.width} x ${size.height}`
  const edges = `${box.x}, ${box.y}, ${box.x + box.width}, ${box.y + box.height}`
  if (inside === null) {
    problems.push(`${label}: ${say('lies outside of the {{size}} image ({{edges}}), left out', { size: frameSize, edges })}`)
    return []
  }
  problems.push(`${label}: ${say('reaches over the edge of the {{size}} image ({{edges}}), clipped', { size: frameSize, edges })}`)
  return [{ className, difficult, crowd: false, shape: { type: 'box', ...inside } }]
}

/** One annotation an image: of two that mean the same image the first is taken. */
function firstOfEach(
  found: readonly { image: ParsedImage; file: string }[],
  base: string,
  problems: ImportProblem[],
): Map<string, ParsedImage> {
  const images = new Map<string, ParsedImage>()
  const from = new Map<string, string>()
  for (const { image, file } of found) {
    const other = from.get(image.path)
    if (other === undefined) {
      images.set(image.path, image)
      from.set(image.path, file)
      continue
    }
    const what = leftOut(say('is about {{file}}, like {{file2}}', { file: path.basename(image.path), file2: path.relative(base, other) }))
    problems.push({ file: path.relative(base, file), what })
  }
  return images
}

async function takeUnlabelled(
  images: readonly string[],
  told: ReadonlySet<string>,
  reader: Reader,
  problems: ImportProblem[],
): Promise<ParsedImage[]> {
  const rest = images.filter((image) => !told.has(image))
  const taken = await mapLimited(rest, AT_ONCE, async (image) => {
    const size = await sizeOf(image, reader.options)
    if (typeof size !== 'string') return { path: image, size, split: null, labelled: false, objects: [] }
    problems.push({ file: path.relative(reader.base, image), what: leftOut(say('cannot be read ({{size}})', { size })) })
    return null
  })
  return taken.filter((image) => image !== null)
}

function assemble(
  found: readonly ParsedImage[],
  order: readonly string[],
  splitOf: SplitOf,
  problems: readonly ImportProblem[],
): ParsedDataset {
  const rank = new Map(order.map((image, index) => [image, index]))
  const images = found
    .map((image) => ({ ...image, split: splitOf(image.path) }))
    .sort((a, b) => (rank.get(a.path) ?? 0) - (rank.get(b.path) ?? 0))
  const classNames = [...new Set(images.flatMap(({ objects }) => objects.map(({ className }) => className)))]
  return { format: 'voc', images, classNames, problems }
}

/** Finds the image that an XML file is about. */
class ImageFinder {
  readonly #base: string
  readonly #known: KnownImages | undefined
  readonly #byPlace = new Map<string, string[]>()
  readonly #byStem = new Map<string, string[]>()

  constructor(base: string, images: readonly string[], known: KnownImages | undefined) {
    this.#base = base
    this.#known = known
    for (const image of images) {
      add(this.#byPlace, path.join(path.dirname(image), stemOf(image)), image)
      add(this.#byStem, stemOf(image), image)
    }
  }

  /**
   * By the XML file's own name, beside it or where `Annotations` in its path reads `JPEGImages` or `images`; then by the name that it
   * gives; then anywhere below the folder, if there is one image of the name; then among the project's. The folders that the XML file
   * gives are those of another machine and are not looked at. A sentence where there is none.
   */
  find(xml: string, filename: string | null): { readonly file: string } | string {
    const given = filename === null ? null : path.posix.basename(filename.replaceAll('\\', '/'))
    const stems = given === null ? [stemOf(xml)] : [stemOf(xml), stemOf(given)]
    for (const folder of this.#foldersFor(xml))
      for (const stem of stems) {
        const here = this.#byPlace.get(path.join(folder, stem))
        if (here !== undefined) return { file: here.find((image) => path.basename(image) === given) ?? here[0]! }
      }
    const below = stems.flatMap((stem) => this.#byStem.get(stem) ?? [])
    for (const stem of stems) {
      const anywhere = this.#byStem.get(stem)
      if (anywhere?.length === 1) return { file: anywhere[0]! }
    }
    // Of a.png and a.jpg the project may have both.
    const keys = given === null ? stems : stemOf(given) === stems[0] ? [given, ...stems] : [stems[0]!, given, stemOf(given)]
    const known = below.length > 0 ? null : this.#known?.find(keys)
    return known ?? say('there is no image {{name}} for it', { name: filename ?? stemOf(xml) })
  }

  #foldersFor(xml: string): string[] {
    const folder = path.dirname(xml)
    const parts = path.relative(this.#base, folder).split(path.sep)
    const at = parts.findLastIndex((part) => part.toLowerCase() === 'annotations')
    if (at < 0) return [folder]
    const beside = ['JPEGImages', 'images', 'Images', 'imgs', 'img', '.'].map((name) => path.join(this.#base, ...parts.with(at, name)))
    return [...beside, folder]
  }
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
