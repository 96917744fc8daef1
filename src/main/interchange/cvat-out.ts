import { assertNever } from '#shared/assert.ts'
import { type FramedShape, uprightOf } from '#shared/geometry/frame.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { lossNotes } from './format-limits.ts'
import { objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { rowRunsOf } from './mask-runs.ts'
import { oneRing } from './outline.ts'
import { writeEach } from './per-image-out.ts'
import { attributesXml, escapeXml } from './xml-text.ts'

/**
 * Writes "CVAT for images 1.1": labels with colours, and of each image box, polygon, ellipse, polyline, points, mask (run lengths row by row within its bounds)
 * and tag, with four decimals, what is turned with its `rotation`, in their order (`z_order`), and who made it (`source`). Polygons of several rings become masks. Splits are subsets.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeCvat(file: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = new Map(set.classes.map((record) => [record.id, record]))
  const objects = objectsByImage(set)
  await writeWhole(file, async (handle) => {
    await handle.write(headXml(orderedClasses(set.classes)))
    for (const [id, image] of set.images.entries()) {
      await handle.write(
        `  <image${attributesXml({ id, name: image.name, subset: subsetOf(image), width: image.width, height: image.height })}>\n`,
      )
      await writeEach(handle, objects.get(image.id) ?? [], (object, i) => objectXml(object, classes.get(object.classId)?.name ?? '', i))
      await handle.write('  </image>\n')
    }
    await handle.write('</annotations>\n')
  })
  return { rows: [...objects.values()].flat().length, notes: lossNotes('cvat', set) }
}

function subsetOf({ split }: ImageRecord): string | undefined {
  return split === null ? undefined : { train: 'Train', val: 'Validation', test: 'Test' }[split]
}

function headXml(classes: readonly ClassRecord[]): string {
  const labels = classes.map(
    ({ name, color }) =>
      `        <label>\n          <name>${escapeXml(name)}</name>\n          <color>${color}</color>\n          <attributes>\n          </attributes>\n        </label>\n`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n      <labels>\n${labels.join('')}      </labels>\n    </task>\n  </meta>\n`
}

function objectXml(object: LabelledObject, label: string, order: number): string {
  const { shape } = object
  const source = sourceOf(object)
  const own = { label, source, occluded: 0 }
  const z = { z_order: order }
  const { tag, attributes } = elementOf(shape)
  return tag === 'tag'
    ? `    <tag${attributesXml({ label, source })}>\n    </tag>\n`
    : `    <${tag}${attributesXml({ ...own, ...attributes, ...z })}>\n    </${tag}>\n`
}

/** Who made an object, in the words of CVAT: a model, a person with a model's help, or a person. */
function sourceOf({ score, origin }: LabelledObject): 'auto' | 'semi-auto' | 'manual' {
  if (score !== undefined) return 'auto'
  return origin === 'accepted' || origin === 'corrected' ? 'semi-auto' : 'manual'
}

interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string | number>>
}

function elementOf(shape: Shape): Element {
  switch (shape.type) {
    case 'box': {
      const { x, y, width, height } = shape
      return { tag: 'box', attributes: { xtl: short(x), ytl: short(y), xbr: short(x + width), ybr: short(y + height) } }
    }
    case 'rotated-box':
    case 'ellipse':
      return framedElement(shape)
    case 'polyline':
    case 'ruler':
      return { tag: 'polyline', attributes: { points: pointsText(shape.points) } }
    case 'point':
      return { tag: 'points', attributes: { points: `${short(shape.x)},${short(shape.y)}` } }
    case 'polygon':
      return shape.rings.length === 1 ? polygonElement(shape.rings[0]!) : (maskElement(shape) ?? polygonElement(oneRing(shape.rings)))
    case 'mask':
      return maskElement(shape)!
    case 'image':
      return { tag: 'tag', attributes: {} }
    default:
      return assertNever(shape)
  }
}

const short = (value: number): number => rounded(value, 4)

/** CVAT turns boxes and ellipses about their middles, degrees clockwise. */
function framedElement(shape: FramedShape): Element {
  const { cx, cy, width, height, angle } = shape
  const turn = angle === 0 ? {} : { rotation: short(angle) }
  if (shape.type === 'ellipse')
    return { tag: 'ellipse', attributes: { cx: short(cx), cy: short(cy), rx: short(width / 2), ry: short(height / 2), ...turn } }
  const { x, y } = uprightOf(shape)
  return { tag: 'box', attributes: { xtl: short(x), ytl: short(y), xbr: short(x + width), ybr: short(y + height), ...turn } }
}

const polygonElement = (ring: readonly number[]): Element => ({ tag: 'polygon', attributes: { points: pointsText(ring) } })

const pointsText = (flat: readonly number[]): string =>
  flat.flatMap((value, i) => (i % 2 === 0 ? [`${short(value)},${short(flat[i + 1]!)}`] : [])).join(';')

/** Null for an area in which no pixel's centre lies. */
function maskElement(shape: Extract<Shape, { readonly type: 'polygon' | 'mask' }>): Element | null {
  const found = rowRunsOf(bitMaskOfShape(shape))
  if (found === null) return null
  const { x, y, width, height } = found.frame
  return { tag: 'mask', attributes: { rle: found.runs.join(', '), left: x, top: y, width, height } }
}
