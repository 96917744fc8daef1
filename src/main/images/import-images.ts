import path from 'node:path'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { imageId, newId } from '#shared/records/ids.ts'
import { type ImageRecord, NO_ORIGIN, SIZE_OF_FILE } from '#shared/records/image.ts'
import { onDisk } from '#shared/records/zarr-plane.ts'
import { isImageError } from '../../imaging/failure.ts'
import { mapLimited } from '../interchange/walk.ts'
import { findImageFiles } from './find-image-files.ts'
import { type Fingerprint, fingerprint, type FoldersKnown } from './hash-file.ts'
import { commonFolder, pathsOf } from './image-paths.ts'
import type { Pictures } from './pictures.ts'

export interface ImportImagesOptions {
  readonly projectFolder: string
  readonly pictures: Pictures
  /** Images that the project has: the same content is not taken again. */
  readonly known: readonly ImageRecord[]
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, name: string) => void
  readonly now?: Date
}

export interface ImportedImages {
  /** A record for each file that was taken, by its path as given (absolute for those found in folders). */
  readonly records: ReadonlyMap<string, ImageRecord>
  /** Files left out because the project, or an earlier file, has the same content. */
  readonly duplicates: number
  /** For each of those, the record that has it already: labels that came with the file can go there. */
  readonly duplicateOf: ReadonlyMap<string, ImageRecord>
  /** What was left out (`leftOut`), and what a person should know of what was taken, line by line; file names from the common folder on. */
  readonly problems: readonly Problem[]
}

interface Problem {
  readonly file: string
  readonly what: string
  readonly leftOut?: boolean
}

/** Files read at a time: as many as Node has threads for the file system. */
const AT_ONCE = 4

/**
 * Makes records of image files; nothing is written, the files stay where they are. Folders are searched (`findImageFiles`). Each file is hashed,
 * its header read and its completeness checked; what can't be read is reported and the rest is taken. The order of the files decides which of
 * equal ones is taken, and the order of the records.
 *
 * @throws AppError `not-found`, `too-many-files` or `pictures-unavailable`; the signal's reason when aborted.
 */
export async function importImages(paths: readonly string[], options: ImportImagesOptions): Promise<ImportedImages> {
  const files = await filesAt(paths, options.signal)
  const root = commonFolder(files)
  const folders: FoldersKnown = new Map()
  let done = 0
  const read = await mapLimited(files, AT_ONCE, async (file) => {
    options.signal?.throwIfAborted()
    const result = await readOne(file, folders, options)
    options.onProgress?.(++done, files.length, path.basename(file))
    return result
  })
  return gather(files, read, { ...options, root })
}

/** A file keeps its path as given, so that whoever asked finds it again; a folder gives what it holds. */
async function filesAt(paths: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const all: string[] = []
  const seen = new Set<string>()
  for (const given of paths)
    for (const file of await findImageFilesOrMissing(given, signal)) {
      const key = path.resolve(file)
      if (!seen.has(key)) all.push(key === path.resolve(given) ? given : file)
      seen.add(key)
    }
  return all
}

/** A file that has gone since it was chosen is reported with the others instead of ending the import. */
async function findImageFilesOrMissing(given: string, signal?: AbortSignal): Promise<string[]> {
  return findImageFiles([given], signal).catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'not-found') return [given]
    throw thrown
  })
}

type ReadOne = { readonly header: ImageHeader; readonly print: Fingerprint } | { readonly error: AppError }

async function readOne(file: string, folders: FoldersKnown, { pictures, signal }: ImportImagesOptions): Promise<ReadOne> {
  try {
    const header = await pictures.header({ file })
    return { header, print: await fingerprint(file, signal, folders) }
  } catch (thrown) {
    // What is not about this image (nothing can be read at all, the project is closed) ends the import.
    if (isImageError(thrown)) return { error: thrown }
    throw thrown
  }
}

function gather(files: readonly string[], read: readonly ReadOne[], options: ImportImagesOptions & { root: string }): ImportedImages {
  const addedAt = (options.now ?? new Date()).toISOString()
  const known = new Map(options.known.map((record) => [record.sha256, record]))
  const taken = new Map<string, ImageRecord>()
  const records = new Map<string, ImageRecord>()
  const duplicateOf = new Map<string, ImageRecord>()
  const slides = new Map<string, string>()
  const problems: Problem[] = []
  files.forEach((file, i) => {
    const one = read[i]!
    const name = path.relative(options.root, path.resolve(file))
    const problem = (what: string): void => void problems.push({ file: name, what })
    if ('error' in one) return void problems.push({ file: name, what: reasonOf(file, one.error), leftOut: true })
    // Files of one slide (DICOM has one for each level) open as the same slide.
    const { slideKey } = one.header
    const slide = slideKey === null ? undefined : slides.get(slideKey)
    if (slide !== undefined) return problem(say('belongs to the same slide as {{slide}}; it is taken once', { slide }))
    if (slideKey !== null) slides.set(slideKey, path.basename(file))
    const twin = taken.get(one.print.sha256)
    const same = known.get(one.print.sha256) ?? twin
    if (twin) problem(say('holds the same picture as {{name}}; it is taken once', { name: twin.name }))
    if (same) return void duplicateOf.set(file, same)
    const record = recordOf(file, one, { projectFolder: options.projectFolder, addedAt })
    records.set(file, record)
    taken.set(record.sha256, record)
    for (const note of one.header.notes) problem(note)
  })
  return { records, duplicates: duplicateOf.size, duplicateOf, problems }
}

/** The error's words without the file's name, which stands beside them. */
function reasonOf(file: string, error: AppError): string {
  const name = path.basename(file) + ' '
  const what = error.message.startsWith(name) ? `${say('This file')} ${error.message.slice(name.length)}` : error.message
  return error.hint === undefined ? what : `${what} ${error.hint}`
}

interface RecordContext {
  readonly projectFolder: string
  readonly addedAt: string
}

function recordOf(file: string, { header, print }: Extract<ReadOne, { header: ImageHeader }>, context: RecordContext): ImageRecord {
  return {
    id: imageId.parse(newId()),
    name: path.basename(file),
    ...pathsOf(file, context.projectFolder),
    ...print,
    width: header.width,
    height: header.height,
    bitDepth: header.bitDepth,
    channels: header.channels,
    micronsPerPixel: header.micronsPerPixel,
    ...SIZE_OF_FILE,
    objective: header.objective,
    scannedAt: header.scannedAt,
    split: null,
    ...NO_ORIGIN,
    // Planes of one specimen: a split must not divide them.
    group: header.stack === undefined ? null : path.resolve(onDisk(file)).split(path.sep).slice(-2).join('/'),
    state: 'unlabelled',
    addedAt: context.addedAt,
  }
}
