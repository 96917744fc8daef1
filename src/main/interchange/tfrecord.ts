import { rm } from 'node:fs/promises'
import path from 'node:path'
import { append } from '#shared/append.ts'
import type { RecordsUnpacked } from '#shared/contracts/label-maps.ts'
import { AppError } from '#shared/errors.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage } from './dataset.ts'
import { readPairs } from './masks.ts'
import { newImageFolder } from './project-images.ts'
import { splitOfFolder } from './split-folders.ts'
import { walkFiles } from './walk.ts'

const ENDING = /\.(tfrec|tfrecord|tfrecords|record)(\.gz|\.gzip|\.zlib)?$/i

export const isRecordFile = (file: string): boolean => ENDING.test(file)

/**
 * Reads TFRecord files of images and masks (`src/imaging/records/unpack.ts` says which). The images are written below the project's `images`, a folder
 * a file; the file is their group, since a file holds the tiles of one slide. Masks are read as `parseMasks` does. Broken records are told.
 *
 * @throws AppError `not-found`, `too-many-files`, `no-records`, or as `parseMasks`.
 */
export async function parseRecords(given: string, context: ImportContext): Promise<ParsedDataset> {
  const all = await walkFiles(given, context.signal)
  const files = all.length === 1 && all[0] === path.resolve(given) ? all : all.filter(isRecordFile)
  if (files.length === 0) throw noRecords(given)
  const base = path.dirname(files[0]!)
  const written: string[] = []
  try {
    const unpacked = await unpackAll(files, base, written, context)
    const dataset = await readUnpacked(unpacked, context)
    return { ...dataset, format: 'tfrecord', written, problems: [...unpacked.problems, ...dataset.problems] }
  } catch (thrown) {
    for (const folder of written) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw thrown
  }
}

interface Unpacked {
  readonly records: RecordsUnpacked['records']
  /** Group and split of each image. */
  readonly origin: ReadonlyMap<string, Pick<ParsedImage, 'split'> & { readonly group: string }>
  readonly problems: readonly ImportProblem[]
}

async function unpackAll(files: readonly string[], base: string, written: string[], context: ImportContext): Promise<Unpacked> {
  const records: RecordsUnpacked['records'] = []
  const origin = new Map<string, { group: string; split: ParsedImage['split'] }>()
  const problems: ImportProblem[] = []
  for (const [i, file] of files.entries()) {
    context.signal?.throwIfAborted()
    const group = path.basename(file).replace(ENDING, '')
    const folder = await newImageFolder(context.projectFolder, group)
    written.push(folder)
    const unpacked = await context.pictures.records({ file, folder, prefix: group })
    context.onProgress?.(i + 1, files.length, path.basename(file))
    append(records, unpacked.records)
    for (const { image } of unpacked.records) origin.set(image, { group, split: splitOfFolder(base, file) })
    append(
      problems,
      unpacked.problems.map((what) => ({ file: path.relative(base, file), what })),
    )
  }
  return { records, origin, problems }
}

async function readUnpacked({ records, origin, problems }: Unpacked, context: ImportContext): Promise<ParsedDataset> {
  const pairs = records.flatMap(({ image, mask }) => (mask === null ? [] : [{ image, masks: [mask] }]))
  const alone = records.flatMap(({ image, mask }) => (mask === null ? [image] : []))
  const base = path.join(context.projectFolder, 'images')
  if (records.length === 0 && problems.length === 0) throw noRecords('The file')
  const dataset: ParsedDataset =
    pairs.length > 0
      ? await readPairs({ pairs, alone, problems: [] }, base, context)
      : { format: 'tfrecord', images: alone.map(unlabelled), classNames: [], problems: [] }
  // What they held lies in the project now.
  for (const { masks } of pairs) for (const mask of masks) await rm(mask, { force: true })
  return { ...dataset, images: dataset.images.map((image) => ({ ...image, ...origin.get(image.path) })) }
}

const unlabelled = (file: string): ParsedImage => ({ path: file, size: null, split: null, labelled: false, objects: [] })

function noRecords(given: string): AppError {
  return new AppError(
    'no-records',
    `${path.basename(given)} holds no TFRecord with images.`,
    'Their names end in .tfrec, .tfrecord or .tfrecords.',
  )
}
