import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { TASKS } from '#shared/task-facts.ts'
import { classNamed, LONGEST_NAME } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage, ParsedObject, ParsedRegion } from './dataset.ts'
import { FULLY_LABELLED, IMAGE, LABELLED } from './geojson-out.ts'
import { fitShape, type Size } from './fit-shape.ts'
import { ImageFinder } from './image-finder.ts'
import { sizeOfImage } from './image-size.ts'
import { endsOf, isObject, type JsonObject, listIn, numbersIn, readJson } from './json-file.ts'
import { isTold, leftOut } from './left-out.ts'
import { MeasurementReader } from './measurements-in.ts'
import { lineFrom } from './outline.ts'
import { splitOfFolder, unlabelled } from './split-folders.ts'
import { extensionOf, isImageName, mapLimited, stemOf, walkFiles } from './walk.ts'

/** Whether a file is GeoJSON as QuPath writes it; of a packed one (.geojson.gz) its name tells. */
export async function looksLikeGeoJson(file: string): Promise<boolean> {
  if (PACKED.test(file)) return true
  const text = await endsOf(file)
  return /"type"\s*:\s*"(Feature|FeatureCollection)"/.test(text) && /"(geometry|features)"\s*:/.test(text)
}

const PACKED = /\.geojson\.gz$/i

/** Whether a file's name is that of GeoJSON. */
export function isGeoJsonName(file: string): boolean {
  return ['json', 'geojson'].includes(extensionOf(file)) || PACKED.test(file)
}

/**
 * Reads GeoJSON (RFC 7946) as QuPath writes it, in pixels of the image: a FeatureCollection, or a list of features, named as its image
 * (`slide.geojson` or `slide.png.geojson` for `slide.png`, beside it or in another folder below); where the collection has a member
 * `image`, as ours do, that names it. The class is `properties.classification.name`; an
 * object without one gets the project's class where there is only one, else an annotation without one is a region of interest, as is an area of the
 * class Region*. Polygons become areas, in a detection boxes; points and lines stay such. Rings
 * within rings are holes, ellipses are the polygons that QuPath makes of them. Names and descriptions become notes, colours of classes are those of new
 * ones. Measurements go along with what was measured (measurements-in.ts).
 *
 * @throws AppError `not-found`, `too-many-files`, or `not-geojson` where there is no such file.
 */
export async function parseGeoJson(given: string, context: ImportContext): Promise<ParsedDataset> {
  const found = await walkFiles(given, context.signal)
  const single = found.length === 1 && found[0] === path.resolve(given)
  const base = single ? path.dirname(found[0]!) : path.resolve(given)
  const files = single ? found : await geoJsonFiles(found)
  if (files.length === 0) throw notGeoJson(given)
  const images = (single ? await walkFiles(base, context.signal) : found).filter(isImageName)
  const reading: Reading = {
    base,
    context,
    problems: [],
    broken: new Set(),
    named: classNamed(context),
    finder: new ImageFinder(base, images, context.known),
    colors: new Map(),
  }
  let done = 0
  const parsed = await mapLimited(files, 4, async (file) => {
    context.signal?.throwIfAborted()
    const image = await readOne(file, reading)
    context.onProgress?.(++done, files.length, path.basename(file))
    return image
  })
  const labelled = new Map<string, ParsedImage>()
  for (const image of parsed) if (image !== null && !labelled.has(image.path)) labelled.set(image.path, image)
  const alone = single
    ? []
    : images.filter((image) => !labelled.has(image) && !reading.broken.has(image)).map((image) => unlabelled(image, base))
  const classNames = [...new Set([...labelled.values()].flatMap(({ objects }) => objects.map(({ className }) => className)))]
  const foundClasses = [...reading.colors].map(([name, color]) => ({ name, color }))
  return { format: 'geojson', images: [...labelled.values(), ...alone], classNames, foundClasses, problems: reading.problems }
}

