import path from 'node:path'
import type { ImportReport, importRequest } from '#shared/contracts/project.ts'
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { annotationId, newId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Edit } from '#shared/records/edit.ts'
import type { ImportProblem, ParsedDataset, ParsedImage, ParsedObject } from '../interchange/dataset.ts'
import { detectFormat } from '../interchange/detect.ts'
import { parseImages } from '../interchange/images.ts'
import { parseVoc } from '../interchange/voc.ts'
import { groupsOf } from '../images/grouping.ts'
import { importImages, type ImportedImages } from '../images/import-images.ts'
import type { Pictures } from '../images/pictures.ts'
import { newClasses } from '../project/new-classes.ts'
import type { OpenProject } from './open-project.ts'

export type ImportRequest = z.output<typeof importRequest>

export interface ImportHooks {
  readonly onProgress?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
}

export interface ImportTools extends ImportHooks {
  readonly pictures: Pictures
}

const VAL_SHARE = 0.2
const TEST_SHARE = 0.2

/** Reads everything first, then commits images, classes and annotations as one edit: nothing is ever half imported, and one undo takes it back. */
export async function importInto(project: OpenProject, request: ImportRequest, tools: ImportTools): Promise<ImportReport> {
  const problems: ImportProblem[] = []
  const parsed: ParsedImage[] = []
  const classNames: string[] = []
  for (const given of request.paths) {
    const dataset = await parse(given, request.format, tools)
    problems.push(...dataset.problems)
    parsed.push(...dataset.images)
    classNames.push(...dataset.classNames)
  }
  if (parsed.length === 0 && problems.length === 0)
    throw new AppError(
      'nothing-found',
      `No images were found in ${request.paths.join(', ')}.`,
      'JPEG, PNG, BMP, TIFF and WebP files can be imported.',
    )
  return commitImport(project, request, { parsed, classNames, problems }, tools)
}

async function parse(given: string, format: ImportRequest['format'], tools: ImportTools): Promise<ParsedDataset> {
  const found = format === 'auto' ? await detectFormat(given) : format
  const options = tools.signal ? { signal: tools.signal } : {}
  if (found !== 'voc') return parseImages(given, options)
  return parseVoc(given, { ...options, probe: (file) => tools.pictures.header({ file }) })
}

interface Parsed {
  readonly parsed: readonly ParsedImage[]
  readonly classNames: readonly string[]
  readonly problems: readonly ImportProblem[]
}

async function commitImport(
  project: OpenProject,
  request: ImportRequest,
  { parsed, classNames, problems }: Parsed,
  tools: ImportTools,
): Promise<ImportReport> {
  const paths = parsed.map((p) => p.path)
  const imported = await importImages(paths, { projectFolder: project.folder, known: project.db.images(), ...tools })
  const have = project.db.classes()
  const names = [...new Set(classNames)].filter((name) => !have.some((c) => c.name === name))
  const classes = newClasses(names, have)
  const taken = gather(project, request, parsed, imported, new Map([...have, ...classes].map((c) => [c.name, c.id])))
  const { images, annotations } = taken
  const edit: Edit = { label: `Import ${images.length} images`, put: { images, classes, annotations }, remove: {} }
  if (images.length > 0 || classes.length > 0) project.commit(edit)
  if (request.split === 'auto' && images.length > 0)
    project.assignSplits(images, { seed: request.seed, val: VAL_SHARE, test: TEST_SHARE, groupBy: request.groupBy })
  return {
    images: imported.records.size,
    annotations: annotations.length,
    classes: classes.length,
    duplicates: imported.duplicates,
    problems: [...problems, ...imported.problems, ...taken.problems],
    splits: splitsOf(images.map((i) => project.db.image(i.id) ?? i)),
  }
}

interface Taken {
  readonly images: ImageRecord[]
  readonly annotations: AnnotationRecord[]
  readonly problems: ImportProblem[]
}

/** Records of what was read. Labels of an image that the project has already go to it, unless it is labelled: then its own stay. */
function gather(
  project: OpenProject,
  request: ImportRequest,
  parsed: readonly ParsedImage[],
  imported: ImportedImages,
  classes: ReadonlyMap<string, ClassId>,
): Taken {
  const groups =
    request.groupBy === null
      ? []
      : groupsOf(
          parsed.map((p) => path.basename(p.path)),
          request.groupBy,
        )
  const taken: Taken = { images: [], annotations: [], problems: [] }
  for (const [i, one] of parsed.entries()) {
    const fresh = imported.records.get(one.path)
    const record = fresh ?? (one.labelled ? imported.duplicateOf.get(one.path) : undefined)
    if (!record) continue
    if (!fresh && project.db.annotationsOf(record.id).length > 0) {
      taken.problems.push({
        file: path.basename(one.path),
        what: 'is in the project and labelled already; its labels were left as they are',
      })
      continue
    }
    taken.images.push(placed(record, one, request, groups[i] ?? null))
    taken.annotations.push(...one.objects.flatMap((o) => annotationOf(o, record.id, classes, project.person)))
  }
  return taken
}

/** A split asked for wins over the one that a list gave. An image whose labels came along is done. */
function placed(record: ImageRecord, parsed: ParsedImage, request: ImportRequest, group: string | null): ImageRecord {
  const asked = request.split === 'auto' ? null : request.split
  return {
    ...record,
    split: asked ?? parsed.split ?? record.split,
    group: group ?? record.group,
    state: parsed.labelled ? 'done' : record.state,
  }
}

function annotationOf(object: ParsedObject, imageId: ImageId, classes: ReadonlyMap<string, ClassId>, author: string): AnnotationRecord[] {
  const id = classes.get(object.className)
  if (id === undefined) return []
  const now = new Date().toISOString()
  return [
    {
      id: annotationId.parse(newId()),
      imageId,
      classId: id,
      shape: object.shape,
      origin: 'imported',
      predictionId: null,
      crowd: object.crowd,
      difficult: object.difficult,
      note: '',
      author,
      createdAt: now,
      updatedAt: now,
    },
  ]
}

export function splitsOf(images: readonly ImageRecord[]): ImportReport['splits'] {
  const count = (split: ImageRecord['split']): number => images.filter((i) => i.split === split).length
  return { train: count('train'), val: count('val'), test: count('test'), none: count(null) }
}
