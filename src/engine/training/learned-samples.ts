import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { type JobSample, type JobSamples, jobSamples } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { isLargeImage } from '#shared/records/image.ts'
import { TASKS } from '#shared/task-facts.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { ImageSource } from '../../imaging/slides/image-source.ts'
import { hasLarge, type TissueFinder, type Windowed, windowedSamples } from '../data/windows/window-samples.ts'
import { BlockCache } from '../inference/block-cache.ts'
import { openLarge, type OpenSource, pyramidsIn } from '../inference/large-image.ts'
import { slidePixels } from '../inference/slide-pixels.ts'
import { findTissue } from '../inference/tissue.ts'
import { readSamples } from './training-setup.ts'

/** Beside the list of samples: what large images were replaced by, so that a training that goes on learns from the same. */
export const WINDOWS_FILE = 'windows.json'

const windowsFile = z.object({ listHash: z.string(), samples: jobSamples, notes: z.array(z.string()) })

export interface LearnedSamples extends Windowed {
  /** Tells apart what is learned from: of the list, and of the windows where there are any. */
  readonly hash: string
}

export interface LearnedSamplesOptions {
  /** Opens large images; default: `openLarge`. */
  readonly open?: OpenSource | undefined
  readonly cacheFolder?: string | undefined
}

/**
 * What a job learns from: the list in its folder, large images replaced by windows (`windowedSamples`), which are planned once and kept in the
 * folder. Large flat images get their pyramids here, so that image workers find them. Throws AppError as `readSamples`, `image-too-large` where
 * memory does not suffice for an image that is learned from whole, `cancelled`, or as `writeWhole`.
 */
export async function learnedSamples(folder: string, options: LearnedSamplesOptions = {}): Promise<LearnedSamples> {
  const { samples, hash } = await readSamples(folder)
  refuseTooLarge(samples)
  if (!hasLarge(samples)) return { samples, hash, notes: [] }
  const { open = openLarge, cacheFolder } = options
  const opened = <T>(image: JobSample, work: (source: ImageSource) => Promise<T>): Promise<T | null> =>
    withSource(() => open(image.path, pyramidsIn(cacheFolder)), work)
  for (const image of [...samples.train, ...samples.val]) if (isLargeImage(image)) await opened(image, () => Promise.resolve())
  const file = path.join(folder, WINDOWS_FILE)
  const windowed = (await keptWindows(file, hash)) ?? (await planned(samples, hash, file, (image) => opened(image, tissueOf)))
  if (windowed.samples.train.length === 0) throw nothingLeft(windowed.notes)
  return { ...windowed, hash: sha256(`${hash} ${JSON.stringify(windowed.samples)}`) }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Null where the image cannot be read: whoever reads its windows says so by name. */
async function withSource<T>(open: () => Promise<ImageSource>, work: (source: ImageSource) => Promise<T>): Promise<T | null> {
  let source: ImageSource | null = null
  try {
    source = await open()
    return await work(source)
  } catch (thrown) {
    if (!isImageError(thrown)) throw thrown
    return null
  } finally {
    await source?.close()
  }
}

/** The picture that tissue is looked for on is read once: nothing has to be kept of it. */
const tissueOf = (source: ImageSource) => findTissue(slidePixels(source, new BlockCache(source, 2 ** 24)))

async function keptWindows(file: string, listHash: string): Promise<Windowed | null> {
  try {
    const kept = windowsFile.parse(JSON.parse(await readFile(file, 'utf8')))
    return kept.listHash === listHash ? kept : null
  } catch {
    return null
  }
}

async function planned(samples: JobSamples, listHash: string, file: string, tissue: TissueFinder): Promise<Windowed> {
  const windowed = await windowedSamples(samples, tissue)
  const text = JSON.stringify({ listHash, ...windowed })
  await writeWhole(file, text)
  // As it will be read again, to the last optional field.
  return windowsFile.parse(JSON.parse(text))
}

function nothingLeft(notes: readonly string[]): AppError {
  return new AppError(
    'no-training-images',
    `${say('Nothing in the large training images can be learned from.')} ${notes.slice(1).join(' ')}`.trim(),
    'Label some objects or areas in them, or add images.',
  )
}

/** Decoded images and their copy for all workers may take this share of the machine's memory. */
const MEMORY_SHARE = 0.5
const COPIES = 2

/** A class of an image is learned from all of it: that needs the memory for all of it. */
function refuseTooLarge({ task, train, val }: JobSamples): void {
  if (TASKS[task].objects !== 'none') return
  const most = (MEMORY_SHARE * os.totalmem()) / COPIES
  const large = [...train, ...val].find((image) => isLargeImage(image) && 3 * image.width * image.height > most)
  if (!large) return
  const gigabytes = ((COPIES * 3 * large.width * large.height) / 2 ** 30).toFixed(1)
  throw new AppError(
    'image-too-large',
    `${large.path} has ${large.width} x ${large.height} pixels: learning its class needs ${gigabytes} GB of memory for this image alone, too much for this computer.`,
    'Export the parts that matter as separate images and label those, or leave it out.',
  )
}
