import { assertNever } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { boxFromCorners } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import { isCircle, lossNotes } from './format-limits.ts'
import { endsOf, isObject, type JsonObject, listIn, numbersIn, readJson } from './json-file.ts'
import {
  type LabelFormat,
  objectFrom,
  parseLabelFiles,
  type Reading,
  type SaidImage,
  type SaidObject,
  type Telling,
} from './label-files.ts'
import { objectsByImage, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { leftOut } from './left-out.ts'
import { boxOrPolygon, ellipseOf, lineFrom, oneRing, ringFrom, ringsOf } from './outline.ts'
import { writeFilePerImage, writeJsonList } from './per-image-out.ts'

export const LABELME: LabelFormat = {
  format: 'labelme',
  endings: ['json'],
  looks: async (file) => {
    const text = await endsOf(file)
    return /"shapes"\s*:\s*\[/.test(text) && /"image(Path|Data|Height|Width)"\s*:/.test(text)
  },
  none: { title: say('labels of LabelMe'), hint: say('They are JSON files with shapes and imagePath, one an image.') },
  takesOthers: true,
  read: readFile,
}

/**
 * Reads JSON of LabelMe (github.com/wkentaro/labelme), one file an image, which is found by imagePath or the file's own name; the copy in imageData is not
 * looked at. Polygons, rectangles, circles, lines and points are taken as they are; masks are left out. Descriptions become notes; flags of the whole image that are set are its classes.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseLabelMe(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, LABELME)
}

async function readFile(file: string, { finder }: Reading): Promise<SaidImage[]> {
  const json = await readJson(file)
  if (!isObject(json) || !Array.isArray(json['shapes'])) throw new AppError('not-labelme', 'It is no file of LabelMe.')
  const name = typeof json['imagePath'] === 'string' ? json['imagePath'] : ''
  const named = name === '' ? null : finder.find(name, file)
  const [width, height] = [json['imageWidth'], json['imageHeight']]
  const shapes = listIn(json['shapes'])
  const flags = isObject(json['flags']) ? Object.keys(json['flags']).filter((flag) => (json['flags'] as JsonObject)[flag] === true) : []
  return [
    {
      name: '',
      found: named !== null && typeof named !== 'string' ? named : finder.findFor(file),
      size: typeof width === 'number' && typeof height === 'number' ? { width, height } : null,
      count: shapes.length,
      objects: (_, tell) => [
        ...shapes.flatMap((shape, i) => objectsOf(shape, say('shape {{i}}', { i: String(i + 1) }), tell)),
        ...flags.map((className) => ({ label: say('flag {{className}}', { className }), className, shape: { type: 'image' as const } })),
      ],
    },
  ]
}

function objectsOf(given: unknown, label: string, tell: Telling): SaidObject[] {
  if (!isObject(given)) return []
  const flags = isObject(given['flags']) ? given['flags'] : {}
  const rest = {
    className: typeof given['label'] === 'string' ? given['label'] : '',
    note: typeof given['description'] === 'string' ? given['description'] : '',
    crowd: flags['crowd'] === true,
    difficult: flags['difficult'] === true,
  }
  const corners = listIn(given['points']).map(numbersIn)
  if (corners.some((corner) => corner === null || corner.length < 2)) {
    tell(`${label}: ${leftOut(say('its coordinates are no numbers'))}`)
    return []
  }
  const places = corners as readonly (readonly number[])[]
  if (given['shape_type'] === 'points')
    return places.map(([x = 0, y = 0], i) => ({
      ...rest,
      label: say('{{label}}, place {{i}}', { label, i: String(i + 1) }),
      shape: { type: 'point', x, y },
    }))
  return objectFrom(label, tell, () => {
    const shape = shapeOf(given['shape_type'] ?? 'polygon', places)
    return typeof shape === 'string' ? shape : { ...rest, shape }
  })
}

function shapeOf(type: unknown, corners: readonly (readonly number[])[]): Shape | string {
  const [[x = 0, y = 0] = [], [x2 = 0, y2 = 0] = []] = corners
  switch (type) {
    case 'polygon': {
      const ring = ringFrom(corners)
      return typeof ring === 'string' ? ring : { type: 'polygon', rings: [ring] }
    }
    case 'rectangle': {
      if (corners.length === 2) return { type: 'box', ...boxFromCorners(x, y, x2, y2) }
      const ring = ringFrom(corners)
      return typeof ring === 'string' ? ring : boxOrPolygon(ring)
    }
    case 'circle': {
      const radius = Math.hypot(x2 - x, y2 - y)
      if (corners.length !== 2 || radius === 0) return leftOut(say('it has no radius'))
      return ellipseOf({ x, y }, [radius, radius])
    }
    case 'line':
    case 'linestrip':
      return lineFrom(corners)
    case 'point':
      return corners.length === 1 ? { type: 'point', x, y } : leftOut(say('it has no place'))
    default:
      return leftOut(say('a {{type}} is not read', { type: String(type) }))
  }
}

/**
 * Writes JSON of LabelMe, a file an image without a copy of it: boxes are rectangles, areas polygons (of several rings one line, joined by passages of no
 * width), circles circles, lines linestrips, rulers lines, points points; notes are descriptions, crowd and difficult flags, a label of the image a flag of the file.
 *
 * @throws AppError as `writeFilePerImage`.
 */
export async function writeLabelMe(target: string, set: LabelSet): Promise<WrittenLabels> {
  const names = new Map(set.classes.map(({ id, name }) => [id, name]))
  await writeFilePerImage(target, set, {
    ending: '.json',
    single: /\.json$/i,
    write: async (handle, image, objects) => {
      const flags = Object.fromEntries(
        objects.flatMap(({ shape, classId }) => (shape.type === 'image' ? [[names.get(classId) ?? '', true]] : [])),
      )
      const shapes = objects.flatMap((object) => shapeJson(object, names.get(object.classId) ?? ''))
      await handle.write(`{"version":"5.5.0","flags":${JSON.stringify(flags)},"shapes":`)
      await writeJsonList(handle, shapes, (shape) => shape)
      await handle.write(
        `,"imagePath":${JSON.stringify(image.name)},"imageData":null,"imageHeight":${image.height},"imageWidth":${image.width}}\n`,
      )
    },
  })
  return { rows: [...objectsByImage(set).values()].flat().length, notes: lossNotes('labelme', set) }
}

function shapeJson({ shape, note = '', crowd = false, difficult = false }: LabelledObject, label: string): unknown[] {
  const drawn = drawnAs(shape)
  if (drawn === null) return []
  const flags = { ...(crowd ? { crowd } : {}), ...(difficult ? { difficult } : {}) }
  return [{ label, points: pairs(drawn.ring), group_id: null, description: note, shape_type: drawn.type, flags, mask: null }]
}

function drawnAs(shape: Shape): { readonly type: string; readonly ring: readonly number[] } | null {
  switch (shape.type) {
    case 'box':
      return { type: 'rectangle', ring: [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height] }
    case 'polygon':
    case 'mask':
      return { type: 'polygon', ring: oneRing(ringsOf(shape)) }
    case 'ellipse':
      if (!isCircle(shape)) return { type: 'polygon', ring: oneRing(ringsOf(shape)) }
      return { type: 'circle', ring: [shape.cx, shape.cy, shape.cx + shape.width / 2, shape.cy] }
    case 'rotated-box':
      return { type: 'polygon', ring: oneRing(ringsOf(shape)) }
    case 'polyline':
      return { type: 'linestrip', ring: shape.points }
    case 'ruler':
      return { type: 'line', ring: shape.points }
    case 'point':
      return { type: 'point', ring: [shape.x, shape.y] }
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}

function pairs(ring: readonly number[]): number[][] {
  return ring.flatMap((value, i) => (i % 2 === 0 ? [[rounded(value, 6), rounded(ring[i + 1]!, 6)]] : []))
}
