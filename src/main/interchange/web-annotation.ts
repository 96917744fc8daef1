import { assertNever } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { EllipseShape, RotatedBoxShape, Shape } from '#shared/records/shape.ts'
import { TASKS } from '#shared/task-facts.ts'
import { groupBy } from '#shared/group-by.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { addressOf, decodedAddress } from './addresses.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import type { Size } from './fit-shape.ts'
import { lossNotes } from './format-limits.ts'
import { endsOf, isObject, type JsonObject, listIn, readJson } from './json-file.ts'
import { type LabelFormat, objectFrom, parseLabelFiles, type Reading, type SaidImage } from './label-files.ts'
import { objectsByImage, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { leftOut } from './left-out.ts'
import { boxOrPolygon, ellipseOf, lineFrom, ringFrom, ringsOf, turnedBox } from './outline.ts'
import { writeJsonList } from './per-image-out.ts'

const CONTEXT = 'http://www.w3.org/ns/anno.jsonld'

export const WEB_ANNOTATION: LabelFormat = {
  format: 'w3c',
  endings: ['json', 'jsonld'],
  looks: async (file) => {
    const text = await endsOf(file)
    return text.includes('w3.org/ns/anno') || (/"type"\s*:\s*"Annotation"/.test(text) && /"target"\s*:/.test(text))
  },
  none: {
    title: say('W3C Web Annotations'),
    hint: say('They are JSON files of annotations with a target and a selector, as Annotorious writes them.'),
  },
  takesOthers: true,
  read: readFile,
}

/**
 * Reads W3C Web Annotations (w3.org/TR/annotation-model): a list, a page or a collection of them. Targets name an image by the last part of their source; selectors are
 * FragmentSelectors (xywh in pixels or per cent), SvgSelectors of one shape, and PointSelectors of IIIF. A tag is the class, a comment the note; without a selector the image is meant.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseWebAnnotations(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, WEB_ANNOTATION)
}

async function readFile(file: string, { finder, context }: Reading): Promise<SaidImage[]> {
  const items = itemsOf(await readJson(file)).filter(isObject)
  const targeted = items.flatMap((item, i) =>
    targetsOf(item['target']).map((target) => ({ item, target, label: say('annotation {{i}}', { i: String(i + 1) }) })),
  )
  if (targeted.length === 0) throw new AppError('not-web-annotation', 'It holds no Web Annotation')
  return [...groupBy(targeted, ({ target }) => target.name)].map(([name, list]) => ({
    name,
    found: finder.find(name, file),
    count: list.length,
    objects: (size, tell) =>
      list.flatMap(({ item, target, label }) =>
        objectFrom(label, tell, () => {
          const shape = shapeOf(target.selector, size, TASKS[context.task].objects === 'areas')
          return typeof shape === 'string' ? shape : { ...saidOf(item['body']), shape }
        }),
      ),
  }))
}

function itemsOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return listIn(json)
  if (!isObject(json)) return []
  if (Array.isArray(json['items'])) return listIn(json['items'])
  return isObject(json['first']) ? listIn(json['first']['items']) : [json]
}

function targetsOf(given: unknown): { readonly name: string; readonly selector: JsonObject | null }[] {
  return (Array.isArray(given) ? listIn(given) : [given]).flatMap((target) => {
    const source = isObject(target) ? (target['source'] ?? target['id']) : target
    const address = isObject(source) ? source['id'] : source
    if (typeof address !== 'string') return []
    const [bare = '', fragment] = address.split('#')
    const [selector = null] = (isObject(target) ? [target['selector']].flat() : []).filter(isObject)
    const within = selector ?? (fragment?.startsWith('xywh=') === true ? { type: 'FragmentSelector', value: fragment } : null)
    return [{ name: decodedAddress(bare.split('?')[0]!.split(/[\\/]/).at(-1)!), selector: within }]
  })
}

/** Class and note. */
function saidOf(given: unknown): { readonly className: string; readonly note: string } {
  const bodies = (Array.isArray(given) ? listIn(given) : [given]).filter(isObject)
  const textOf = (fits: (purpose: unknown) => boolean): string => {
    const value = bodies.find(({ purpose, value: text }) => fits(purpose) && typeof text === 'string')?.['value']
    return typeof value === 'string' ? value : ''
  }
  const className = textOf((purpose) => purpose === 'tagging' || purpose === 'classifying' || purpose === 'identifying')
  return {
    className: className === '' ? textOf((purpose) => purpose === undefined) : className,
    note: textOf((purpose) => purpose === 'commenting' || purpose === 'describing'),
  }
}

function shapeOf(selector: JsonObject | null, size: Size, areas: boolean): Shape | string {
  if (selector === null) return { type: 'image' }
  const { type, value } = selector
  if (type === 'PointSelector') {
    const [x, y] = [Number(selector['x']), Number(selector['y'])]
    return Number.isFinite(x) && Number.isFinite(y) ? { type: 'point', x, y } : leftOut(say('its coordinates are no numbers'))
  }
  if (type === 'FragmentSelector' && typeof value === 'string') return boxIn(value, size)
  if (type === 'SvgSelector' && typeof value === 'string') return drawnIn(value, areas)
  return leftOut(say('a {{type}} is not read', { type: String(type) }))
}

function boxIn(value: string, size: Size): Shape | string {
  const [, unit, list = ''] = /xywh=(?:(pixel|percent):)?([\d.,eE+-]+)/.exec(value) ?? []
  const [x = NaN, y = NaN, width = NaN, height = NaN] = list.split(',').map(Number)
  if (![x, y, width, height].every(Number.isFinite)) return leftOut(say('its coordinates are no numbers'))
  const [sx, sy] = unit === 'percent' ? [size.width / 100, size.height / 100] : [1, 1]
  return width > 0 && height > 0
    ? { type: 'box', x: x * sx, y: y * sy, width: width * sx, height: height * sy }
    : leftOut(say('it has no size'))
}

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g
const numbersOf = (text: string): number[] => (text.match(NUMBER) ?? []).map(Number)
const pairs = (flat: readonly number[]): number[][] => flat.flatMap((x, i) => (i % 2 === 0 ? [[x, flat[i + 1] ?? NaN]] : []))

/** The one shape of an SVG. Where areas are learned a polygon stays one, whatever its corners: a box is none there. */
function drawnIn(svg: string, areas: boolean): Shape | string {
  const [, tag = '', text = ''] = /<(polygon|polyline|path|ellipse|circle|rect|line)\b([^<>]*)>/i.exec(svg) ?? []
  const attribute = (name: string): string => new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']([^"']*)["']`).exec(text)?.[1] ?? ''
  const numbers = (...names: readonly string[]): number[] => names.map((name) => numbersOf(attribute(name))[0] ?? 0)
  const transform = attribute('transform')
  const [degrees = 0, ax = 0, ay = 0] = numbersOf(/^\s*rotate\(([^)]*)\)\s*$/.exec(transform)?.[1] ?? '')
  if (transform !== '' && !/^\s*rotate\(/.test(transform)) return leftOut(say('it is transformed by more than a rotation'))
  switch (tag.toLowerCase()) {
    case 'polygon': {
      const ring = ringFrom(pairs(numbersOf(attribute('points'))))
      if (typeof ring === 'string') return ring
      return areas ? { type: 'polygon', rings: [ring] } : boxOrPolygon(ring)
    }
    case 'path':
      return areaOfPath(attribute('d'))
    case 'polyline':
      return lineFrom(pairs(numbersOf(attribute('points'))))
    case 'line':
      return lineFrom(pairs(numbers('x1', 'y1', 'x2', 'y2')))
    case 'rect': {
      const [x = 0, y = 0, width = 0, height = 0] = numbers('x', 'y', 'width', 'height')
      return width > 0 && height > 0 ? turnedBox({ x, y, width, height }, { x: ax, y: ay }, degrees) : leftOut(say('it has no size'))
    }
    case 'ellipse':
    case 'circle': {
      const [x = 0, y = 0, a = 0, b = 0] = tag.toLowerCase() === 'circle' ? numbers('cx', 'cy', 'r', 'r') : numbers('cx', 'cy', 'rx', 'ry')
      return degrees === 0 || (ax === x && ay === y)
        ? ellipseOf({ x, y }, [a, b], degrees)
        : leftOut(say('it is turned about another place'))
    }
    default:
      return leftOut(say('its SVG holds no shape that is read'))
  }
}

