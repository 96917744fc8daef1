import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { JobSample } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { stainTarget } from '#shared/stains/normalize.ts'
import {
  type OwnColors,
  ownColorsText,
  STAIN_TITLES,
  type StainChoice,
  stainFacts,
  type StainFacts,
  type StainMethod,
} from '#shared/stains/stain-facts.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import { isImageError } from '../../../imaging/failure.ts'
import { readRaster } from '../../../imaging/read.ts'
import { inTime } from '../../../imaging/time-limit.ts'
import { openLarge, type OpenSource, pyramidsIn } from '../../inference/large-image.ts'
import { rasterSource } from '../../inference/pixel-source.ts'
import { measureSource } from './measure-source.ts'
import { measureSlide } from './normalized.ts'

/** Images that the target is measured of, spread evenly over those that are learned from: more would hardly move it, and a training begins soon. */
const MOST_IMAGES = 60

/** What the images of a training are normalised to. */
export const learnedStain = z.object({ target: stainFacts, images: z.number().int().positive() }).readonly()
export type LearnedStain = z.infer<typeof learnedStain>

const kept = z.object({ hash: z.string(), learned: learnedStain })

export interface StainReading {
  readonly open?: OpenSource | undefined
  readonly cacheFolder?: string | undefined
}

/**
 * The target of a training: measured of its images, and kept in the job's folder, so that one which goes on has the same. Null where images
 * are learned from as they are. Throws AppError `no-stain` where none of them has anything to measure.
 */
export async function learnedStainOf(
  choice: StainChoice | undefined,
  images: readonly JobSample[],
  folder: string,
  reading: StainReading = {},
): Promise<LearnedStain | null> {
  if (choice === undefined || choice === 'none') return null
  const file = path.join(folder, `stain-${choice}.json`)
  const hash = createHash('sha256').update(JSON.stringify(images)).digest('hex')
  const before = await readKept(file, hash)
  if (before !== null) return before
  const learned = await measured(choice, images, reading)
  await writeWhole(file, JSON.stringify({ hash, learned }))
  return learned
}

async function readKept(file: string, hash: string): Promise<LearnedStain | null> {
  try {
    const found = kept.parse(JSON.parse(await readFile(file, 'utf8')))
    return found.hash === hash ? found.learned : null
  } catch {
    return null
  }
}

async function measured(method: StainMethod, images: readonly JobSample[], reading: StainReading): Promise<LearnedStain> {
  const files = [...new Map(images.map((image) => [image.path, image])).values()]
  const count = Math.min(MOST_IMAGES, files.length)
  const facts: StainFacts[] = []
  for (let i = 0; i < count; i++) {
    const one = await measuredImage(method, files[Math.floor((i * files.length) / count)]!, reading)
    if (one !== null && typeof one !== 'string') facts.push(one)
  }
  const target = stainTarget(method, facts)
  if (target === null) throw noStain(method)
  return { target, images: facts.length }
}

/** Null where the image cannot be read: whoever learns from it says so by name. */
async function measuredImage(
  method: StainMethod,
  { path: file, window }: JobSample,
  reading: StainReading,
): Promise<StainFacts | OwnColors | null> {
  try {
    if (window === undefined) return await measureSource(method, rasterSource(await inTime(readRaster)(file)))
    const source = await (reading.open ?? openLarge)(file, pyramidsIn(reading.cacheFolder))
    try {
      return await measureSlide(source, { method })
    } finally {
      await source.close()
    }
  } catch (thrown) {
    if (!isImageError(thrown)) throw thrown
    return null
  }
}

function noStain(method: StainMethod): AppError {
  return new AppError(
    'no-stain',
    `None of the training images has the colours of a stain that ${STAIN_TITLES[method]} could measure.`,
    'Train without stain normalisation, or with the other method.',
  )
}

/** Images that were left in their own colours in a training, told in a line. */
const NAMED = 5

/** What has to be said of a training with stain normalisation. */
export function stainNotes(stain: LearnedStain | null, left: ReadonlyMap<string, OwnColors>): string[] {
  if (stain === null) return []
  const title = STAIN_TITLES[stain.target.method]
  const told = say('Stains were normalised by {{title}} to the middle of {{count}} training images; predictions do the same.', {
    title,
    count: stain.images,
  })
  if (left.size === 0) return [told]
  const named = [...left].slice(0, NAMED).map(([file, why]) => `${path.basename(file)} (${ownColorsText(why)})`)
  const more = left.size > NAMED ? ', …' : ''
  return [told, say('Left in their own colours: {{names}}.', { names: named.join(', ') + more })]
}
