import { append } from '#shared/append.ts'
import { say } from '#shared/i18n/say.ts'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { counted } from '#shared/counted.ts'
import type { ImportReport, ImportRequest } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { type AnnotationId, annotationId, newId, regionId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import type { ImageOrigin } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import type { Edit } from '#shared/records/edit.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type {
  FoundClass,
  ImportContext,
  ImportProblem,
  ParsedDataset,
  ParsedImage,
  ParsedObject,
  ParsedRegion,
} from '../interchange/dataset.ts'
import { detectFormat, type FoundFormat, passedOver } from '../interchange/detect.ts'
import { someNames } from '#shared/some-names.ts'
import { IMPORT_FORMATS } from '../interchange/import-formats.ts'
import { KnownImages } from '../interchange/known-images.ts'
import { withoutMasks } from '../interchange/masks-aside.ts'
import { orderedClasses } from '../interchange/label-set.ts'
import { takeImageFolder, tidyImageFolder } from '../interchange/project-images.ts'
import { withChosenPlanes } from '../interchange/zarr-planes.ts'
import { originsOf } from '../images/grouping.ts'
import { importImages, type ImportedImages } from '../images/import-images.ts'
import type { Alike } from '../images/kin.ts'
import type { Pictures } from '../images/pictures.ts'
import type { Measured } from '../project/tables/measurements.ts'
import { newClasses } from '../project/new-classes.ts'
import {
  boxNotes,
  copyNotes,
  elsewhereNotes,
  groupNotes,
  hasBoxes,
  keptNotes,
  measuredNotes,
  replacedNotes,
  knownNotes,
  newClassNotes,
  regionNotes,
} from './import-notes.ts'
import { bringsMeasurements } from './measured-objects.ts'
import type { AlikeAmong } from './missing-splits.ts'
import type { OpenProject } from './open-project.ts'
import { splitsOf } from './splitting.ts'

export type { ImportRequest } from '#shared/contracts/project.ts'
import { TASKS } from '#shared/task-facts.ts'

export interface ImportHooks {
  readonly onProgress?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
}

export interface ImportTools extends ImportHooks {
  readonly pictures: Pictures
  /** By which a division by chance keeps what looks nearly the same on one side; left out: it does not look. */
  readonly alikeAmong?: AlikeAmong
}

const VAL_SHARE = 0.2
const TEST_SHARE = 0.2

/** What was read for an import; nothing of it is in the project yet. Whoever holds it takes it or drops it. */
export interface ReadImport {
  readonly request: ImportRequest
  readonly datasets: readonly ParsedDataset[]
  readonly parsed: readonly ParsedImage[]
  readonly classNames: readonly string[]
  readonly foundClasses: readonly FoundClass[]
  readonly problems: readonly ImportProblem[]
  readonly notes: readonly string[]
  readonly imported: ImportedImages
}

/** Reads everything first, then commits images, classes and annotations as one edit: nothing is ever half imported, and one undo takes it back. */
export async function importInto(project: OpenProject, request: ImportRequest, tools: ImportTools): Promise<ImportReport> {
  return takeImport(project, await readImport(project, request, tools), request, tools)
}

/**
 * Reads files and labels and looks into every image. What a format has to write (crops, unpacked records) lies below the project's folder
 * afterwards, and is removed where the reading fails.
 *
 * @throws AppError `project-read-only`, `nothing-found`, or as the formats do.
 */
export async function readImport(project: OpenProject, request: ImportRequest, tools: ImportTools): Promise<ReadImport> {
  if (project.readOnly !== '') throw new AppError('project-read-only', `The project can't be changed: ${project.readOnly}.`)
  const datasets: ParsedDataset[] = []
  const images = project.db.images()
  const known = new KnownImages(images)
  try {
    for (const given of request.paths) datasets.push(await parse(given, contextOf(project, request, { ...tools, known })))
    const merged = mergedOf(datasets, request, known)
    checkKind(project.task, merged.parsed)
    const paths = merged.parsed.map((p) => p.path).filter((file) => known.recordOf(file) === undefined)
    const imported = await importImages(paths, { projectFolder: project.folder, known: images, ...tools })
    const there = known.recordsOf(merged.parsed.map((p) => p.path))
    const notes = [...merged.notes, ...(await knownNotes(project, [...there.values()]))]
    return { request, datasets, ...merged, notes, imported: withThere(imported, there) }
  } catch (thrown) {
    await tidy(writtenBy(datasets), new Set())
    throw thrown
  }
}