async function geoJsonFiles(files: readonly string[]): Promise<string[]> {
  const json = files.filter(isGeoJsonName)
  const fits = await mapLimited(json, 4, looksLikeGeoJson)
  return json.filter((_, i) => fits[i])
}

function notGeoJson(given: string): AppError {
  return new AppError('not-geojson', `${path.basename(given)} holds no GeoJSON.`, 'QuPath writes it with File > Export objects as GeoJSON.')
}

interface Reading {
  readonly base: string
  readonly context: ImportContext
  readonly problems: ImportProblem[]
  /** Images that are told of and can't be read. */
  readonly broken: Set<string>
  readonly named: (name: string) => string
  readonly finder: ImageFinder
  /** Of classes, `#rrggbb`. */
  readonly colors: Map<string, string>
}

async function readOne(file: string, reading: Reading): Promise<ParsedImage | null> {
  const name = path.relative(reading.base, file)
  const problem = (what: string): void => void reading.problems.push({ file: name, what })
  const json = await readJson(file).catch((thrown: unknown) => {
    // Told with what is left out.
    if (thrown instanceof AppError) return thrown
    throw thrown
  })
  const found = imageOf(file, json, reading)
  if (typeof found === 'string') {
    problem(leftOut(found))
    return null
  }
  const image = found.file
  const size = await sizeOfImage(image, reading.context)
  if (typeof size === 'string') {
    problem(leftOut(say('its image cannot be read ({{size}})', { size })))
    reading.broken.add(found.file)
    return null
  }
  try {
    if (json instanceof AppError) throw json
    const features = featuresIn(json)
    const one: OneImage = { ...reading, size, problem, regions: [], measures: new MeasurementReader() }
    const objects = features.flatMap((feature, i) => objectsOf(feature, i + 1, one))
    for (const what of one.measures.problems()) problem(what)
    const { regions } = one
    const given = features.filter((feature) => !isObject(feature) || !isRegion(feature, propertiesOf(feature), one)).length
    const unsaid = given === 0 && isObject(json) && json[LABELLED] === false
    const labelled = !unsaid && isTold(objects, given, problem)
    return {
      ...{ path: image, size, split: splitOfFolder(reading.base, image), labelled, objects },
      ...(regions.length === 0 ? {} : { regions }),
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    problem(leftOut(thrown.message))
    return unlabelled(image, reading.base)
  }
}

/**
 * The image of a file, or why there is none: the one that a file of ours names within, whatever it is called itself (of two images of one name the
 * second's file is `a_2.geojson`, which may be the name of a third); else, or where no image is called so any more, the one that bears its name.
 */
function imageOf(file: string, json: unknown, { finder }: Reading): { readonly file: string } | string {
  const name = isObject(json) ? textIn(json[IMAGE]) : ''
  const named = name === '' ? '' : finder.find(name, file)
  if (typeof named !== 'string' || (name !== '' && finder.knows(name))) return named
  return finder.findFor(file, stemOf(PACKED.test(file) ? file.slice(0, -3) : file))
}

function featuresIn(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json as readonly unknown[]
  if (!isObject(json)) throw new AppError('not-geojson', 'It is no GeoJSON')
  return json['type'] === 'Feature' ? [json] : listIn(json['features'])
}

interface OneImage extends Reading {
  readonly size: Size
  readonly problem: (what: string) => void
  /** Those that were met, gathered. */
  readonly regions: ParsedRegion[]
  readonly measures: MeasurementReader
}

function objectsOf(feature: unknown, number: number, one: OneImage): ParsedObject[] {
  const problem = (what: string): void => {
    one.problem(`${say('object {{number}}', { number: String(number) })}: ${what}`)
  }
  if (!isObject(feature)) return []
  const properties = propertiesOf(feature)
  if (isRegion(feature, properties, one)) return takeRegion(feature, properties, { ...one, problem })
  const className = classOf(properties, one)
  if (className === null) {
    const { name = '' } = textsOf(properties)
    problem(leftOut(name === '' ? say('it has no class') : say('it has no class, only the name {{name}}', { name: name.slice(0, 80) })))
    return []
  }
  const shapes = shapesOf(feature['geometry'], one.context)
  if (typeof shapes === 'string') {
    problem(shapes)
    return []
  }
  keepColor(properties['classification'], className, one)
  const told = { ...textsOf(properties), ...(properties['isLocked'] === true ? { locked: true } : {}) }
  const measured = one.measures.read(properties['measurements'])
  return shapes.flatMap((shape) => {
    const fitted = fitShape(shape, one.size)
    if (fitted.what !== null) problem(fitted.what)
    if (fitted.shape === null) return []
    const rest = { className, difficult: false, crowd: false, ...told }
    if (measured === null) return [{ ...rest, shape: fitted.shape }]
    // What was measured is of all of it: neither of a part nor of one among several.
    const whole = shapes.length === 1 && (fitted.what === null || fitted.shape === shape)
    if (!whole) one.measures.leaveOut('cut')
    return [{ ...rest, shape: fitted.shape, ...(whole ? { measured } : {}) }]
  })
}

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isObject(properties) ? properties : {})

