import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { groupBy } from '#shared/group-by.ts'
import { say } from '#shared/i18n/say.ts'
import type { Edit } from '#shared/records/edit.ts'
import type { ImageId } from '#shared/records/ids.ts'
import { isZarrName, type ImageRecord } from '#shared/records/image.ts'
import { onDisk, planePath, zarrPlace } from '#shared/records/zarr-plane.ts'
import { mapLimited, walkFiles } from '../interchange/walk.ts'
import { fingerprint, type FoldersKnown } from './hash-file.ts'
import { isImageThere, pathsOf } from './image-paths.ts'

export interface FindOptions {
  readonly signal?: AbortSignal
  /** Candidates looked at so far. */
  readonly onProgress?: (done: number, total: number, name: string) => void
}

/**
 * The record of an image whose file was moved, with its new place: `given` is the file, or a folder that is searched with those below it.
 * The content must be the same, byte for byte: annotations lie on these pixels.
 * @throws AppError `not-found`, `different-image`, or `image-not-here` where a folder does not hold it.
 */
export async function relocated(image: ImageRecord, given: string, projectFolder: string, options: FindOptions = {}): Promise<ImageRecord> {
  const found = (await findMoved([image], [given], options)).get(image.id)
  if (found !== undefined) return { ...image, ...pathsOf(found, projectFolder) }
  if ((await stat(given)).isDirectory() && !isZarrName(given))
    throw new AppError(
      'image-not-here',
      `${image.name} is not in this folder.`,
      'Choose the folder that it was moved to, or the file itself.',
    )
  throw new AppError(
    'different-image',
    `${path.basename(given)} is not the picture that ${image.name} was.`,
    'Its content differs, so the labels might not fit. Choose the original file, or import this one as a new image.',
  )
}

/**
 * Where moved files are now, found in folders (with those below) or among files by size first and sha256 then; files of the same name are
 * looked at first. Images that are not found are left out.
 * @throws AppError `not-found` or `too-many-files`; the signal's reason when aborted.
 */
export async function findMoved(
  missing: readonly ImageRecord[],
  places: readonly string[],
  options: FindOptions = {},
): Promise<Map<ImageId, string>> {
  const open = groupBy(missing, ({ sha256 }) => sha256)
  const found = new Map<ImageId, string>()
  const candidates = withPlanes(await candidatesAt(places, missing, options.signal), missing)
  const folders: FoldersKnown = new Map()
  for (const [i, file] of candidates.entries()) {
    if (open.size === 0) break
    const { sha256 } = await fingerprint(file, options.signal, folders).catch(skipUnreadable)
    for (const image of open.get(sha256) ?? []) found.set(image.id, file)
    open.delete(sha256)
    options.onProgress?.(i + 1, candidates.length, path.basename(file))
  }
  return found
}

/**
 * Where missing files are now that moved together with another one, whose path was `from` and is `to`: in the same place below the folder that moved,
 * or beside it. They are told by size and sha256, as everywhere. Images that are not found are left out.
 */
export async function movedAlong(missing: readonly ImageRecord[], from: string, to: string): Promise<Map<ImageId, string>> {
  const places = new Set(missing.flatMap(({ absolutePath }) => sameMove(onDisk(absolutePath), onDisk(from), onDisk(to))))
  const there = await mapLimited([...places], 8, async (place) => ((await isImageThere(place)) ? [place] : []))
  return findMoved(missing, there.flat())
}

/** Paths that a file may have after the move of another one. A project may have come from a system that writes paths otherwise. */
function sameMove(file: string, from: string, to: string): string[] {
  const [parts, before, after] = [file, from, to].map((one) => one.split(/[\\/]/)) as [string[], string[], string[]]
  // What both paths end in has not moved; of a file that was also renamed the folders are set against each other.
  let kept = 0
  while (kept < Math.min(before.length, after.length) - 1 && before.at(-1 - kept) === after.at(-1 - kept)) kept++
  const moved = before.slice(0, -Math.max(1, kept))
  const isBelow = moved.every((part, i) => part === parts[i])
  const below = isBelow ? [[...after.slice(0, -Math.max(1, kept)), ...parts.slice(moved.length)].join(path.sep)] : []
  return [...below, path.join(path.dirname(to), parts.at(-1) ?? '')]
}

/** The folder of an OME-Zarr stands for each of its planes that is looked for. */
function withPlanes(candidates: readonly string[], missing: readonly ImageRecord[]): string[] {
  const planes = missing.flatMap(({ name }) => zarrPlace(name)?.plane ?? [])
  return candidates.flatMap((file) => (zarrPlace(file) ? [...new Set(planes.map((plane) => planePath(file, plane)))] : [file]))
}

function skipUnreadable(thrown: unknown): { sha256: string } {
  if (thrown instanceof AppError) return { sha256: '' }
  throw thrown
}

/** Files of a size that is looked for, those of a name that is looked for first. */
async function candidatesAt(places: readonly string[], missing: readonly ImageRecord[], signal?: AbortSignal): Promise<string[]> {
  const sizes = new Set(missing.map(({ bytes }) => bytes))
  const names = new Set(missing.map(({ name }) => onDisk(name)))
  const zarrs = missing.some(({ name }) => isZarrName(name))
  const files = new Set<string>()
  for (const place of places) for (const file of await walkFiles(place, signal)) files.add(file)
  const fits = await mapLimited([...files], 8, async (file) => {
    signal?.throwIfAborted()
    const what = await stat(file).catch(() => null)
    // What the folder of a Zarr takes is known only when it is looked through.
    return what?.isDirectory() === true ? zarrs : sizes.has(what?.size ?? -1)
  })
  const sized = [...files].filter((_, i) => fits[i])
  const named = (file: string): boolean => names.has(path.basename(file))
  return [...sized.filter(named), ...sized.filter((file) => !named(file))]
}

/** The edit by which an image is known to lie where it was found. */
export const relocation = (image: ImageRecord): Edit => ({
  label: say('Find {{name}}', { name: image.name }).slice(0, 120),
  put: { images: [image] },
  remove: {},
})