/** Images that labels name and the project has: they are there already, and their files are not read. */
function withThere(imported: ImportedImages, there: ReadonlyMap<string, ImageRecord>): ImportedImages {
  const duplicateOf = new Map([...imported.duplicateOf, ...there])
  return { ...imported, duplicates: duplicateOf.size, duplicateOf }
}

/** Commits what was read. `request` may say otherwise than at the reading how images are split and grouped. */
export async function takeImport(
  project: OpenProject,
  read: ReadImport,
  request: ImportRequest,
  { alikeAmong }: Pick<ImportTools, 'alikeAmong'>,
): Promise<ImportReport> {
  let taken: ReadonlySet<string> = new Set<string>()
  try {
    const fresh = [...read.imported.records.values()]
    const alike = request.split === 'auto' && fresh.length > 0 ? await alikeAmong?.([...project.db.images(), ...fresh]) : []
    // Before the commit: a kill in between leaves files that nobody needs, never records without their files.
    for (const folder of writtenBy(read.datasets)) await takeImageFolder(folder)
    const report = commitImport(project, read, request, alike)
    taken = new Set(read.imported.records.keys())
    return report
  } finally {
    await tidy(writtenBy(read.datasets), taken)
  }
}

/** Removes what the reading wrote. */
export function dropImport({ datasets }: ReadImport): Promise<void> {
  return tidy(writtenBy(datasets), new Set())
}

const writtenBy = (datasets: readonly ParsedDataset[]): string[] => datasets.flatMap(({ written = [] }) => written)

function contextOf(project: OpenProject, request: ImportRequest, tools: ImportTools & Pick<ImportContext, 'known'>): ImportContext {
  return { ...tools, task: project.task, classes: orderedClasses(project.db.classes()), projectFolder: project.folder, request }
}

async function parse(given: string, context: ImportContext): Promise<ParsedDataset> {
  const { format } = context.request
  const found = format === 'auto' ? asSaid(await detectFormat(given, context), context.request) : format
  const { read, found: notes } = IMPORT_FORMATS[found]
  const all = await read(given, context)
  const parsed = takesMasks(found, format) ? all : withoutMasks(all, given)
  if (format !== 'auto') return withChosenPlanes(parsed, context)
  const unread = found === 'images' ? await passedOver(given) : []
  return withChosenPlanes({ ...parsed, notes: [...notes, ...(parsed.notes ?? []), ...unread] }, context)
}

/** Formats that know what a mask is; and who says that all are images has them all. */
function takesMasks(found: FoundFormat, said: ImportRequest['format']): boolean {
  return ['masks', 'labelmaps', 'tfrecord', 'crops', 'folders'].includes(found) || said === 'images'
}

/** Who says how masks are named or read has masks: what is found may not say otherwise, and images alone are then refused. */
function asSaid(found: FoundFormat, { pair, colors, maskKind }: ImportRequest): FoundFormat {
  if (pair !== null) return 'masks'
  return found === 'images' && (colors !== null || maskKind !== 'auto') ? 'masks' : found
}

function mergedOf(
  datasets: readonly ParsedDataset[],
  request: ImportRequest,
  known: KnownImages,
): Pick<ReadImport, 'parsed' | 'classNames' | 'foundClasses' | 'problems' | 'notes'> {
  const parsed = datasets.flatMap(({ images }) => images)
  const problems = datasets.flatMap((dataset) => dataset.problems)
  if (parsed.length === 0 && problems.length === 0)
    throw new AppError(
      'nothing-found',
      `No images were found in ${someNames(request.paths)}.`,
      'JPEG, PNG, BMP, TIFF and WebP files and slides can be imported.',
    )
  const written = writtenBy(datasets)
  const laid = parsed.filter(({ path: file }) => known.recordOf(file) === undefined)
  const notes = [
    ...new Set([...datasets.flatMap((dataset) => dataset.notes ?? []), ...elsewhereNotes(laid, [...request.paths, ...written])]),
  ]
  const foundClasses = datasets.flatMap((dataset) => dataset.foundClasses ?? [])
  return { parsed, classNames: datasets.flatMap(({ classNames }) => classNames), foundClasses, problems, notes }
}

