import { assertNever } from '#shared/assert.ts'
import { frameRing } from '#shared/geometry/frame.ts'
import { isLine, type LineShape } from '#shared/geometry/line.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { PolygonShape, Shape } from '#shared/records/shape.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { addressOf } from './addresses.ts'
import { isWritten, lossNotes } from './format-limits.ts'
import { objectsByImage, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { brushOf, MOST_BRUSH_PIXELS } from './label-studio-rle.ts'
import { rowRunsOf } from './mask-runs.ts'
import { oneRing, ringsOf } from './outline.ts'
import { writeJsonList } from './per-image-out.ts'

/**
 * Writes tasks as Label Studio imports them (labelstud.io/guide/tasks): annotations, or predictions with their scores, as rectanglelabels, ellipselabels, polygonlabels,
 * keypointlabels, brushlabels (run lengths) and choices, in per cent of the image's sides. Polygons of several rings become brushes; where an image has
 * more than 2^28 pixels, masks and these become one line each. `image` holds the file's name, encoded as addresses are: Label Studio wants its own address there.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeLabelStudio(file: string, set: LabelSet): Promise<WrittenLabels> {
  const names = new Map(set.classes.map(({ id, name }) => [id, name]))
  const objects = objectsByImage(set)
  await writeWhole(file, async (handle) => {
    await writeJsonList(handle, set.images, (image) => {
      const own = objects.get(image.id) ?? []
      const result = own.flatMap((object, i) => resultOf(object, image, names.get(object.classId) ?? '', i))
      const scored = own.some(({ score }) => score !== undefined)
      return {
        data: { image: addressOf(image.name) },
        ...(scored ? { predictions: [{ model_version: 'Slidewright', result }] } : { annotations: [{ result }] }),
      }
    })
    await handle.write('\n')
  })
  const rows = [...objects.values()].flat().filter(({ shape }) => isWritten('labelstudio', shape)).length
  return { rows, notes: lossNotes('labelstudio', set) }
}

function resultOf({ shape, score, note = '' }: LabelledObject, image: ImageRecord, className: string, index: number): unknown[] {
  if (isLine(shape)) return []
  const { type, from, value } = valueOf(shape, image)
  return [
    {
      id: `r${index + 1}`,
      type,
      from_name: from,
      to_name: 'image',
      original_width: image.width,
      original_height: image.height,
      image_rotation: 0,
      value: { ...value, [type]: [className] },
      ...(note === '' ? {} : { meta: { text: [note] } }),
      ...(score === undefined ? {} : { score: rounded(score, 6) }),
    },
  ]
}

interface Value {
  readonly type: string
  /** The control of a labelling interface that such regions come from. */
  readonly from: string
  readonly value: Readonly<Record<string, unknown>>
}

function valueOf(shape: Exclude<Shape, LineShape>, image: ImageRecord): Value {
  const [sx, sy] = [100 / image.width, 100 / image.height]
  switch (shape.type) {
    case 'box': {
      const value = { x: shape.x * sx, y: shape.y * sy, width: shape.width * sx, height: shape.height * sy, rotation: 0 }
      return { type: 'rectanglelabels', from: 'box', value }
    }
    case 'rotated-box': {
      // Turned about the corner that is its top-left one before the turn.
      const [x = 0, y = 0] = frameRing(shape)
      const value = { x: x * sx, y: y * sy, width: shape.width * sx, height: shape.height * sy, rotation: shape.angle }
      return { type: 'rectanglelabels', from: 'box', value }
    }
    case 'ellipse': {
      const { cx, cy, width, height, angle } = shape
      const value = { x: cx * sx, y: cy * sy, radiusX: (width / 2) * sx, radiusY: (height / 2) * sy, rotation: angle }
      return { type: 'ellipselabels', from: 'ellipse', value }
    }
    case 'point':
      return { type: 'keypointlabels', from: 'point', value: { x: shape.x * sx, y: shape.y * sy, width: 0.5 } }
    case 'polygon':
      return shape.rings.length === 1 ? polygonValue(shape, image) : (brushValue(shape, image) ?? polygonValue(shape, image))
    case 'mask':
      return brushValue(shape, image) ?? polygonValue({ type: 'polygon', rings: ringsOf(shape).map((ring) => [...ring]) }, image)
    case 'image':
      return { type: 'choices', from: 'class', value: {} }
    default:
      return assertNever(shape)
  }
}

function polygonValue({ rings }: PolygonShape, { width, height }: ImageRecord): Value {
  const ring = oneRing(rings)
  const points = ring.flatMap((x, i) => (i % 2 === 0 ? [[(x / width) * 100, (ring[i + 1]! / height) * 100]] : []))
  return { type: 'polygonlabels', from: 'polygon', value: { points, closed: true } }
}

/** Null for an image that is too large for a brush, and for an area without a pixel. */
function brushValue(shape: Extract<Shape, { readonly type: 'polygon' | 'mask' }>, { width, height }: ImageRecord): Value | null {
  if (width * height > MOST_BRUSH_PIXELS) return null
  const runs = rowRunsOf(bitMaskOfShape(shape), { x: 0, y: 0, width, height })
  return runs === null || runs.runs.length < 2 ? null : { type: 'brushlabels', from: 'brush', value: { format: 'rle', rle: brushOf(runs) } }
}
