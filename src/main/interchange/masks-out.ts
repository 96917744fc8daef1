import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeFolderWhole } from '../../files/write-folder.ts'
import type { Pictures } from '../images/pictures.ts'
import { renamedNotes, uniqueNames } from './file-names.ts'
import { byPlace, noteIf, orderedClasses, type LabelledObject, type WrittenLabels } from './label-set.ts'

export interface MaskSet {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  /** An image's objects in drawing order: the later lies over the earlier. Asked for one image at a time. */
  readonly objectsOf: (image: ImageRecord) => readonly LabelledObject[]
}

export interface MaskOptions {
  /** `classes`: 8 bits, a pixel is the place of its class (1 = the first, 0 = background); `instances`: 16 bits, the object's number on its image, from the top. */
  readonly values: 'classes' | 'instances'
  readonly format: 'png' | 'tiff'
  readonly pictures: Pictures
}

/** Numbers that 16 bits hold beside the background. */
const MOST_OBJECTS = 65_535
const MOST_CLASSES = 255

/**
 * Writes a folder of label maps, whole or not at all: one an image, of the image's size and name with the ending .png or .tif. Boxes, polygons and
 * masks are drawn; points, lines and labels of whole images are not.
 *
 * @throws AppError `too-many-objects`, `too-many-classes`, or as `writeFolderWhole`.
 */
export async function writeMasks(folder: string, set: MaskSet, options: MaskOptions): Promise<WrittenLabels> {
  const classes = orderedClasses(set.classes)
  if (options.values === 'classes' && classes.length > MOST_CLASSES)
    throw new AppError(
      'too-many-classes',
      `A mask holds ${MOST_CLASSES} classes, the project has ${classes.length}.`,
      'Export them as coco.',
    )
  const places = new Map(classes.map(({ id }, i) => [id, i + 1]))
  const names = uniqueNames(set.images)
  let left = 0
  await writeFolderWhole(folder, async (writer) => {
    for (const image of set.images) {
      const objects = set.objectsOf(image).filter(({ classId }) => places.has(classId))
      const areas = objects.filter(({ shape }) => isAreaShape(shape))
      left += objects.length - areas.length
      if (options.values === 'instances' && areas.length > MOST_OBJECTS) throw tooMany(image, areas.length)
      const numbers = new Map([...areas].sort(byPlace).map((object, i) => [object, i + 1]))
      const valueOf = (object: LabelledObject): number =>
        (options.values === 'instances' ? numbers.get(object) : places.get(object.classId))!
      const shapes = areas.map((object) => ({ shape: object.shape, value: valueOf(object) }))
      await writer.made(`${names.get(image)!.stem}.${options.format === 'png' ? 'png' : 'tif'}`, async (target) => {
        const { width, height } = image
        const bits = options.values === 'instances' ? 16 : 8
        await options.pictures.labelMap({ target, width, height, bits, format: options.format, shapes })
      })
    }
  })
  return { rows: set.images.length, notes: maskNotes(set, options, left) }
}

/** What the values mean, and what masks do not hold: `left` objects that are no areas, and images whose names are taken. */
export function maskNotes(set: MaskSet, options: Pick<MaskOptions, 'values'>, left: number): string[] {
  return [
    meaning(options, orderedClasses(set.classes)),
    ...noteIf(left, (count) =>
      say('Masks hold areas only: {{count}} points, lines, rulers and labels of whole images left out.', { count }),
    ),
    ...renamedNotes(uniqueNames(set.images)),
  ]
}

function meaning({ values }: Pick<MaskOptions, 'values'>, classes: readonly ClassRecord[]): string {
  if (values === 'instances') return say('Values: 0 = background, then one number an object; which class it is of is not in them.')
  return say('Values: 0 = background, {{list}}.', { list: classes.map(({ name }, i) => `${i + 1} = ${name}`).join(', ') })
}

function tooMany(image: ImageRecord, objects: number): AppError {
  return new AppError(
    'too-many-objects',
    `${image.name} has ${objects} objects: 16 bits number ${MOST_OBJECTS}.`,
    'Export them as coco or geojson.',
  )
}
