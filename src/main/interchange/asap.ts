import { assertNever } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import { isWritten, lossNotes } from './format-limits.ts'
import {
  type LabelFormat,
  objectFrom,
  parseLabelFiles,
  type Reading,
  type SaidImage,
  type SaidObject,
  type Telling,
} from './label-files.ts'
import { objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { leftOut } from './left-out.ts'
import { boxOrPolygon, oneRing, ringFrom, ringsOf } from './outline.ts'
import { writeEach, writeFilePerImage } from './per-image-out.ts'
import { readXmlFile, xmlRoot } from './xml-file.ts'
import { attributeOf, attributesXml, childOf, childrenOf, numberOf, parseXml, type XmlNode } from './xml-text.ts'

const ROOT = 'ASAP_Annotations'
/** The name that ASAP gives what nobody named. */
const UNNAMED = /^Annotation \d+$/

export const ASAP: LabelFormat = {
  format: 'asap',
  endings: ['xml'],
  looks: async (file) => (await xmlRoot(file)) === ROOT,
  none: { title: say('annotations of ASAP'), hint: say('They are XML files named as their images, with <ASAP_Annotations>.') },
  takesOthers: true,
  read: readFile,
}

/**
 * Reads XML of ASAP (computationalpathologygroup.github.io/ASAP), in pixels of level 0, named as its image: Polygon, Spline (as the polygon of its
 * points, which ASAP's own masks are drawn from too), Rectangle, Dot and PointSet. The group is the class, its colour the class's; a name that
 * somebody gave becomes the note. Measurements are left out.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseAsap(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, ASAP)
}

async function readFile(file: string, { finder, classes }: Reading): Promise<SaidImage[]> {
  const root = childOf(parseXml(await readXmlFile(file), ['Annotation', 'Coordinate', 'Group'], { attributes: true }), ROOT)
  if (root === undefined) throw new AppError('not-asap', 'It is no file of ASAP.')
  for (const group of childrenOf(childOf(root, 'AnnotationGroups'), 'Group')) {
    const [name, color] = [attributeOf(group, 'Name') ?? '', attributeOf(group, 'Color') ?? '']
    if (/^#[0-9a-f]{6}$/i.test(color)) classes.push({ name, color: color.toLowerCase() })
  }
  const annotations = childrenOf(childOf(root, 'Annotations'), 'Annotation')
  return [
    {
      name: '',
      found: finder.findFor(file),
      count: annotations.length,
      objects: (_, tell) => annotations.flatMap((node, i) => objectsOf(node, say('annotation {{i}}', { i: String(i + 1) }), tell)),
    },
  ]
}

function objectsOf(node: XmlNode, label: string, tell: Telling): SaidObject[] {
  const group = attributeOf(node, 'PartOfGroup') ?? ''
  const name = attributeOf(node, 'Name') ?? ''
  const rest = { className: group === 'None' ? '' : group, ...(UNNAMED.test(name) || name === '' ? {} : { note: name }) }
  const type = attributeOf(node, 'Type') ?? ''
  const corners = cornersOf(node)
  if (type === 'Dot' || type === 'PointSet') return pointsOf(type === 'Dot' ? middleOf(corners) : corners, label, rest, tell)
  return objectFrom(label, tell, () => {
    if (type !== 'Polygon' && type !== 'Spline' && type !== 'Rectangle')
      return leftOut(
        type === ''
          ? say('a shape without a type is neither an area nor a point')
          : say('a {{type}} is neither an area nor a point', { type }),
      )
    const ring = ringFrom(corners)
    if (typeof ring === 'string') return ring
    return { ...rest, shape: type === 'Rectangle' ? boxOrPolygon(ring) : { type: 'polygon', rings: [ring] } }
  })
}

function pointsOf(
  places: readonly (readonly number[])[],
  label: string,
  rest: Pick<SaidObject, 'className' | 'note'>,
  tell: Telling,
): SaidObject[] {
  return places.flatMap(([x = NaN, y = NaN], i) =>
    objectFrom(places.length === 1 ? label : say('{{label}}, point {{i}}', { label, i: String(i + 1) }), tell, () =>
      Number.isFinite(x + y) ? { ...rest, shape: { type: 'point', x, y } } : leftOut(say('its coordinates are no numbers')),
    ),
  )
}

/** A dot is one place, and where a file gives it several corners the middle of them. */
function middleOf(corners: readonly (readonly number[])[]): number[][] {
  const mean = (axis: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[axis]!, 0) / corners.length
  return corners.length === 0 ? [] : [[mean(0), mean(1)]]
}

/** In the order that they tell. */
function cornersOf(node: XmlNode): number[][] {
  return childrenOf(childOf(node, 'Coordinates'), 'Coordinate')
    .map((one, i) => ({ order: numberOf(one, 'Order') ?? i, corner: [numberOf(one, 'X') ?? NaN, numberOf(one, 'Y') ?? NaN] }))
    .sort((a, b) => a.order - b.order)
    .map(({ corner }) => corner)
}

/**
 * Writes XML of ASAP, a file an image: classes are groups with their colours, notes the names, coordinates with four decimals. Boxes are Rectangles, points
 * Dots, areas Polygons: of several rings one line, joined by passages of no width.
 *
 * @throws AppError as `writeFilePerImage`.
 */
export async function writeAsap(target: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = new Map(set.classes.map((record) => [record.id, record]))
  const groups = orderedClasses(set.classes).map(
    ({ name, color }) =>
      `\t\t<Group${attributesXml({ Name: name, PartOfGroup: 'None', Color: color })}>\n\t\t\t<Attributes />\n\t\t</Group>\n`,
  )
  await writeFilePerImage(target, set, {
    ending: '.xml',
    single: /\.xml$/i,
    write: async (handle, _, objects) => {
      await handle.write(`<?xml version="1.0"?>\n<${ROOT}>\n\t<Annotations>\n`)
      await writeEach(handle, objects, (object, i) => annotationXml(object, classes.get(object.classId), i))
      await handle.write(`\t</Annotations>\n\t<AnnotationGroups>\n${groups.join('')}\t</AnnotationGroups>\n</${ROOT}>\n`)
    },
  })
  const rows = [...objectsByImage(set).values()].flat().filter(({ shape }) => isWritten('asap', shape)).length
  return { rows, notes: lossNotes('asap', set) }
}

function annotationXml({ shape, note = '' }: LabelledObject, of: ClassRecord | undefined, index: number): string {
  const drawn = drawnAs(shape)
  if (drawn === null) return ''
  const { type, ring } = drawn
  const name = note === '' ? `Annotation ${index}` : note
  const head = attributesXml({ Name: name, Type: type, PartOfGroup: of?.name ?? 'None', Color: of?.color ?? '#f4fa58' })
  const lines = ring.flatMap((value, i) =>
    i % 2 === 0 ? [`\t\t\t\t<Coordinate${attributesXml({ Order: i / 2, X: rounded(value, 4), Y: rounded(ring[i + 1]!, 4) })} />\n`] : [],
  )
  return `\t\t<Annotation${head}>\n\t\t\t<Coordinates>\n${lines.join('')}\t\t\t</Coordinates>\n\t\t</Annotation>\n`
}

function drawnAs(shape: Shape): { readonly type: string; readonly ring: readonly number[] } | null {
  switch (shape.type) {
    case 'box':
      return { type: 'Rectangle', ring: oneRing(ringsOf(shape)) }
    case 'polygon':
    case 'mask':
    case 'ellipse':
    case 'rotated-box':
      return { type: 'Polygon', ring: oneRing(ringsOf(shape)) }
    case 'point':
      return { type: 'Dot', ring: [shape.x, shape.y] }
    case 'polyline':
    case 'ruler':
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}
