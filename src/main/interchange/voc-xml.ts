import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import { LONGEST_NAME } from './class-names.ts'
import { leftOut } from './left-out.ts'
import { childOf, childrenOf, parseXml, textOf, XML_NUMBER, type XmlNode } from './xml-text.ts'

/** An object of a Pascal VOC file; the box may still reach beyond the image. */
export interface VocObject {
  /** `object 3 (RBC)`: how a report names it. */
  readonly label: string
  readonly className: string
  readonly box: Box
  readonly difficult: boolean
  /** A model's guess carries one. */
  readonly confidence: string | null
}

export interface VocFile {
  readonly filename: string | null
  /** As the file says; null where it says none or nonsense. */
  readonly size: { readonly width: number; readonly height: number } | null
  readonly objects: readonly VocObject[]
  /** Objects that were left out, one by one. */
  readonly problems: readonly string[]
}

/**
 * Reads one annotation of Pascal VOC (Everingham et al., IJCV 2010).
 *
 * Coordinates are taken as edges: x = xmin, width = xmax - xmin, as labelImg, CVAT, Roboflow, torchvision and this app write and read
 * them. The VOC challenge's own files count pixels from 1 and include the last, so that their boxes come out one pixel narrower at the
 * left and top; which of the two a file means cannot be told from it, and most files come from the tools.
 *
 * @throws AppError `broken-xml` where the text is no XML, `not-voc` where it is something else.
 */
export function readVocXml(text: string): VocFile {
  const root = childOf(parseXml(text, ['object']), 'annotation')
  if (root === undefined) throw new AppError('not-voc', 'It has no <annotation> element: no Pascal VOC file.', 'Import it as what it is.')
  const objects: VocObject[] = []
  const problems: string[] = []
  for (const [index, node] of childrenOf(root, 'object').entries()) {
    const className = textOf(node, 'name')?.trim() ?? ''
    const label = say('object {{number}} ({{name}})', {
      number: String(index + 1),
      name: className === '' ? say('no name') : className.slice(0, LONGEST_NAME),
    })
    const read = readObject(node, label, className)
    if (typeof read === 'string') problems.push(`${label}: ${leftOut(read)}`)
    else objects.push(read)
  }
  return { filename: textOf(root, 'filename'), size: readSize(childOf(root, 'size')), objects, problems }
}

function readSize(node: XmlNode | undefined): VocFile['size'] {
  const width = Number(textOf(node, 'width') ?? '')
  const height = Number(textOf(node, 'height') ?? '')
  return Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 ? { width, height } : null
}

/** The object, or why it cannot be taken. */
function readObject(node: XmlNode, label: string, className: string): VocObject | string {
  if (className === '') return say('it names no class')
  if (className.length > LONGEST_NAME)
    return say('the name of its class is longer than {{letters}} letters', { letters: String(LONGEST_NAME) })
  const bounds = childOf(node, 'bndbox')
  if (bounds === undefined) return say('it has no <bndbox>')
  const edges = readEdges(bounds)
  if (typeof edges === 'string') return edges
  const box = { x: edges.xmin, y: edges.ymin, width: edges.xmax - edges.xmin, height: edges.ymax - edges.ymin }
  const empty = emptiness(box, edges)
  if (empty !== null) return empty
  return { label, className, box, difficult: isSet(textOf(node, 'difficult')), confidence: textOf(node, 'confidence') }
}

type Edge = 'xmin' | 'ymin' | 'xmax' | 'ymax'
const EDGES: readonly Edge[] = ['xmin', 'ymin', 'xmax', 'ymax']

function readEdges(bounds: XmlNode): Record<Edge, number> | string {
  const edges: Record<Edge, number> = { xmin: 0, ymin: 0, xmax: 0, ymax: 0 }
  for (const edge of EDGES) {
    const text = textOf(bounds, edge)?.trim()
    if (text === undefined || text === '') return say('it has no {{edge}}', { edge })
    if (!XML_NUMBER.test(text) || !Number.isFinite(Number(text)))
      return say('{{edge}} is "{{text}}", no number', { edge, text: text.slice(0, 40) })
    edges[edge] = Number(text)
  }
  return edges
}

function emptiness({ width, height }: Box, edges: Record<Edge, number>): string | null {
  if (width === 0) return say('width 0 (xmin and xmax are {{xmin}})', { xmin: String(edges.xmin) })
  if (height === 0) return say('height 0 (ymin and ymax are {{ymin}})', { ymin: String(edges.ymin) })
  if (width < 0) return say('xmax {{xmax}} lies left of xmin {{xmin}}', { xmax: String(edges.xmax), xmin: String(edges.xmin) })
  if (height < 0) return say('ymax {{ymax}} lies above ymin {{ymin}}', { ymax: String(edges.ymax), ymin: String(edges.ymin) })
  return null
}

function isSet(flag: string | null): boolean {
  return flag !== null && /^(1|true|yes)$/i.test(flag.trim())
}
