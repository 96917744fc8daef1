import path from 'node:path'
import type { PredictRequest } from '#shared/contracts/work.ts'
import { jobId, newId, runId } from '#shared/records/ids.ts'
import { VERSION } from '#shared/version.ts'
import { writeFolderWhole } from '../../../files/write-folder.ts'
import type { ImportProblem } from '../../interchange/dataset.ts'
import type { OpenProject } from '../open-project.ts'
import type { Prediction } from '../prediction.ts'
import { type CohortJob, type CohortPlan, PLAN, sha256Of } from './files.ts'

export interface PlannedCohort {
  readonly folder: string
  readonly parts: number
  readonly images: number
  /** Images whose file is gone; they are in no part. */
  readonly problems: readonly ImportProblem[]
}

/**
 * Cuts a prediction into parts of `imagesPerPart` images each and writes them as a folder that needs the project no more; see files.ts.
 * The project itself is only read.
 *
 * @throws AppError as a prediction that cannot begin, or one of `writeFolderWhole`'s.
 */
export async function planCohort(
  project: OpenProject,
  prediction: Prediction,
  request: PredictRequest,
  { folder, imagesPerPart }: { readonly folder: string; readonly imagesPerPart: number },
): Promise<PlannedCohort> {
  const chosen = prediction.chosen(request)
  const { readable, problems } = await prediction.located(chosen)
  const run = runId.parse(newId())
  const modelFolders = chosen.models.map(({ id }) => path.resolve(project.paths.models, id))
  const { minScore, flips, tissueOnly } = chosen.settings
  const parts = Array.from({ length: Math.ceil(readable.length / imagesPerPart) }, (_, i) => {
    const name = `part-${String(i + 1).padStart(4, '0')}`
    const images = readable.slice(i * imagesPerPart, (i + 1) * imagesPerPart)
    const looks = { minScore, flips, tissueOnly }
    const job: CohortJob = { format: 1, run, name, job: { kind: 'predict', id: jobId.parse(newId()), modelFolders, images, ...looks } }
    return { name, images: images.map(({ id }) => id), text: JSON.stringify(job, null, 1) }
  })
  const plan: CohortPlan = {
    ...{ format: 1, run, models: chosen.models.map(({ id }) => id), settings: chosen.settings },
    ...{ version: VERSION, createdAt: new Date().toISOString() },
    parts: parts.map(({ name, images, text }) => ({ name, jobSha256: sha256Of(text), images })),
  }
  await writeFolderWhole(folder, async (writer) => {
    for (const { name, text } of parts) await writer.file(`jobs/${name}.json`, text)
    await writer.file(PLAN, JSON.stringify(plan, null, 1))
  })
  return { folder, parts: parts.length, images: readable.length, problems }
}