function areaOfPath(d: string): Shape | string {
  if (/[^\sMLZz\d.,eE+-]/.test(d)) return leftOut(say('a path of curves is not read'))
  const rings = d
    .split('M')
    .slice(1)
    .map((part) => ringFrom(pairs(numbersOf(part))))
  const wrong = rings.find((ring) => typeof ring === 'string')
  if (wrong !== undefined || rings.length === 0) return wrong ?? leftOut(say('its path is empty'))
  return { type: 'polygon', rings: rings.filter((ring) => typeof ring !== 'string') }
}

/**
 * Writes one AnnotationPage (W3C Web Annotation, JSON-LD) of all images: boxes as FragmentSelectors in pixels, points as PointSelectors of IIIF, all else as SvgSelectors; the class
 * as a tag, the note as a comment, the image's file name as the source.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeWebAnnotations(file: string, set: LabelSet): Promise<WrittenLabels> {
  const names = new Map(set.classes.map(({ id, name }) => [id, name]))
  const objects = objectsByImage(set)
  const items = set.images.flatMap((image) => (objects.get(image.id) ?? []).map((object) => ({ image, object })))
  await writeWhole(file, async (handle) => {
    await handle.write(`{"@context":"${CONTEXT}","type":"AnnotationPage","items":`)
    await writeJsonList(handle, items, ({ image, object }, i) => annotation(image, object, names.get(object.classId) ?? '', i))
    await handle.write('}\n')
  })
  return { rows: items.length, notes: lossNotes('w3c', set) }
}

function annotation({ name }: ImageRecord, { shape, note = '' }: LabelledObject, className: string, index: number): JsonObject {
  const body = (purpose: string, value: string) => ({ type: 'TextualBody', purpose, value })
  const selector = selectorOf(shape)
  return {
    ...{ '@context': CONTEXT, id: `#annotation-${index + 1}`, type: 'Annotation' },
    body: [body('tagging', className), ...(note === '' ? [] : [body('commenting', note)])],
    target: { source: addressOf(name), ...(selector === null ? {} : { selector }) },
  }
}

function selectorOf(shape: Shape): JsonObject | null {
  const svg = (inner: string): JsonObject => ({ type: 'SvgSelector', value: `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>` })
  switch (shape.type) {
    case 'box': {
      const value = `xywh=pixel:${[shape.x, shape.y, shape.width, shape.height].join(',')}`
      return { type: 'FragmentSelector', conformsTo: 'http://www.w3.org/TR/media-frags/', value }
    }
    case 'point':
      return { type: 'PointSelector', x: shape.x, y: shape.y }
    case 'ellipse':
      return svg(`<ellipse cx="${shape.cx}" cy="${shape.cy}" rx="${shape.width / 2}" ry="${shape.height / 2}"${turned(shape)}/>`)
    case 'rotated-box': {
      const [x, y] = [shape.cx - shape.width / 2, shape.cy - shape.height / 2]
      return svg(`<rect x="${x}" y="${y}" width="${shape.width}" height="${shape.height}"${turned(shape)}/>`)
    }
    case 'polyline':
      return svg(`<polyline points="${shape.points.join(' ')}" fill="none"/>`)
    case 'ruler': {
      const [x1, y1, x2, y2] = shape.points
      return svg(`<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`)
    }
    case 'polygon':
    case 'mask': {
      const rings = ringsOf(shape)
      if (rings.length === 1 && shape.type === 'polygon') return svg(`<polygon points="${rings[0]!.join(' ')}"/>`)
      return svg(`<path fill-rule="evenodd" d="${rings.map((ring) => `M${pairs(ring).join('L')}Z`).join('')}"/>`)
    }
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}

const turned = ({ angle, cx, cy }: EllipseShape | RotatedBoxShape): string =>
  angle === 0 ? '' : ` transform="rotate(${angle} ${cx} ${cy})"`
