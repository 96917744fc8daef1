import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { predictedImage, predictJob, skippedImage } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { imageId, modelId, runId } from '#shared/records/ids.ts'

// A cohort is a prediction cut into parts that other machines work off. Its folder holds `plan.json` and `jobs/NAME.json` for each part. A
// folder of results holds, as they come, `NAME/` with `result.json` and the maps of the part's images. A job needs the image files and the model's folder where the
// plan says, nothing of the project's database: SQLite is not to be shared over a network.

const format = z.literal(1)
const name = z.string().regex(/^part-\d+$/)

export const cohortPlan = z.object({
  format,
  /** The run that the parts become. */
  run: runId,
  models: z.array(modelId).min(1),
  settings: z.object({ minScore: z.number(), flips: z.boolean(), tissueOnly: z.boolean(), inRegions: z.boolean() }),
  version: z.string(),
  createdAt: z.string(),
  parts: z.array(z.object({ name, jobSha256: z.string(), images: z.array(imageId) })),
})
export type CohortPlan = z.infer<typeof cohortPlan>

export const cohortJob = z.object({ format, run: runId, name, job: predictJob.omit({ mapFolder: true, cacheFolder: true }) })
export type CohortJob = z.infer<typeof cohortJob>

export const cohortResult = z.object({
  format,
  run: runId,
  name,
  jobSha256: z.string(),
  version: z.string(),
  seconds: z.number(),
  runtime: z.string(),
  predicted: z.array(predictedImage),
  skipped: z.array(skippedImage),
})
export type CohortResult = z.infer<typeof cohortResult>

export const PLAN = 'plan.json'
/** Maps lie in this folder of a result. */
export const MAPS = 'maps'
export const RESULT = 'result.json'

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A file of a cohort, checked. Throws AppError `not-found` where it is not there, `unreadable` where it is something else. */
export async function readCohortFile<T>(file: string, schema: z.ZodType<T>): Promise<{ readonly value: T; readonly sha256: string }> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('not-found', `${file} cannot be read.`, 'Check the path: `slidewright cohort plan` makes such a folder.', thrown)
  })
  const parsed = schema.safeParse(parseJson(text))
  if (!parsed.success)
    throw new AppError(
      'unreadable',
      `${file} is not a file of a cohort, or it is damaged.`,
      'Nothing was changed. Make it anew.',
      parsed.error,
    )
  return { value: parsed.data, sha256: sha256Of(text) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
