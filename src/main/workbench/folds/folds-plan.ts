import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { trainRequest } from '#shared/contracts/work.ts'
import { imageId, type ImageId, jobId, type JobId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import type { FoldPart } from '../../images/splits.ts'
import { jobFolder, readJobs } from '../job-folders.ts'
import type { OpenProject } from '../open-project.ts'
import type { FoldOf } from '../training.ts'

/**
 * How a cross-validation goes, from its beginning to its end: kept among the checkpoints until it is through, so that it goes on as it was divided
 * at first, whatever became of the project's images since.
 */
const foldsPlan = z
  .object({
    id: jobId,
    /** What its models are called, before the number of the fold. */
    name: z.string(),
    request: trainRequest,
    /** Of what was labelled when it began. */
    labelHash: z.string(),
    /** `held`: what the fold's model does not see; `val`: what chooses its epoch, of the others. */
    parts: z.array(z.object({ held: z.array(imageId), val: z.array(imageId) })).min(2),
  })
  .readonly()
export type FoldsPlan = z.infer<typeof foldsPlan>

export const planParts = (parts: readonly FoldPart[]): FoldsPlan['parts'] =>
  parts.map(({ held, splits }) => ({
    held: held.map(({ id }) => id),
    val: [...splits].flatMap(([id, split]) => (split === 'val' ? [id] : [])),
  }))

/** A fold of the plan as a training takes it. Images that the plan does not know are not learned from. */
export function foldOf({ id, name, parts }: FoldsPlan, index: number): FoldOf {
  const known = new Set<ImageId>(parts.flatMap(({ held }) => held))
  const { held, val } = parts[index]!
  const [away, choosing] = [new Set(held), new Set(val)]
  const splitOf = (image: ImageRecord) =>
    away.has(image.id) || !known.has(image.id) ? null : choosing.has(image.id) ? ('val' as const) : ('train' as const)
  return { of: id, name, index, folds: parts.length, splitOf }
}

const NAME = 'folds.json'

export async function keepPlan(project: OpenProject, plan: FoldsPlan): Promise<void> {
  const folder = jobFolder(project, plan.id)
  await mkdir(folder, { recursive: true })
  await writeWhole(path.join(folder, NAME), JSON.stringify(plan))
}

export async function removePlan(project: OpenProject, id: JobId): Promise<void> {
  await rm(jobFolder(project, id), { recursive: true, force: true })
}

/** The plans of all cross-validations that are not through; what is no plan is passed over. */
export const readPlans = (project: OpenProject): Promise<FoldsPlan[]> => readJobs(project, readPlan)

async function readPlan(folder: string): Promise<FoldsPlan | null> {
  try {
    const plan = foldsPlan.parse(JSON.parse(await readFile(path.join(folder, NAME), 'utf8')))
    return plan.id === path.basename(folder) ? plan : null
  } catch {
    return null
  }
}