/** Boxes and outlines are no classes of images: taken into a classification they would only be in the way. */
function checkKind(task: TaskKind, parsed: readonly ParsedImage[]): void {
  const objects = parsed.flatMap((image) => image.objects)
  if (TASKS[task].objects !== 'none' || objects.length === 0 || objects.some(({ shape }) => shape.type === 'image')) return
  throw new AppError(
    'wrong-labels',
    `${objects.length === 1 ? 'This is' : 'These are'} ${counted(objects.length, 'label')} of objects within images; a classification holds one class for each image. Nothing was taken.`,
    'Import them into a detection or segmentation project, and from there cut the objects out (format crops), or import class folders or a table.',
  )
}

/** Takes away what an import wrote into the project and did not take: all of it where it failed, doubles where it did not. */
async function tidy(folders: readonly string[], taken: ReadonlySet<string>): Promise<void> {
  for (const folder of folders) await tidyImageFolder(folder, taken)
}

function commitImport(project: OpenProject, read: ReadImport, request: ImportRequest, alike: readonly Alike[] = []): ImportReport {
  const { images, classes, annotations, regions, measured, problems, kept, copies, replaced } = recordsOf(project, read, request, alike)
  const notes = [
    ...read.notes,
    ...newClassNotes(project, classes),
    ...groupNotes(project, images, request),
    ...keptNotes(kept),
    ...replacedNotes(replaced),
    ...copyNotes(copies),
    ...regionNotes(regions),
    ...measuredNotes(measured),
    ...boxNotes(project, annotations),
  ]
  const edit: Edit = {
    label: say('Import {{count}} images', { count: images.length }),
    put: { images, classes, annotations, regions },
    remove: { annotations: replaced.flatMap(({ labels }) => labels) },
  }
  if (images.length > 0) project.commit(edit, measured)
  return {
    images: read.imported.records.size,
    annotations: annotations.length,
    classes: classes.length,
    duplicates: read.imported.duplicates,
    known: [...new Set([...read.imported.duplicateOf.values()].map(({ id }) => id))],
    problems,
    notes,
    splits: splitsOf(images),
    splitsKept: splitsKept(project, read, images, request),
  }
}

function regionOf({ shape, name, fullyLabelled }: ParsedRegion, imageId: ImageId, author: string): RegionRecord {
  const now = new Date().toISOString()
  return { id: regionId.parse(newId()), imageId, shape, name, fullyLabelled, author, createdAt: now, updatedAt: now }
}

/** How many images keep the split they had in the project, although another was asked for. */
function splitsKept(project: OpenProject, { imported }: ReadImport, taken: readonly ImageRecord[], { split }: ImportRequest): number {
  const placed = new Set(taken.map(({ id }) => id))
  const there = new Map([...imported.duplicateOf.values()].flatMap(({ id }) => (placed.has(id) ? [] : [[id, project.db.image(id)]])))
  return [...there.values()].filter((image) => image && split !== null && image.split !== split).length
}

/** The records that an import makes, and all that is to be told of it. `alike`: which of these and the project's images look nearly the same. */
export function recordsOf(
  project: OpenProject,
  { parsed, classNames, foundClasses, problems, imported }: ReadImport,
  request: ImportRequest,
  alike: readonly Alike[] = [],
): Taken & { classes: ClassRecord[]; problems: ImportProblem[] } {
  const have = project.db.classes()
  const names = [...new Set(classNames)].filter((name) => !have.some((c) => c.name === name))
  const classes = newClasses(names, have, new Map(foundClasses.map(({ name, color }) => [name, color])))
  const taken = gather(project, request, parsed, imported, new Map([...have, ...classes].map((c) => [c.name, c.id])))
  const options = { seed: request.seed, val: VAL_SHARE, test: TEST_SHARE, alike }
  const images = request.split === 'auto' && taken.images.length > 0 ? project.withSplits(taken.images, options) : taken.images
  // Where no image is taken, nothing of the project changes.
  return { ...taken, images, classes: images.length > 0 ? classes : [], problems: [...problems, ...imported.problems] }
}

interface Taken {
  readonly images: ImageRecord[]
  readonly annotations: AnnotationRecord[]
  readonly regions: RegionRecord[]
  /** What was measured of the annotations. */
  readonly measured: Measured[]
  /** Names of images that keep the labels they had. */
  readonly kept: string[]
  /** Images whose labels others take the place of, with those that go. */
  readonly replaced: { readonly name: string; readonly labels: readonly AnnotationId[] }[]
  /** Images whose picture came before in the same import, with how many objects were said to be on them. */
  readonly copies: { readonly name: string; readonly objects: number }[]
}

