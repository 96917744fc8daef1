import type { FileHandle } from 'node:fs/promises'
import type { ClassRecord } from '#shared/records/class.ts'
import { boxArea } from '#shared/geometry/box.ts'
import { writeWhole } from '../../files/write-whole.ts'
import {
  counted,
  isBoxObject,
  noteIf,
  objectsByImage,
  orderedClasses,
  rounded,
  type BoxObject,
  type LabelSet,
  type WrittenLabels,
} from './label-set.ts'

/** Objects turned into text at once: a slide's hundred thousands never stand in memory as one string. */
const BATCH = 5000

/**
 * Writes COCO's object detection format (Lin et al., ECCV 2014; cocodataset.org, "Data format"): images, categories and annotations
 * with `bbox` [x, y, width, height] in pixels from the top-left corner, `area`, `iscrowd`, and `score` where they are predictions. Ids count
 * from 1 in the order of images and classes. Besides COCO's keys images carry `split` and annotations `difficult`; readers pass them over.
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
  const boxes = boxesOf(set, classes)
  await writeWhole(file, async (handle) => {
    await handle.write(`${JSON.stringify(head).slice(0, -1)},"annotations":`)
    await writeList(handle, boxes, (box, i) => annotation(box, i + 1))
    await handle.write('}\n')
  })
  return { rows: boxes.length, notes: notesOf(set) }
}

/**
 * Writes predictions as COCO's results format, the list that `COCO.loadRes` of pycocotools takes beside the truth that `writeCoco` wrote
 * from the same images and classes in the same order: image_id, category_id, bbox, score.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeCocoResults(file: string, set: LabelSet): Promise<WrittenLabels> {
  const boxes = boxesOf(set, orderedClasses(set.classes))
  await writeWhole(file, async (handle) => {
    await writeList(handle, boxes, ({ object, imageNumber, categoryNumber }) => ({
      image_id: imageNumber,
      category_id: categoryNumber,
      bbox: bboxOf(object),
      score: rounded(object.score ?? 1, 6),
    }))
    await handle.write('\n')
  })
  return { rows: boxes.length, notes: notesOf(set) }
}

interface NumberedBox {
  readonly object: BoxObject
  readonly imageNumber: number
  readonly categoryNumber: number
}

function boxesOf(set: LabelSet, classes: readonly ClassRecord[]): NumberedBox[] {
  const categories = new Map(classes.map(({ id }, i) => [id, i + 1]))
  const objects = objectsByImage(set)
  return set.images.flatMap(({ id }, i) =>
    (objects.get(id) ?? [])
      .filter(isBoxObject)
      .map((object) => ({ object, imageNumber: i + 1, categoryNumber: categories.get(object.classId) ?? 0 })),
  )
}

function annotation({ object, imageNumber, categoryNumber }: NumberedBox, id: number): Record<string, unknown> {
  return {
    id,
    image_id: imageNumber,
    category_id: categoryNumber,
    bbox: bboxOf(object),
    area: rounded(boxArea(object.shape), 4),
    iscrowd: object.crowd === true ? 1 : 0,
    segmentation: [],
    ...(object.difficult === true ? { difficult: 1 } : {}),
    ...(object.score === undefined ? {} : { score: rounded(object.score, 6) }),
  }
}

function bboxOf({ shape: { x, y, width, height } }: BoxObject): number[] {
  return [x, y, width, height].map((value) => rounded(value, 4))
}

async function writeList<T>(handle: FileHandle, items: readonly T[], toJson: (item: T, index: number) => unknown): Promise<void> {
  await handle.write('[')
  for (let from = 0; from < items.length; from += BATCH) {
    const text = items.slice(from, from + BATCH).map((item, i) => JSON.stringify(toJson(item, from + i)))
    await handle.write((from === 0 ? '\n' : ',\n') + text.join(',\n'))
  }
  await handle.write(']')
}

function notesOf(set: LabelSet): string[] {
  const objects = [...objectsByImage(set).values()].flat()
  const names = new Set(set.images.map(({ name }) => name))
  return [
    ...noteIf(
      objects.filter((object) => !isBoxObject(object)).length,
      (n) => `COCO's boxes hold no points: ${counted(n, 'point')} left out.`,
    ),
    ...noteIf(
      objects.filter(({ difficult }) => difficult).length,
      (n) => `${counted(n, 'object')} marked difficult: other programs score them like the rest.`,
    ),
    ...noteIf(
      objects.filter(({ note }) => (note ?? '') !== '').length,
      (n) => `COCO has no room for notes: ${counted(n, 'note')} left out.`,
    ),
    ...noteIf(
      set.images.length - names.size,
      (n) => `${counted(n, 'image')} share a name with another: file_name does not tell them apart.`,
    ),
  ]
}
