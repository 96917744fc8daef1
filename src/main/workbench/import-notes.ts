import path from 'node:path'
import type { ImportRequest } from '#shared/contracts/project.ts'
import { say } from '#shared/i18n/say.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { someNames } from '#shared/some-names.ts'
import { TASKS } from '#shared/task-facts.ts'
import { fileOfImage } from '../images/image-paths.ts'
import type { ParsedImage, ParsedObject } from '../interchange/dataset.ts'
import { noteIf } from '../interchange/label-set.ts'
import { mapLimited } from '../interchange/walk.ts'
import { oneGroupNotes, patternNotes } from './group-notes.ts'
import type { OpenProject } from './open-project.ts'

/** Of labels whose images the project has already, found there by name; an image whose file is gone can be labelled all the same. */
export async function knownNotes({ folder }: OpenProject, images: readonly ImageRecord[]): Promise<string[]> {
  if (images.length === 0) return []
  const files = await mapLimited(images, 8, (image) => fileOfImage(image, folder))
  const gone = images.filter((_, i) => files[i] === null)
  const names = (list: readonly ImageRecord[]): string => someNames(list.map(({ name }) => name))
  return [
    say('{{count}} images that the project has already ({{some}}) were found by their names: no image files lie with these labels.', {
      count: images.length,
      some: names(images),
    }),
    ...(gone.length === 0
      ? []
      : [
          say(
            'The files of {{count}} of these images ({{some}}) are not where they were: labels are taken all the same, and show on the images once these are found again.',
            { count: gone.length, some: names(gone) },
          ),
        ]),
  ]
}

/** Of images that lie in none of the folders that were given: their labels named them. */
export function elsewhereNotes(parsed: readonly ParsedImage[], given: readonly string[]): string[] {
  const places = given.map((one) => path.resolve(one))
  // Thousands of files may be given one by one: such are not looked for among each other.
  const named = new Set(places)
  const isGiven = (file: string): boolean => named.has(file) || places.some((place) => file.startsWith(place + path.sep))
  const outside = parsed.map((image) => path.resolve(image.path)).filter((file) => !isGiven(file))
  const folders = [...new Set(outside.map((file) => path.dirname(file)))]
  return folders.length === 0
    ? []
    : [say('Images were found in {{folders}}, where the labels look for them.', { folders: someNames(folders) })]
}

/** What is odd about the groups; a preview tells it before anything is taken. */
export function groupNotes({ db }: OpenProject, taken: readonly ImageRecord[], request: ImportRequest): string[] {
  return [...(request.split === 'auto' ? oneGroupNotes(taken) : []), ...patternNotes(request, taken, db.images())]
}

/** A box of a segmentation has no area of its own: as done, its image would be learned as background there. */
export function hasBoxes({ task }: OpenProject, objects: readonly Pick<ParsedObject, 'shape'>[]): boolean {
  const { objects: learned, wholeImages } = TASKS[task]
  return learned === 'areas' && !wholeImages && objects.some(({ shape }) => shape.type === 'box')
}

/** What becomes of boxes where areas are learned; a preview tells it too. */
export function boxNotes(project: OpenProject, taken: readonly AnnotationRecord[]): string[] {
  if (!hasBoxes(project, taken)) return []
  const boxes = taken.filter(({ shape }) => shape.type === 'box')
  const images = new Set(boxes.map(({ imageId }) => imageId)).size
  return [
    say('{{count}} boxes were taken as boxes: a segmentation learns from outlined areas, and neither learns from them nor counts them.', {
      count: boxes.length,
    }),
    say(
      '{{count}} images with boxes stay in work until their objects are outlined; to learn from boxes themselves, make a detection project.',
      {
        count: images,
      },
    ),
  ]
}

/** Regions change what is learned from: that is said at once. */
export function regionNotes(regions: readonly RegionRecord[]): string[] {
  if (regions.length === 0) return []
  const unsaid = regions.filter(({ fullyLabelled }) => !fullyLabelled).length
  return [
    say('{{count}} regions of interest taken.', { count: regions.length }),
    ...(unsaid === 0
      ? []
      : [say('Mark those in which everything is labelled as fully labelled: of images with regions only such are learned from.')]),
  ]
}

/** Numbers that came along; the panel shows those of one object. */
export function measuredNotes(measured: readonly unknown[]): string[] {
  return noteIf(measured.length, (count) => say('{{count}} objects come with measurements.', { count }))
}

/** Images that keep the labels they had. */
export function keptNotes(names: readonly string[]): string[] {
  if (names.length === 0) return []
  return [
    say('{{count}} images ({{some}}) had labels already: they were left as they are.', { count: names.length, some: someNames(names) }),
  ]
}

/** Images whose labels were replaced. */
export function replacedNotes(replaced: readonly { readonly name: string }[]): string[] {
  if (replaced.length === 0) return []
  const some = someNames(replaced.map(({ name }) => name))
  return [say('The labels of {{count}} images ({{some}}) were replaced; undo brings them back.', { count: replaced.length, some })]
}

/** Labels of a picture that lies there twice: those of the first stand. */
export function copyNotes(copies: readonly { readonly name: string; readonly objects: number }[]): string[] {
  const labels = copies.reduce((sum, { objects }) => sum + objects, 0)
  if (labels === 0) return []
  return [
    say(
      'Left out: labels of images that are copies of others, {{number}} in all ({{some}}). The labels of the first copy stand; to have those of another, import that one first, alone.',
      { number: labels, some: someNames(copies.filter(({ objects }) => objects > 0).map(({ name }) => name)) },
    ),
  ]
}

/** A class that nobody named before may be a misspelt one. */
export function newClassNotes(project: OpenProject, added: readonly ClassRecord[]): string[] {
  if (added.length === 0 || project.db.classes().length === 0) return []
  return [
    say('New in this project: {{names}}. Classes that the labels name and the project did not have were added.', {
      names: added.map(({ name }) => name).join(', '),
    }),
  ]
}