/** Records of what was read. Labels of an image that the project has already go to it, unless it is labelled: then its own stay. */
function gather(
  project: OpenProject,
  request: ImportRequest,
  parsed: readonly ParsedImage[],
  imported: ImportedImages,
  classes: ReadonlyMap<string, ClassId>,
): Taken {
  const origins = originsOf(
    parsed.map((p) => path.basename(p.path)),
    request,
  )
  const taken: Taken = { images: [], annotations: [], regions: [], measured: [], kept: [], replaced: [], copies: [] }
  const seen = new Set<ImageId>()
  for (const [i, one] of parsed.entries()) {
    const fresh = imported.records.get(one.path)
    const record = fresh ?? (one.labelled || one.regions !== undefined ? imported.duplicateOf.get(one.path) : undefined)
    if (!record) continue
    if (seen.has(record.id)) {
      taken.copies.push({ name: path.basename(one.path), objects: one.objects.length })
      continue
    }
    seen.add(record.id)
    const { annotations, measured } = labelsOf(one.objects, (object) => annotationOf(object, record.id, classes, project.person))
    // Regions alone leave the labels that are there as they are.
    const before = fresh || !one.labelled ? [] : project.db.annotationsOf(record.id)
    if (before.length > 0 && !(request.replace && mayReplace(project.db, before, { annotations, measured }))) {
      taken.kept.push(record.name)
      continue
    }
    if (before.length > 0) taken.replaced.push({ name: record.name, labels: before.map(({ id }) => id) })
    const image = placed(record, one, request, origins[i] ?? {})
    taken.images.push(hasBoxes(project, one.objects) ? { ...image, state: 'in-work' } : image)
    append(taken.annotations, annotations)
    append(taken.measured, measured)
    const regions = fresh ? [] : project.db.regionsOf(record.id)
    const newRegions = (one.regions ?? []).filter(({ shape }) => !regions.some((there) => isDeepStrictEqual(there.shape, shape)))
    append(
      taken.regions,
      newRegions.map((region) => regionOf(region, record.id, project.person)),
    )
  }
  return taken
}

type Labels = Pick<Taken, 'annotations' | 'measured'>

/** The records of objects, with what was measured of them. */
function labelsOf(objects: readonly ParsedObject[], recordOf: (object: ParsedObject) => AnnotationRecord | null): Labels {
  const labels: Labels = { annotations: [], measured: [] }
  for (const object of objects) {
    const record = recordOf(object)
    if (record === null) continue
    labels.annotations.push(record)
    if (object.measured) labels.measured.push({ annotationId: record.id, shape: record.shape, measured: object.measured })
  }
  return labels
}

/** Nothing that is locked goes, and labels that are the same stay as who made them left them, but where the file has measured more of them. */
function mayReplace(db: OpenProject['db'], before: readonly AnnotationRecord[], { annotations, measured }: Labels): boolean {
  const said = (labels: readonly AnnotationRecord[]): string[] =>
    labels.map(({ classId, shape, crowd, difficult }) => JSON.stringify([classId, shape, crowd, difficult])).sort()
  if (before.some(({ locked }) => locked)) return false
  return !isDeepStrictEqual(said(before), said(annotations)) || bringsMeasurements(db, before, measured)
}

/** A split asked for wins over the one that a list gave. An image whose labels came along is done. */
function placed(record: ImageRecord, parsed: ParsedImage, request: ImportRequest, told: Partial<ImageOrigin>): ImageRecord {
  const asked = request.split === 'auto' ? null : request.split
  return {
    ...record,
    split: asked ?? parsed.split ?? record.split,
    slide: told.slide ?? parsed.slide ?? record.slide,
    patient: told.patient ?? parsed.patient ?? record.patient,
    group: told.group ?? parsed.group ?? record.group,
    state: parsed.labelled ? 'done' : record.state,
  }
}

function annotationOf(
  object: ParsedObject,
  imageId: ImageId,
  classes: ReadonlyMap<string, ClassId>,
  author: string,
): AnnotationRecord | null {
  const id = classes.get(object.className)
  if (id === undefined) return null
  const now = new Date().toISOString()
  return {
    id: annotationId.parse(newId()),
    imageId,
    classId: id,
    shape: object.shape,
    origin: 'imported',
    predictionId: null,
    ...PLAIN,
    crowd: object.crowd,
    difficult: object.difficult,
    note: object.note ?? '',
    name: object.name ?? '',
    locked: object.locked ?? false,
    author,
    createdAt: now,
    updatedAt: now,
  }
}