/** The class that QuPath marks regions with; by its asterisk it is no class of objects. */
const REGION_CLASS = /^region\*?$/i
const AREAS: readonly unknown[] = ['Polygon', 'MultiPolygon']

/** An area of the class Region*, or an annotation without any class where it cannot be an object of the only one. */
function isRegion({ geometry }: JsonObject, properties: JsonObject, { context }: Reading): boolean {
  if (!isObject(geometry) || !AREAS.includes(geometry['type']) || !REGION_TASKS.includes(context.task)) return false
  const name = saidClass(properties).trim()
  if (REGION_CLASS.test(name)) return !context.classes.some((known) => known.name.toLowerCase() === name.toLowerCase())
  return name === '' && properties['objectType'] === 'annotation' && context.classes.length !== 1
}

/** Kinds of task to which regions mean something. */
const REGION_TASKS: readonly string[] = ['detection', 'segmentation']

function takeRegion({ geometry }: JsonObject, properties: JsonObject, { context, size, regions, measures, problem }: OneImage): never[] {
  // A region keeps its outline in a detection, too.
  const shapes = shapesOf(geometry, { ...context, task: 'segmentation' })
  if (measures.read(properties['measurements']) !== null) measures.leaveOut('region')
  if (typeof shapes === 'string') problem(shapes)
  else
    for (const given of shapes) {
      const { shape, what } = fitShape(given, size)
      if (what !== null) problem(what)
      const metadata = isObject(properties['metadata']) ? properties['metadata'] : {}
      const facts = { name: textIn(properties['name']).slice(0, 120), fullyLabelled: metadata[FULLY_LABELLED] === 'true' }
      if (shape !== null && isAreaShape(shape)) regions.push({ shape, ...facts })
    }
  return []
}

const LONGEST_OWN_NAME = 200

/** An object's own name, and as its note the description that QuPath keeps in its metadata. A name that is too long becomes a note. */
function textsOf(properties: JsonObject): { name?: string; note?: string } {
  const metadata = isObject(properties['metadata']) ? properties['metadata'] : {}
  const name = textIn(properties['name'])
  const texts = [
    ...(name.length > LONGEST_OWN_NAME ? [name] : []),
    textIn(metadata['ANNOTATION_DESCRIPTION']),
    textIn(properties['description']),
  ]
  const note = [...new Set(texts)]
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, 4000)
  return { ...(name === '' || name.length > LONGEST_OWN_NAME ? {} : { name }), ...(note === '' ? {} : { note }) }
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** `color` [r, g, b] as QuPath writes it now, or `colorRGB`, the bytes of a whole number, as it did. */
function keepColor(classification: unknown, className: string, { colors }: Reading): void {
  if (!isObject(classification) || colors.has(className)) return
  const parts = numbersIn(classification['color'])
  const packed = classification['colorRGB'] ?? classification['color']
  const rgb = parts !== null && parts.length >= 3 ? ((parts[0]! & 255) << 16) | ((parts[1]! & 255) << 8) | (parts[2]! & 255) : packed
  if (typeof rgb === 'number' && Number.isInteger(rgb)) colors.set(className, `#${(rgb & 0xffffff).toString(16).padStart(6, '0')}`)
}

