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
import { importImages } from '../images/import-images.ts'
import { newClasses } from '../project/new-classes.ts'
import type { OpenProject } from './open-project.ts'

export type ImportRequest = z.output<typeof importRequest>

export interface ImportHooks {
  readonly onProgress?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
}

const VAL_SHARE = 0.2
const TEST_SHARE = 0.2

/** Reads everything first, then commits images, classes and annotations as one edit: nothing is ever half imported, and one undo takes it back. */
export async function importInto(project: OpenProject, request: ImportRequest, hooks: ImportHooks = {}): Promise<ImportReport> {
  const problems: ImportProblem[] = []
  const parsed: ParsedImage[] = []
  const classNames: string[] = []
  for (const path of request.paths) {
    const dataset = await parse(path, request.format, hooks)
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
  return commitImport(project, request, { parsed, classNames, problems }, hooks)
}

async function parse(path: string, format: ImportRequest['format'], hooks: ImportHooks): Promise<ParsedDataset> {
  const found = format === 'auto' ? await detectFormat(path) : format
  const options = hooks.signal ? { signal: hooks.signal } : {}
  return found === 'voc' ? parseVoc(path, options) : parseImages(path, options)
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
  hooks: ImportHooks,
): Promise<ImportReport> {
  const imported = await importImages(
    parsed.map((p) => p.path),
    { projectFolder: project.folder, known: project.db.images(), ...hooks },
  )
  const have = project.db.classes()
  const added = newClasses(
    [...new Set(classNames)].filter((name) => !have.some((c) => c.name === name)),
    have,
  )
  const classes = new Map<string, ClassId>([...have, ...added].map((c) => [c.name, c.id]))
  const images: ImageRecord[] = []
  const annotations: AnnotationRecord[] = []
  const author = project.person
  for (const one of parsed) {
    const record = imported.records.get(one.path)
    if (!record) continue
    images.push(withSplit(record, one, request))
    annotations.push(...one.objects.flatMap((o) => annotationOf(o, record.id, classes, author)))
  }
  const edit: Edit = { label: `Import ${images.length} images`, put: { images, classes: added, annotations }, remove: {} }
  if (images.length > 0 || added.length > 0) project.commit(edit)
  if (request.split === 'auto' && images.length > 0)
    project.assignSplits(images, { seed: request.seed, val: VAL_SHARE, test: TEST_SHARE, groupBy: request.groupBy })
  return {
    images: images.length,
    annotations: annotations.length,
    classes: added.length,
    duplicates: imported.duplicates,
    problems: [...problems, ...imported.problems],
    splits: splitsOf(images.map((i) => project.db.image(i.id) ?? i)),
  }
}

/** A split asked for wins over the one that a list gave; group from the name where a pattern was given. An image whose labels came along is done. */
function withSplit(record: ImageRecord, parsed: ParsedImage, request: ImportRequest): ImageRecord {
  const split = request.split === null || request.split === 'auto' ? parsed.split : request.split
  const match = request.groupBy === null ? null : new RegExp(request.groupBy).exec(record.name)
  return { ...record, split, group: match ? (match[1] ?? match[0]) : record.group, state: parsed.labelled ? 'done' : record.state }
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
