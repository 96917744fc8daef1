import type { FileHandle } from 'node:fs/promises'
import { assertNever } from '#shared/assert.ts'
import { groupBy } from '#shared/group-by.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import type { Measurement } from '#shared/records/measurement.ts'
import type { Shape } from '#shared/records/shape.ts'
import { lossNotes } from './format-limits.ts'
import { givenPath, lastTwo } from './known-images.ts'
import { polygonsOfRings } from './geojson-rings.ts'
import { objectsByImage, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { ringsOf } from './outline.ts'
import { writeEach, writeFilePerImage } from './per-image-out.ts'

/**
 * Writes GeoJSON (RFC 7946) as QuPath opens it: a FeatureCollection an image, in pixels, with `classification` name and colour, `objectType`
 * annotation or, for predictions, detection. Measurements are those of the file that an object came from, and a prediction's score. An object's name and lock stand where QuPath has
 * them, its note as the description. Regions of interest come first, as annotations of the class Region*. Masks become the outlines of their pixels, so that reading them back gives the same pixels; ellipses become
 * polygons, lines and rulers are LineStrings. Of several images a folder is written, `<image>.geojson` each, whole or not at all; of one, a
 * name that ends in .geojson or .json gives that file.
 *
 * @throws AppError as `writeFilePerImage`.
 */
export async function writeGeoJson(target: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = new Map(set.classes.map((record) => [record.id, record]))
  const objects = objectsByImage(set)
  const features = (list: readonly LabelledObject[]): LabelledObject[] => list.filter(({ shape }) => shape.type !== 'image')
  const textOf = (object: LabelledObject): string =>
    JSON.stringify(featureOf(object, classes.get(object.classId), set.measured?.of(object) ?? []))
  const lists = [...objects.values()]
  const names = tellingNames(set.images)
  await writeFilePerImage(target, set, {
    ending: '.geojson',
    single: /\.(geo)?json$/i,
    write: (handle, image, own) => writeCollection(handle, collectionOf(image, features(own), set, names.get(image)!), textOf),
  })
  return { rows: lists.reduce((sum, list) => sum + features(list).length, 0), notes: lossNotes('geojson', set) }
}

interface Collection {
  readonly image: string
  readonly regions: readonly RegionRecord[]
  readonly objects: readonly LabelledObject[]
  /** Nobody looked for objects: there are regions alone, which say nothing of those. */
  readonly unlabelled: boolean
}

/**
 * By what each image is named within its file: its name; of several of one name with its folder, and where that is one name too by its path from the
 * project. An import looks for all of these.
 */
function tellingNames(images: readonly ImageRecord[]): ReadonlyMap<ImageRecord, string> {
  const ways = [({ name }: ImageRecord) => name, (image: ImageRecord) => lastTwo(givenPath(image.absolutePath))]
  let open = images
  const found = new Map<ImageRecord, string>()
  for (const way of ways) {
    const alike = groupBy(open, way)
    for (const [name, [image, ...others]] of alike) if (image !== undefined && others.length === 0) found.set(image, name)
    open = open.filter((image) => !found.has(image))
  }
  for (const image of open) found.set(image, image.relativePath === '' ? image.name : image.relativePath)
  return found
}

function collectionOf(image: ImageRecord, objects: readonly LabelledObject[], { regions = [] }: LabelSet, name: string): Collection {
  const own = regions.filter(({ imageId }) => imageId === image.id)
  return { image: name, regions: own, objects, unlabelled: own.length > 0 && objects.length === 0 && !isFinished(image) }
}

async function writeCollection(
  handle: FileHandle,
  { image, regions, objects, unlabelled }: Collection,
  textOf: (object: LabelledObject) => string,
): Promise<void> {
  // Foreign members (RFC 7946, 6.1): other programs pass them over.
  await handle.write(
    `{"type":"FeatureCollection","${IMAGE}":${JSON.stringify(image)},${unlabelled ? `"${LABELLED}":false,` : ''}"features":[`,
  )
  await writeEach(handle, regions, (region, i) => (i === 0 ? '\n' : ',\n') + JSON.stringify(regionFeature(region)))
  await writeEach(handle, objects, (object, i) => (i + regions.length === 0 ? '\n' : ',\n') + textOf(object))
  await handle.write('\n]}\n')
}

/** Of a collection: the name of its image, for a file that is called otherwise. */
export const IMAGE = 'image'

/** Of a collection, false: that it holds no objects does not say that there are none. */
export const LABELLED = 'labelled'

/** Under this name of QuPath's metadata a region says `true` where everything in it is labelled. */
export const FULLY_LABELLED = 'fully_labelled'

/** QuPath shows the class Region* as an outline around other objects. */
function regionFeature({ id, shape, name, fullyLabelled }: RegionRecord): Record<string, unknown> {
  return {
    type: 'Feature',
    ...(UUID.test(id) ? { id } : {}),
    geometry: geometryOf(shape),
    properties: {
      objectType: 'annotation',
      classification: { name: 'Region*', color: [0, 0, 180] },
      ...(name === '' ? {} : { name }),
      ...(fullyLabelled ? { metadata: { [FULLY_LABELLED]: 'true' } } : {}),
    },
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function featureOf(object: LabelledObject, of: ClassRecord | undefined, measured: readonly Measurement[]): Record<string, unknown> {
  const { id, shape, score, note = '', name = '', locked = false } = object as LabelledObject & { readonly id?: unknown }
  const scored = score === undefined ? [] : [{ name: 'Score', value: rounded(score, 6) }]
  const measurements = [...measured, ...scored].map(({ name, value }) => [name, value] as const)
  return {
    type: 'Feature',
    ...(typeof id === 'string' && UUID.test(id) ? { id } : {}),
    geometry: geometryOf(shape),
    properties: {
      objectType: score === undefined ? 'annotation' : 'detection',
      ...(of === undefined ? {} : { classification: { name: of.name, color: rgbOf(of.color) } }),
      ...(name === '' ? {} : { name }),
      ...(locked ? { isLocked: true } : {}),
      ...(note === '' ? {} : { metadata: { ANNOTATION_DESCRIPTION: note } }),
      ...(measurements.length === 0 ? {} : { measurements: Object.fromEntries(measurements) }),
    },
  }
}

function rgbOf(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
}

function geometryOf(shape: Shape): Record<string, unknown> | null {
  switch (shape.type) {
    case 'point':
      return { type: 'Point', coordinates: [rounded(shape.x, 4), rounded(shape.y, 4)] }
    case 'box':
      return areaOf(ringsOf(shape).map((ring) => ring.map((value) => rounded(value, 4))))
    case 'polygon':
    case 'mask':
      return areaOf(ringsOf(shape))
    case 'ellipse':
    case 'rotated-box':
      return areaOf(ringsOf(shape).map((ring) => ring.map((value) => rounded(value, 4))))
    case 'polyline':
    case 'ruler':
      return { type: 'LineString', coordinates: pairsOf(shape.points.map((value) => rounded(value, 4))) }
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}

const pairsOf = (flat: readonly number[]): number[][] => flat.flatMap((x, i) => (i % 2 === 0 ? [[x, flat[i + 1]!]] : []))

function areaOf(rings: readonly (readonly number[])[]): Record<string, unknown> {
  const polygons = polygonsOfRings(rings)
  return polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons }
}
