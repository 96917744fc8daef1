import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { JobProgress, PredictedImage } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import { writeFolderWhole } from '../../../files/write-folder.ts'
import { withEngine } from '../engine-link.ts'
import { cohortJob, type CohortResult, cohortResult, MAPS, readCohortFile, RESULT } from './files.ts'

export interface RanPart {
  readonly images: number
  readonly objects: number
  readonly seconds: number
  readonly skipped: readonly { readonly file: string; readonly what: string }[]
  /** The result was there already, of this very job: nothing was done. */
  readonly before: boolean
}

/**
 * Works off one part of a cohort and writes its result as a folder, whole or not at all. Needs no project. A part that was killed goes on from
 * its finished tiles, which lie in `target` + `.unfinished` until it is through; a part whose result is there is left as it is.
 *
 * @throws AppError `other-job` where the folder holds the result of another job.
 */
export async function runPart(jobFile: string, target: string, onProgress?: (progress: JobProgress) => void): Promise<RanPart> {
  const { value, sha256 } = await readCohortFile(jobFile, cohortJob)
  const before = await resultIn(target)
  if (before !== null) {
    if (before.jobSha256 === sha256) return told(before, true)
    throw new AppError('other-job', `${target} holds the result of another job.`, 'It was left as it is. Give another folder.')
  }
  const work = `${path.resolve(target)}.unfinished`
  await mkdir(work, { recursive: true })
  // Maps of a part that was killed may be half written; tiles are whole or not there. Where the engine of the workflow was killed, the part that it
  // began may still be at work: each attempt has maps of its own, so that none takes those of another.
  const maps = await mkdtemp(path.join(work, `${MAPS}-`))
  const predicted: PredictedImage[] = []
  const done = await withEngine((engine) => {
    const listeners = { ...(onProgress ? { onProgress } : {}), onPredicted: (image: PredictedImage) => void predicted.push(image) }
    return engine.start({ ...value.job, mapFolder: maps, cacheFolder: path.join(work, 'cache') }, listeners).done
  })
  if (done.kind !== 'predict') throw new AppError('internal', 'The engine answered a prediction with something else.')
  const { seconds, runtime, skipped } = done
  const { run, name } = value
  const result: CohortResult = { format: 1, run, name, jobSha256: sha256, version: VERSION, seconds, runtime, predicted, skipped }
  await writeFolderWhole(target, async (writer) => {
    for (const map of await readdir(maps)) await writer.copy(`${MAPS}/${map}`, path.join(maps, map))
    await writer.file(RESULT, JSON.stringify(result))
  })
  await rm(work, { recursive: true, force: true })
  return told(result, false)
}

async function resultIn(folder: string): Promise<CohortResult | null> {
  const entries = await readdir(folder).catch((): string[] => [])
  return entries.includes(RESULT) ? (await readCohortFile(path.join(folder, RESULT), cohortResult)).value : null
}

function told({ predicted, seconds, skipped }: CohortResult, before: boolean): RanPart {
  const objects = predicted.reduce((sum, { found }) => sum + found.length, 0)
  return { images: predicted.length, objects, seconds, before, skipped: skipped.map((s) => ({ file: s.imageId, what: s.error.message })) }
}
