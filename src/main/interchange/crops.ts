import { rm } from 'node:fs/promises'
import path from 'node:path'
import { append } from '#shared/append.ts'
import { AppError } from '#shared/errors.ts'
import { isLine } from '#shared/geometry/line.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import { heldBy, slideOf } from '#shared/origin.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { isImageError } from '../../imaging/failure.ts'
import { fileOfImage } from '../images/image-paths.ts'
import type { ProjectDatabase } from '../project/database.ts'
import { openProject } from '../project/open.ts'
import { classNamed } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage } from './dataset.ts'
import { uniqueNames } from './file-names.ts'
import { byPlace } from './label-set.ts'
import { leftOut } from './left-out.ts'
import { newImageFolder } from './project-images.ts'

/**
 * Cuts a square out of another project's images round each of its objects (boxes, points, areas; the centre of their bounds), and takes it as
 * an image with that object's class: what a classification learns from. The squares are written below the project's `images`; they keep the
 * split, slide and patient of their image, and their group is its group, else the image itself. Crowds are left out.
 *
 * @throws AppError `no-objects`, or as `openProject`.
 */
export async function parseCrops(given: string, context: ImportContext): Promise<ParsedDataset> {
  const other = await openProject(given, { readOnly: true })
  let folder: string | null = null
  try {
    if (path.resolve(other.folder) === path.resolve(context.projectFolder))
      throw new AppError('same-project', 'The crops would come from this very project.', 'Name another project.')
    folder = await newImageFolder(context.projectFolder, `crops-${other.name}`)
    const found = await cutAll(other, folder, context)
    if (found.images.length === 0 && found.problems.length === 0) throw noObjects(other.name)
    const classNames = [...new Set(found.images.flatMap(({ objects }) => objects.map(({ className }) => className)))]
    return { format: 'crops', ...found, classNames, written: [folder] }
  } catch (thrown) {
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw thrown
  } finally {
    await other.close()
  }
}

interface Cut {
  readonly images: ParsedImage[]
  readonly problems: ImportProblem[]
  readonly notes: readonly string[]
}

async function cutAll(other: ProjectDatabase, folder: string, context: ImportContext): Promise<Cut> {
  const { size } = context.request.crop
  const cut: { images: ParsedImage[]; problems: ImportProblem[] } = { images: [], problems: [] }
  const images = other.images()
  const names = uniqueNames(images)
  const classNames = new Map(other.classes().map(({ id, name }) => [id, classNamed(context)(name)]))
  let larger = 0
  for (const [i, image] of images.entries()) {
    context.signal?.throwIfAborted()
    const objects = other
      .annotationsOf(image.id)
      .filter(({ shape, crowd }) => isPlaced(shape) && !isLine(shape) && !crowd)
      .sort(byPlace)
    context.onProgress?.(i + 1, images.length, image.name)
    if (objects.length === 0) continue
    const file = await fileOfImage(image, other.folder)
    if (file === null) {
      cut.problems.push({ file: image.name, what: leftOut(say('the file is not at {{path}} any more', { path: image.absolutePath })) })
      continue
    }
    const places = objects.map((object, n) => placeOf(object, path.join(folder, `${names.get(image)!.stem}_${n + 1}.png`)))
    larger += places.filter(({ side }) => side > size).length
    if (!(await cutOne(file, places, cut.problems, context))) continue
    append(
      cut.images,
      objects.map((object, n) => cropImage(image, object, places[n]!.target, classNames.get(object.classId) ?? '')),
    )
  }
  const note =
    larger === 0
      ? []
      : [
          say('{{count}} crops show a part only: what is labelled there is larger than {{size}} pixels.', {
            count: larger,
            size: String(size),
          }),
        ]
  return {
    ...cut,
    notes: [say('Crops of {{size}} pixels, cut out of {{name}}.', { size: `${size} x ${size}`, name: other.name }), ...note],
  }
}

interface Place {
  readonly x: number
  readonly y: number
  readonly side: number
  readonly target: string
}

function placeOf({ shape }: AnnotationRecord, target: string): Place {
  const { x, y, width, height } = isPlaced(shape) ? shapeBounds(shape) : { x: 0, y: 0, width: 0, height: 0 }
  return { x: x + width / 2, y: y + height / 2, side: Math.max(width, height), target }
}

async function cutOne(
  file: string,
  places: readonly Place[],
  problems: ImportProblem[],
  { pictures, request }: ImportContext,
): Promise<boolean> {
  try {
    await pictures.crops({ file, ...request.crop, crops: places.map(({ x, y, target }) => ({ x, y, target })) })
    return true
  } catch (thrown) {
    if (!isImageError(thrown)) throw thrown
    problems.push({ file: path.basename(file), what: leftOut(thrown.message) })
    return false
  }
}

function cropImage(image: ImageRecord, object: AnnotationRecord, file: string, className: string): ParsedImage {
  const label = { className, shape: { type: 'image' as const }, difficult: object.difficult, crowd: false }
  // Held together as their images are: a whole slide by its own name would part those of one group.
  const slide = heldBy(image) === 'group' ? null : slideOf(image)
  const of = { slide, patient: image.patient, group: image.group ?? image.name }
  return { path: file, size: null, split: image.split, labelled: true, objects: [label], ...of }
}

function noObjects(name: string): AppError {
  return new AppError('no-objects', `${name} has no objects to cut out.`, 'Label boxes, points or areas there first.')
}
