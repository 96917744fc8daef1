import { say } from '#shared/i18n/say.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { Box } from '#shared/geometry/box.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { cocoRleOf } from '#shared/masks/coco-rle.ts'
import { type AreaShape, bitMaskOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { lossNotes } from './format-limits.ts'
import { noteIf, objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { ringsOf } from './outline.ts'
import { writeJsonList } from './per-image-out.ts'

/**
 * Writes COCO's object detection format (Lin et al., ECCV 2014; cocodataset.org, "Data format"): images, categories and annotations
 * with `bbox` [x, y, width, height] in pixels from the top-left corner, `area`, `iscrowd`, and `score` where they are predictions. Ids count
 * from 1 in the order of images and classes. An area's `segmentation` is its polygon where it is one ring, else its pixels in run lengths as
 * pycocotools compresses them; `area` is theirs. Besides COCO's keys images carry `split` and annotations `difficult`; readers pass them over.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeCoco(file: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = orderedClasses(set.classes)
  const head = {
    info: { description: 'Exported by Slidewright', version: '1.0' },
    licenses: [],
    images: set.images.map((image, i) => ({
      id: i + 1,
      file_name: image.name,
      width: image.width,
      height: image.height,
      ...(image.split === null ? {} : { split: image.split }),
    })),
    categories: classes.map(({ name }, i) => ({ id: i + 1, name, supercategory: '' })),
  }
  const areas = areasOf(set, classes)
  await writeWhole(file, async (handle) => {
    await handle.write(`${JSON.stringify(head).slice(0, -1)},"annotations":`)
    await writeJsonList(handle, areas, (area, i) => annotation(area, i + 1))
    await handle.write('}\n')
  })
  return { rows: areas.length, notes: notesOf(set) }
}

/**
 * Writes predictions as COCO's results format, the list that `COCO.loadRes` of pycocotools takes beside the truth that `writeCoco` wrote
 * from the same images and classes in the same order: image_id, category_id, bbox, score, and of areas their segmentation.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeCocoResults(file: string, set: LabelSet): Promise<WrittenLabels> {
  const areas = areasOf(set, orderedClasses(set.classes))
  await writeWhole(file, async (handle) => {
    await writeJsonList(handle, areas, ({ object, image, imageNumber, categoryNumber }) => ({
      image_id: imageNumber,
      category_id: categoryNumber,
      bbox: bboxOf(object.shape),
      ...(object.shape.type === 'box' ? {} : areaAndSegmentation(object, image)),
      score: rounded(object.score ?? 1, 6),
    }))
    await handle.write('\n')
  })
  return { rows: areas.length, notes: notesOf(set) }
}

/** An object that covers an area: COCO holds no others. */
interface AreaObject extends LabelledObject {
  readonly shape: AreaShape
}

interface NumberedObject {
  readonly object: AreaObject
  readonly image: ImageRecord
  readonly imageNumber: number
  readonly categoryNumber: number
}

function isArea(object: LabelledObject): object is AreaObject {
  return isAreaShape(object.shape)
}

function areasOf(set: LabelSet, classes: readonly ClassRecord[]): NumberedObject[] {
  const categories = new Map(classes.map(({ id }, i) => [id, i + 1]))
  const objects = objectsByImage(set)
  return set.images.flatMap((image, i) =>
    (objects.get(image.id) ?? [])
      .filter(isArea)
      .map((object) => ({ object, image, imageNumber: i + 1, categoryNumber: categories.get(object.classId) ?? 0 })),
  )
}

function annotation({ object, image, imageNumber, categoryNumber }: NumberedObject, id: number): Record<string, unknown> {
  return {
    id,
    image_id: imageNumber,
    category_id: categoryNumber,
    bbox: bboxOf(object.shape),
    ...areaAndSegmentation(object, image),
    iscrowd: object.crowd === true ? 1 : 0,
    ...(object.difficult === true ? { difficult: 1 } : {}),
    ...(object.score === undefined ? {} : { score: rounded(object.score, 6) }),
  }
}

/** A polygon where one ring says it all; a hole can only be said by pixels, and readers expect those of crowds. */
function areaAndSegmentation({ shape, crowd }: AreaObject, image: ImageRecord): { area: number; segmentation: unknown } {
  if (shape.type === 'box') return { area: rounded(shape.width * shape.height, 4), segmentation: [] }
  const rings = isFramed(shape) ? ringsOf(shape) : shape.type === 'polygon' ? shape.rings : []
  if (rings.length === 1 && crowd !== true) {
    const [ring = []] = rings
    return { area: rounded(ringArea(ring), 4), segmentation: [ring.map((value) => rounded(value, 4))] }
  }
  const mask = bitMaskOfShape(shape)
  return { area: maskArea(mask), segmentation: cocoRleOf(mask, image) }
}

/** By the shoelace formula. */
function ringArea(ring: readonly number[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!
  return Math.abs(sum) / 2
}

function bboxOf(shape: PlacedShape): number[] {
  const { x, y, width, height }: Box = shapeBounds(shape)
  return [x, y, width, height].map((value) => rounded(value, 4))
}

function notesOf(set: LabelSet): string[] {
  const objects = [...objectsByImage(set).values()].flat()
  const names = new Set(set.images.map(({ name }) => name))
  return [
    ...lossNotes('coco', set),
    ...noteIf(objects.filter(({ difficult }) => difficult).length, (count) =>
      say('{{count}} objects marked difficult: other programs score them like the rest.', { count }),
    ),
    ...noteIf(set.images.length - names.size, (count) =>
      say('{{count}} images share a name with another: file_name does not tell them apart.', { count }),
    ),
  ]
}
