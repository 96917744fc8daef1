import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
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
import { maskOfRowRuns } from './mask-runs.ts'
import { ellipseOf, lineFrom, ringFrom, turnedBox } from './outline.ts'
import { splitNamed } from './split-folders.ts'
import { readXmlFile, xmlHead, xmlRoot } from './xml-file.ts'
import { attributeOf, childOf, childrenOf, numberOf, parseXml, textOf, type XmlNode } from './xml-text.ts'

const SHAPES = ['box', 'polygon', 'ellipse', 'polyline', 'mask', 'points', 'tag'] as const
const LEFT_OUT: Readonly<Record<string, string>> = { cuboid: 'a cuboid', skeleton: 'a skeleton' }
const LISTS = [...SHAPES, ...Object.keys(LEFT_OUT), 'image', 'track', 'attribute', 'label', 'job', 'task']

export const CVAT: LabelFormat = {
  format: 'cvat',
  endings: ['xml'],
  looks: async (file) => (await xmlRoot(file)) === 'annotations' && /<(version|meta|image|track)\b/.test(await xmlHead(file)),
  none: { title: say('annotations of CVAT'), hint: say('CVAT writes them with Export dataset > CVAT for images 1.1.') },
  takesOthers: false,
  read: readFile,
}

/**
 * Reads "CVAT for images 1.1" (docs.cvat.ai): box, polygon, points, ellipse, polyline, mask and tag of each image, colours of labels, subsets as
 * splits. Attributes, cuboids and tracks of videos are left out; all of it is told.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseCvat(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, CVAT)
}

async function readFile(file: string, { finder, classes }: Reading, problem: Telling): Promise<SaidImage[]> {
  const root = childOf(parseXml(await readXmlFile(file), LISTS, { attributes: true }), 'annotations')
  const images = childrenOf(root, 'image')
  const tracks = childrenOf(root, 'track').length
  if (root === undefined || (images.length === 0 && tracks > 0))
    throw new AppError(
      'not-cvat',
      root === undefined ? 'It is no file of CVAT.' : `It holds ${tracks} tracks of a video and no images.`,
      'Export it as "CVAT for images".',
    )
  if (tracks > 0) problem(say('{{count}} tracks of a video are left out', { count: tracks }))
  for (const label of labelsOf(childOf(root, 'meta'))) {
    const [name, color] = [textOf(label, 'name') ?? '', textOf(label, 'color') ?? '']
    if (/^#[0-9a-f]{6}$/i.test(color)) classes.push({ name, color: color.toLowerCase() })
  }
  return images.map((image) => {
    const [name, subset] = [attributeOf(image, 'name') ?? '', attributeOf(image, 'subset') ?? '']
    const [width, height] = [numberOf(image, 'width'), numberOf(image, 'height')]
    const inSubset = subset === '' ? null : finder.find(`${subset}/${name}`, file)
    return {
      name,
      found: inSubset !== null && typeof inSubset !== 'string' ? inSubset : finder.find(name, file),
      size: width === null || height === null ? null : { width, height },
      split: splitNamed(subset),
      count: [...SHAPES, ...Object.keys(LEFT_OUT)].reduce((sum, tag) => sum + childrenOf(image, tag).length, 0),
      objects: (_, tell) => objectsOf(image, tell),
    }
  })
}

/** The labels of a task, a project or a job. */
function labelsOf(meta: XmlNode | undefined): readonly XmlNode[] {
  for (const tag of ['task', 'project', 'job']) {
    const labels = childrenOf(childOf(childOf(meta, tag), 'labels'), 'label')
    if (labels.length > 0) return labels
  }
  return []
}

/** In the order in which they lie over each other, as far as the file tells. */
function objectsOf(image: XmlNode, tell: Telling): SaidObject[] {
  const found: { readonly order: number; readonly objects: readonly SaidObject[] }[] = []
  let attributes = 0
  for (const tag of SHAPES)
    for (const [i, node] of childrenOf(image, tag).entries()) {
      attributes += childrenOf(node, 'attribute').length
      const className = attributeOf(node, 'label') ?? ''
      const label = `${tag} ${i + 1}`
      found.push({
        order: numberOf(node, 'z_order') ?? 0,
        objects: shapesOf(tag, node, label, tell).map((object) => ({ ...object, className })),
      })
    }
  for (const [tag, what] of Object.entries(LEFT_OUT))
    for (const i of childrenOf(image, tag).keys())
      tell(`${tag} ${i + 1}: ${leftOut(say('{{what}} is neither an area nor a point', { what }))}`)
  if (attributes > 0) tell(say('{{count}} attributes of its objects are left out', { count: attributes }))
  return found.sort((a, b) => a.order - b.order).flatMap(({ objects }) => objects)
}

function shapesOf(tag: (typeof SHAPES)[number], node: XmlNode, label: string, tell: Telling): Omit<SaidObject, 'className'>[] {
  if (tag === 'points') {
    const corners = cornersOf(node)
    return corners.flatMap(([x, y], i) =>
      objectFrom(corners.length > 1 ? say('{{label}}, place {{i}}', { label, i: String(i + 1) }) : label, tell, () =>
        x === undefined || y === undefined || !Number.isFinite(x + y)
          ? leftOut(say('its coordinates are no numbers'))
          : { className: '', shape: { type: 'point', x, y } },
      ),
    )
  }
  return objectFrom(label, tell, () => {
    const shape = shapeOf(tag, node)
    return typeof shape === 'string' ? shape : { className: '', shape }
  })
}

function shapeOf(tag: Exclude<(typeof SHAPES)[number], 'points'>, node: XmlNode): SaidObject['shape'] | string {
  const rotation = numberOf(node, 'rotation') ?? 0
  switch (tag) {
    case 'tag':
      return { type: 'image' }
    case 'polygon': {
      const ring = ringFrom(cornersOf(node))
      return typeof ring === 'string' ? ring : { type: 'polygon', rings: [ring] }
    }
    case 'box': {
      const [x, y, right, bottom] = ['xtl', 'ytl', 'xbr', 'ybr'].map((name) => numberOf(node, name)) as [number, number, number, number]
      if ([x, y, right, bottom].includes(null as never)) return NO_NUMBERS
      return turnedBox({ x, y, width: right - x, height: bottom - y }, { x: (x + right) / 2, y: (y + bottom) / 2 }, rotation)
    }
    case 'ellipse': {
      const [x, y, a, b] = ['cx', 'cy', 'rx', 'ry'].map((name) => numberOf(node, name)) as [number, number, number, number]
      if ([x, y, a, b].includes(null as never)) return NO_NUMBERS
      return ellipseOf({ x, y }, [a, b], rotation)
    }
    case 'polyline':
      return lineFrom(cornersOf(node))
    case 'mask': {
      const [x, y, width, height] = ['left', 'top', 'width', 'height'].map((name) => numberOf(node, name)) as [
        number,
        number,
        number,
        number,
      ]
      const runs = (attributeOf(node, 'rle') ?? '').split(',').map((run) => Number(run.trim() === '' ? NaN : run))
      return maskOfRowRuns({ frame: { x, y, width, height }, runs }) ?? leftOut(say('its run lengths hold no pixel'))
    }
  }
}

const NO_NUMBERS = leftOut(say('its coordinates are no numbers'))

/** `1.5,2;3,4` as corners; not a number where it is none. */
function cornersOf(node: XmlNode): number[][] {
  const text = attributeOf(node, 'points') ?? ''
  return text.split(';').map((pair) => pair.split(',').map((value) => Number(value.trim() === '' ? NaN : value)))
}
