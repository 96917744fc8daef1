import { AppError } from '#shared/errors.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import type { AreaShape } from '#shared/masks/draw-shape.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import { containsPoint } from './geojson-rings.ts'
import {
  type LabelFormat,
  objectFrom,
  parseLabelFiles,
  type Reading,
  type SaidImage,
  type SaidObject,
  type Telling,
} from './label-files.ts'
import { leftOut } from './left-out.ts'
import { boxOrPolygon, ellipseOf, ringFrom, ringsOf } from './outline.ts'
import { readXmlFile, xmlHead, xmlRoot } from './xml-file.ts'
import { attributeOf, childOf, childrenOf, numberOf, parseXml, type XmlNode } from './xml-text.ts'

export const APERIO: LabelFormat = {
  format: 'aperio',
  endings: ['xml'],
  looks: async (file) => (await xmlRoot(file)) === 'Annotations' && /<Annotation\b/.test(await xmlHead(file)),
  none: { title: say('annotations of ImageScope'), hint: say('They are XML files named as their slides, with <Annotations>.') },
  takesOthers: true,
  read: readFile,
}

/** What ImageScope's region types are. */
const TYPES = ['polygon', 'rectangle', 'ellipse', 'arrow', 'ruler', 'point'] as const

/**
 * Reads XML of Aperio ImageScope, in pixels of level 0, named as its slide: a layer (Annotation) is a class by its name, `Layer 1` without one, with its
 * colour (LineColor, blue-green-red). Regions are areas, rectangles boxes, ellipses ellipses, rulers rulers, counter marks points; a
 * negative region is a hole of the smallest region of its layer that holds it. Arrows are left out. A region's text becomes the note.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseAperio(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, APERIO)
}

async function readFile(file: string, { finder, classes }: Reading): Promise<SaidImage[]> {
  const root = childOf(
    parseXml(await readXmlFile(file), ['Annotation', 'Region', 'Vertex', 'Attribute'], { attributes: true }),
    'Annotations',
  )
  if (root === undefined) throw new AppError('not-aperio', 'It is no file of ImageScope.')
  const layers = childrenOf(root, 'Annotation').map((node, i) => ({
    name: nameOf(node, i),
    regions: childrenOf(childOf(node, 'Regions'), 'Region'),
    color: colorOf(node),
  }))
  for (const { name, color } of layers) if (color !== null) classes.push({ name, color })
  return [
    {
      name: '',
      found: finder.findFor(file),
      count: layers.reduce((sum, { regions }) => sum + regions.length, 0),
      objects: (_, tell) => layers.flatMap(({ name, regions }) => objectsOf(regions, name, tell)),
    },
  ]
}

function nameOf(node: XmlNode, index: number): string {
  const given = attributeOf(node, 'Name')?.trim() ?? ''
  const described = childrenOf(childOf(node, 'Attributes'), 'Attribute').find((one) => attributeOf(one, 'Name') === 'Description')
  const text = given === '' ? (attributeOf(described, 'Value')?.trim() ?? '') : given
  return text === '' ? `Layer ${attributeOf(node, 'Id') ?? index + 1}` : text
}

function colorOf(node: XmlNode): string | null {
  const bgr = numberOf(node, 'LineColor')
  if (bgr === null || !Number.isInteger(bgr) || bgr < 0 || bgr > 0xffffff) return null
  const rgb = ((bgr & 255) << 16) | (bgr & 0xff00) | (bgr >> 16)
  return `#${rgb.toString(16).padStart(6, '0')}`
}

interface Region {
  readonly id: string
  readonly label: string
  readonly object: SaidObject
  readonly negative: boolean
  /** The region that it was cut out of, where the file tells. */
  readonly of: string
}

function objectsOf(nodes: readonly XmlNode[], className: string, tell: Telling): SaidObject[] {
  const regions = nodes.flatMap((node, i): Region[] => {
    const id = attributeOf(node, 'Id') ?? String(i + 1)
    const label = say('{{className}}, region {{id}}', { className, id })
    const [object] = objectFrom(label, tell, () => shapeOf(node, className))
    const negative = attributeOf(node, 'NegativeROA') === '1'
    return object === undefined ? [] : [{ id, label, object, negative, of: attributeOf(node, 'InputRegionId') ?? '' }]
  })
  const holes = new Map<Region, number[][]>()
  const positive = regions.filter(({ negative }) => !negative)
  for (const hole of regions.filter(({ negative }) => negative)) {
    const ring = ringIn(hole.object)
    const around = ring === null ? undefined : (positive.find(({ id }) => id === hole.of) ?? smallestAround(ring, positive))
    if (around === undefined) tell(`${hole.label}: ${leftOut(say('it is a hole, but lies in no region'))}`)
    else holes.set(around, [...(holes.get(around) ?? []), ring!])
  }
  return positive.map((region) => {
    const [ring, own] = [ringIn(region.object), holes.get(region)]
    return ring === null || own === undefined ? region.object : { ...region.object, shape: { type: 'polygon', rings: [ring, ...own] } }
  })
}

/** An area's outer ring; null of a point or a line. */
function ringIn({ shape }: SaidObject): number[] | null {
  if (shape.type === 'polygon') return shape.rings[0]!
  return shape.type === 'box' || isFramed(shape) ? [...ringsOf(shape)[0]!] : null
}

function smallestAround(ring: readonly number[], regions: readonly Region[]): Region | undefined {
  const area = ({ object }: Region): number => {
    const { width, height } = shapeBounds(object.shape as AreaShape)
    return width * height
  }
  const around = regions.filter(({ object }) => {
    const outer = ringIn(object)
    return outer !== null && containsPoint(outer, (ring[0]! + ring[2]!) / 2, (ring[1]! + ring[3]!) / 2)
  })
  return around.sort((a, b) => area(a) - area(b))[0]
}

function shapeOf(node: XmlNode, className: string): Omit<SaidObject, 'label'> | string {
  const corners = childrenOf(childOf(node, 'Vertices'), 'Vertex').map((one) => [numberOf(one, 'X') ?? NaN, numberOf(one, 'Y') ?? NaN])
  const type = TYPES[numberOf(node, 'Type') ?? 0]
  const note = attributeOf(node, 'Text')?.trim() ?? ''
  const rest = { className, ...(note === '' ? {} : { note }) }
  if (!corners.flat().every(Number.isFinite) || corners.length === 0) return leftOut(say('its coordinates are no numbers'))
  switch (type) {
    case 'point':
      return { ...rest, shape: { type: 'point', x: corners[0]![0]!, y: corners[0]![1]! } }
    case 'ellipse': {
      const { x, y, width, height } = shapeBounds({ type: 'polygon', rings: [corners.flat()] })
      const shape = ellipseOf({ x: x + width / 2, y: y + height / 2 }, [width / 2, height / 2])
      return typeof shape === 'string' ? shape : { ...rest, shape }
    }
    case 'polygon':
    case 'rectangle': {
      const ring = ringFrom(corners)
      if (typeof ring === 'string') return ring
      return { ...rest, shape: type === 'rectangle' ? boxOrPolygon(ring) : { type: 'polygon', rings: [ring] } }
    }
    case 'ruler': {
      const [from, to] = [corners[0]!, corners.at(-1)!]
      return corners.length < 2 ? leftOut(say('it has no length')) : { ...rest, shape: { type: 'ruler', points: [...from, ...to] } }
    }
    case 'arrow':
      return leftOut(say('{{what}} is neither an area nor a point', { what: type }))
    default:
      return leftOut(say('its type {{value}} is not known', { value: attributeOf(node, 'Type') ?? '' }))
  }
}