/** QuPath's classification, older and newer spelling; a derived class (`Tumor: Positive`) keeps its whole name. */
function classOf(properties: JsonObject, { named, context }: Reading): string | null {
  const text = saidClass(properties)
  if (text.trim() !== '' && text.length <= LONGEST_NAME) return named(text)
  return context.classes.length === 1 && text === '' ? context.classes[0]!.name : null
}

/** The class as it is written; empty where there is none. */
function saidClass(properties: JsonObject): string {
  const given = properties['classification']
  const names = isObject(given) ? listIn(given['names']).filter((name) => typeof name === 'string') : []
  const name = isObject(given) ? given['name'] : given
  return typeof name === 'string' ? name : names.join(': ')
}

/** The shapes of a geometry, or why there are none. */
function shapesOf(geometry: unknown, { task }: ImportContext): PlacedShape[] | string {
  if (!isObject(geometry)) return leftOut(say('it has no geometry'))
  const coordinates = listIn(geometry['coordinates'])
  switch (geometry['type']) {
    case 'Point':
      return points([coordinates])
    case 'MultiPoint':
      return points(coordinates)
    case 'Polygon':
      return area([coordinates], task)
    case 'MultiPolygon':
      return area(coordinates.map(listIn), task)
    case 'LineString':
      return lines([coordinates])
    case 'MultiLineString':
      return lines(coordinates.map(listIn))
    default:
      return leftOut(say('a {{type}} is neither an area nor a point', { type: String(geometry['type']) }))
  }
}

function points(list: readonly unknown[]): PlacedShape[] | string {
  const pairs = list.map(numbersIn)
  if (pairs.some((pair) => pair === null || pair.length < 2)) return leftOut(say('its coordinates are no numbers'))
  return pairs.map((pair) => ({ type: 'point', x: pair![0]!, y: pair![1]! }))
}

function lines(list: readonly (readonly unknown[])[]): PlacedShape[] | string {
  const found = list.map((corners) => {
    const pairs = corners.map(numbersIn)
    return lineFrom(pairs.map((pair) => pair ?? []))
  })
  const wrong = found.find((line) => typeof line === 'string')
  return wrong ?? found.filter((line) => typeof line !== 'string')
}

function area(polygons: readonly (readonly unknown[])[], task: ImportContext['task']): PlacedShape[] | string {
  const rings: number[][] = []
  for (const polygon of polygons)
    for (const given of polygon) {
      const ring = ringOf(given)
      if (ring === null) return leftOut(say('its coordinates are no numbers'))
      if (ring.length < 6) return leftOut(say('it has fewer than three corners'))
      rings.push(ring)
    }
  if (rings.length === 0) return leftOut(say('it has no corners'))
  const shape: PlacedShape = { type: 'polygon', rings }
  return [TASKS[task].objects === 'boxes' ? { type: 'box', ...shapeBounds(shape) } : shape]
}

/** Corners in a row, without the last, which repeats the first. */
function ringOf(given: unknown): number[] | null {
  const corners = listIn(given).map(numbersIn)
  if (corners.some((corner) => corner === null || corner.length < 2)) return null
  const ring = corners.flatMap((corner) => [corner![0]!, corner![1]!])
  const closed = ring.length >= 4 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1)
  return closed ? ring.slice(0, -2) : ring
}
