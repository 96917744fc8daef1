import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { TASKS } from '#shared/task-facts.ts'
import { findImageFiles } from '../images/find-image-files.ts'
import { withAreas } from './class-folder-areas.ts'
import { classNamed, meansClass, meansNormal } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage } from './dataset.ts'
import { isMaskFolder } from './mask-folders.ts'
import { foldersOf, splitNamed, splitOfFolder } from './split-folders.ts'

type Context = Pick<ImportContext, 'task' | 'classes'>

/** Folders that hold images of all kinds, and so name no class. */
const GENERIC = new Set(['images', 'image', 'imgs', 'img', 'data', 'dataset', 'jpegimages', 'all', 'crops', 'patches', 'tiles'])

/**
 * Reads a folder of class folders: the folder's name is the class of the images in it and below. Folders train, val and test above or below it are
 * splits. The class is the innermost folder that the project has a class for, else the outermost that is neither a split nor plainly `images`.
 * Folders of masks (`ground_truth`, `masks`) hold no images; in an anomaly project they say which areas are not normal. Images in no class folder
 * come along unlabelled.
 *
 * @throws AppError `not-found`, `too-many-files`, or `no-class-folders` where no image lies in one.
 */
export async function parseClassFolders(root: string, context: ImportContext): Promise<ParsedDataset> {
  const base = path.resolve(root)
  const all = await findImageFiles([base], context.signal)
  const files = all.filter((file) => !foldersOf(base, file).some(isMaskFolder))
  const named = classNamed(context)
  const images = files.map((file): ParsedImage => {
    const folder = classFolder(base, file, context)
    const labelled = folder !== null
    const objects = labelled ? [{ className: named(folder), shape: { type: 'image' as const }, difficult: false, crowd: false }] : []
    return { path: file, size: null, split: splitOfFolder(base, file), labelled, objects }
  })
  if (!images.some(({ labelled }) => labelled)) throw noFolders(base)
  const classNames = [...new Set(images.flatMap(({ objects }) => objects.map(({ className }) => className)))]
  const outlined = TASKS[context.task].normalFirst ? await withAreas(base, all, { images, context }) : { images, problems: [] }
  const problems = [...unlabelled(base, images), ...outlined.problems]
  return { format: 'folders', images: outlined.images, classNames, problems, notes: [note(base, images, context)] }
}

/** Whether images lie as `parseClassFolders` reads them: in two class folders or more, or in one that the project has a class for. */
export function looksLikeClassFolders(root: string, files: readonly string[], context: Context): boolean {
  const base = path.resolve(root)
  const folders = new Set<string>()
  for (const file of files) {
    if (foldersOf(base, file).some(isMaskFolder)) continue
    const folder = classFolder(base, file, context)
    if (folder !== null) folders.add(folder)
  }
  return folders.size >= 2 || [...folders].some((folder) => isKnown(folder, context))
}

function isKnown(folder: string, { task, classes }: Context): boolean {
  return meansClass(classes, folder) || (TASKS[task].normalFirst && meansNormal(folder))
}

function classFolder(base: string, file: string, context: Context): string | null {
  const folders = foldersOf(base, file)
  const known = [path.basename(base), ...folders].findLast((folder) => isKnown(folder, context))
  return known ?? folders.find((folder) => splitNamed(folder) === null && !GENERIC.has(folder.toLowerCase())) ?? null
}

function unlabelled(base: string, images: readonly ParsedImage[]): ImportProblem[] {
  return images
    .filter(({ labelled }) => !labelled)
    .map(({ path: file }) => ({ file: path.relative(base, file), what: say('lies in no class folder: taken without a label') }))
}

function note(base: string, images: readonly ParsedImage[], context: Context): string {
  const pairs = new Map<string, string>()
  for (const { path: file, objects } of images) {
    const folder = classFolder(base, file, context)
    if (folder !== null && objects[0] !== undefined) pairs.set(folder, objects[0].className)
  }
  const lines = [...pairs].map(([folder, name]) => (folder === name ? folder : `${folder} = ${name}`))
  const names = lines.slice(0, 20).join(', ')
  if (lines.length <= 20) return say('Class folders: {{names}}.', { names })
  return say('Class folders: {{names}}, and {{count}} more.', { names, count: lines.length - 20 })
}

function noFolders(base: string): AppError {
  return new AppError(
    'no-class-folders',
    `No image of ${path.basename(base)} lies in a folder that could be a class.`,
    'Put the images of each class into a folder of its name, or import them as plain images.',
  )
}
