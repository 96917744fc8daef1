import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { counted } from '#shared/counted.ts'
import { assertNever } from '#shared/assert.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import { outlines } from '#shared/masks/outlines.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { Shape } from '#shared/records/shape.ts'
import { writeFolderWhole } from '../../files/write-folder.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { uniqueNames } from './file-names.ts'
import { polygonsOfRings } from './geojson-rings.ts'
import { noteIf, objectsByImage, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'

/**
 * Writes GeoJSON (RFC 7946) as QuPath opens it: a FeatureCollection an image, in pixels, with `classification` name and colour, `objectType`
 * annotation or, for predictions, detection, and a prediction's score among the measurements. Masks become the outlines of their pixels, so that
 * reading them back gives the same pixels. Of several images a folder is written, `<image>.geojson` each, whole or not at all; of one, a
 * name that ends in .geojson or .json gives that file.
 *
 * @throws AppError as `writeFolderWhole` or `writeWhole`.
 */
export async function writeGeoJson(target: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = new Map(set.classes.map((record) => [record.id, record]))
  const objects = objectsByImage(set)
  const features = (list: readonly LabelledObject[]): LabelledObject[] => list.filter(({ shape }) => shape.type !== 'image')
  const textOf = (object: LabelledObject): string => JSON.stringify(featureOf(object, classes.get(object.classId)))
  const [only, ...others] = set.images
  const lists = [...objects.values()]
  const rows = lists.reduce((sum, list) => sum + features(list).length, 0)
  if (only !== undefined && others.length === 0 && /\.(geo)?json$/i.test(target)) {
    await writeWhole(target, (handle) => writeCollection(handle, features(lists.flat()), textOf))
  } else {
    const names = uniqueNames(set.images)
    await writeFolderWhole(target, async (writer) => {
      for (const image of set.images)
        await writer.made(`${names.get(image)!.stem}.geojson`, (file) =>
          writeWhole(file, (handle) => writeCollection(handle, features(objects.get(image.id) ?? []), textOf)),
        )
    })
  }
  const left = lists.flat().length - rows
  return {
    rows,
    notes: noteIf(left, (n) => `GeoJSON of ${path.basename(target)} holds objects: ${counted(n, 'label')} of whole images left out.`),
  }
}

/** Objects turned into text at once. */
const BATCH = 2000

async function writeCollection(
  handle: FileHandle,
  objects: readonly LabelledObject[],
  textOf: (object: LabelledObject) => string,
): Promise<void> {
  await handle.write('{"type":"FeatureCollection","features":[')
  for (let from = 0; from < objects.length; from += BATCH) {
    const text = objects.slice(from, from + BATCH).map(textOf)
    await handle.write((from === 0 ? '\n' : ',\n') + text.join(',\n'))
  }
  await handle.write('\n]}\n')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function featureOf(object: LabelledObject, of: ClassRecord | undefined): Record<string, unknown> {
  const { id, shape, score, note = '' } = object as LabelledObject & { readonly id?: unknown }
  return {
    type: 'Feature',
    ...(typeof id === 'string' && UUID.test(id) ? { id } : {}),
    geometry: geometryOf(shape),
    properties: {
      objectType: score === undefined ? 'annotation' : 'detection',
      ...(of === undefined ? {} : { classification: { name: of.name, color: rgbOf(of.color) } }),
      ...(note === '' ? {} : { name: note }),
      ...(score === undefined ? {} : { measurements: { Score: rounded(score, 6) } }),
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
    case 'box': {
      const { x, y, width, height } = shape
      return areaOf([[x, y, x + width, y, x + width, y + height, x, y + height].map((value) => rounded(value, 4))])
    }
    case 'polygon':
      return areaOf(shape.rings)
    case 'mask':
      return areaOf(outlines(maskSpans(bitMaskOf(shape))))
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}

function areaOf(rings: readonly (readonly number[])[]): Record<string, unknown> {
  const polygons = polygonsOfRings(rings)
  return polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons }
}
