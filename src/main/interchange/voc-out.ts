import { access } from 'node:fs/promises'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { writeFolderWhole, type FolderWriter } from '../../files/write-folder.ts'
import { type FileNames, renamedNotes, uniqueNames } from './file-names.ts'
import { lossNotes } from './format-limits.ts'
import { noteIf, objectsByImage, rounded, type BoxObject, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { escapeXml } from './xml-text.ts'

/** Where an image's file lies now; null where it is missing. */
export type PathOfImage = (image: ImageRecord) => string | null

/**
 * Writes a Pascal VOC folder, whole or not at all: `Annotations/<image>.xml`, `ImageSets/Main/{train,val,test}.txt` where images
 * have splits, and copies of the images in `JPEGImages` where `pathOf` is given. Coordinates as `readVocXml` reads them (edges, four decimals);
 * `truncated` is set on boxes that touch the image's edge, as labelImg does; a prediction's score stands in `<confidence>`.
 *
 * @throws AppError as `writeFolderWhole`.
 */
export async function writeVoc(folder: string, set: LabelSet, pathOf?: PathOfImage): Promise<WrittenLabels> {
  const names = uniqueNames(set.images)
  const classNames = new Map(set.classes.map(({ id, name }) => [id, name]))
  const objects = objectsByImage(set)
  const boxes = (image: ImageRecord): BoxObject[] => (objects.get(image.id) ?? []).flatMap(boxOf).filter(hasSize)
  let missing = 0
  let rows = 0
  await writeFolderWhole(folder, async (writer) => {
    for (const image of set.images) {
      const name = names.get(image)!
      const found = boxes(image)
      rows += found.length
      await writer.file(
        `Annotations/${name.stem}.xml`,
        vocXml(image, name.file, found, (object) => classNames.get(object.classId) ?? ''),
      )
      if (pathOf !== undefined && !(await copyImage(writer, `JPEGImages/${name.file}`, pathOf(image)))) missing++
    }
    await writeLists(writer, set.images, (image) => names.get(image)!.stem)
  })
  return {
    rows,
    notes: [...notesOf(set, names), ...noteIf(missing, (count) => say('{{count}} images could not be found and copied.', { count }))],
  }
}

/** An object as the box round it; none of points, lines and labels of the whole image. */
function boxOf(object: LabelledObject): BoxObject[] {
  const { shape } = object
  if (shape.type === 'box') return [{ ...object, shape }]
  return isAreaShape(shape) ? [{ ...object, shape: { type: 'box', ...shapeBounds(shape) } }] : []
}

function hasSize({ shape }: BoxObject): boolean {
  return rounded(shape.width, 4) > 0 && rounded(shape.height, 4) > 0
}

/** One annotation file. */
export function vocXml(
  image: ImageRecord,
  filename: string,
  objects: readonly BoxObject[],
  classOf: (object: BoxObject) => string,
): string {
  const lines = [
    '<annotation>',
    '\t<folder>JPEGImages</folder>',
    `\t<filename>${escapeXml(filename)}</filename>`,
    '\t<source>\n\t\t<database>Slidewright</database>\n\t</source>',
    `\t<size>\n\t\t<width>${image.width}</width>\n\t\t<height>${image.height}</height>\n\t\t<depth>${image.channels}</depth>\n\t</size>`,
    '\t<segmented>0</segmented>',
    ...objects.map((object) => objectXml(image, object, classOf(object))),
    '</annotation>',
  ]
  return `${lines.join('\n')}\n`
}

function objectXml(image: ImageRecord, object: BoxObject, className: string): string {
  const { x, y, width, height } = object.shape
  const edges = { xmin: rounded(x, 4), ymin: rounded(y, 4), xmax: rounded(x + width, 4), ymax: rounded(y + height, 4) }
  const truncated = edges.xmin <= 1 || edges.ymin <= 1 || edges.xmax >= image.width || edges.ymax >= image.height
  const set = (flag: boolean): number => (flag ? 1 : 0)
  return [
    '\t<object>',
    `\t\t<name>${escapeXml(className)}</name>`,
    '\t\t<pose>Unspecified</pose>',
    `\t\t<truncated>${set(truncated)}</truncated>`,
    `\t\t<difficult>${set(object.difficult === true || object.crowd === true)}</difficult>`,
    ...(object.score === undefined ? [] : [`\t\t<confidence>${rounded(object.score, 6)}</confidence>`]),
    '\t\t<bndbox>',
    ...Object.entries(edges).map(([edge, value]) => `\t\t\t<${edge}>${value}</${edge}>`),
    '\t\t</bndbox>',
    '\t</object>',
  ].join('\n')
}

async function copyImage(writer: FolderWriter, name: string, source: string | null): Promise<boolean> {
  if (source === null) return false
  const there = await access(source).then(
    () => true,
    () => false,
  )
  if (there) await writer.copy(name, source)
  return there
}

async function writeLists(writer: FolderWriter, images: readonly ImageRecord[], nameOf: (image: ImageRecord) => string): Promise<void> {
  for (const split of ['train', 'val', 'test'] as const) {
    const members = images.filter((image) => image.split === split)
    if (members.length > 0) await writer.file(`ImageSets/Main/${split}.txt`, members.map((image) => `${nameOf(image)}\n`).join(''))
  }
}

function notesOf(set: LabelSet, names: ReadonlyMap<ImageRecord, FileNames>): string[] {
  const lists = [...objectsByImage(set).values()].flat()
  const boxes = lists.flatMap(boxOf)
  return [
    ...lossNotes('voc', set),
    ...noteIf(boxes.filter((box) => !hasSize(box)).length, (count) =>
      say("{{count}} boxes smaller than VOC's four decimals left out.", { count }),
    ),
    ...renamedNotes(names),
  ]
}
