import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { predictRequest } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { RunRecord } from '#shared/records/model.ts'
import type { ImportProblem } from '../../interchange/dataset.ts'
import type { OpenProject } from '../open-project.ts'
import type { StepBook } from '../steps/step-book.ts'
import { glassOf, type LeftGlass, runNotes, ToldRun } from '../told-run.ts'
import { HALF_RUN } from '../prediction.ts'
import { cohortPlan, type CohortPlan, cohortResult, type CohortResult, MAPS, PLAN, readCohortFile, RESULT } from './files.ts'

export interface JoinedCohort {
  readonly run: RunRecord
  /** The run was in the project already: nothing was changed. */
  readonly before: boolean
  readonly problems: readonly ImportProblem[]
  readonly glass: readonly LeftGlass[]
  readonly notes: readonly string[]
}

interface JoinMeans {
  readonly project: OpenProject
  readonly steps: StepBook
}

const NAMED = 5

/**
 * Puts the results of a cohort together as one run of the project, in one transaction, as one prediction over all its images would have given
 * it. Done twice, the second time changes nothing.
 *
 * @throws AppError `not-finished` where results are missing, `other-job` where one is of another plan, `no-such-model` where the project does
 *   not hold the cohort's model.
 */
export async function joinCohort(
  { project, steps }: JoinMeans,
  folder: string,
  resultsFolder = path.join(folder, 'results'),
): Promise<JoinedCohort> {
  const { value: plan } = await readCohortFile(path.join(folder, PLAN), cohortPlan)
  const models = plan.models.map((id) => project.model(id))
  const before = project.db.runs().find(({ id }) => id === plan.run)
  if (before) return { run: before, before: true, problems: [], glass: [], notes: [] }
  const results = await resultsOf(plan, resultsFolder)
  const images = project.db.images()
  const names = new Map(images.map(({ id, name }) => [id, name]))
  const told = new ToldRun(project.db, models)
  for (const { predicted } of results) for (const image of predicted) if (names.has(image.imageId)) told.take(image)
  const half = path.join(project.paths.runs, `${HALF_RUN}${plan.run}`)
  try {
    await mkdir(half, { recursive: true })
    for (const { name } of plan.parts) await copyMaps(path.join(resultsFolder, name, MAPS), half)
    await rename(half, path.join(project.paths.runs, plan.run))
    const runtime = [...new Set(results.map((result) => result.runtime))].join(', ')
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
    const run = told.keep(plan.run, plan.settings, { runtime, seconds })
    steps.note({ kind: 'predict', request: requestOf(plan), made: run.id })
    const glass = glassOf(told.results, names)
    return { run, before: false, problems: problemsOf(plan, results, names), glass, notes: runNotes(images, told.results) }
  } finally {
    await rm(half, { recursive: true, force: true })
  }
}

/** As a single process would have been asked for it. */
function requestOf({ models, settings, parts }: CohortPlan): z.output<typeof predictRequest> {
  const modelId = models.length === 1 ? models[0]! : 'ensemble'
  return predictRequest.parse({ ...settings, modelId, images: parts.flatMap(({ images }) => images) })
}

async function resultsOf(plan: CohortPlan, folder: string): Promise<CohortResult[]> {
  const results: CohortResult[] = []
  const missing: string[] = []
  for (const { name, jobSha256 } of plan.parts) {
    const place = path.join(folder, name)
    if (!(await readdir(place).catch((): string[] => [])).includes(RESULT)) {
      missing.push(name)
      continue
    }
    const { value } = await readCohortFile(path.join(place, RESULT), cohortResult)
    if (value.run !== plan.run || value.name !== name || value.jobSha256 !== jobSha256)
      throw new AppError(
        'other-job',
        `${place} holds the result of another plan.`,
        'Nothing was changed. Run this part again into an empty folder.',
      )
    results.push(value)
  }
  if (missing.length === 0) return results
  const some = missing.length > NAMED ? `${missing.slice(0, NAMED).join(', ')} and ${missing.length - NAMED} more` : missing.join(', ')
  throw new AppError(
    'not-finished',
    `${counted(missing.length, 'part')} of ${plan.parts.length} without a result: ${some}.`,
    'Nothing was changed. Run them, then join again.',
  )
}

async function copyMaps(from: string, to: string): Promise<void> {
  for (const map of await readdir(from).catch((): string[] => [])) await copyFile(path.join(from, map), path.join(to, map))
}

/** What was left out: images that could not be looked at, and such that are not in the project any more. */
function problemsOf(plan: CohortPlan, results: readonly CohortResult[], names: ReadonlyMap<ImageId, string>): ImportProblem[] {
  const gone = plan.parts.flatMap(({ images }) => images.filter((id) => !names.has(id)))
  return [
    ...results.flatMap(({ skipped }) => skipped.map((s) => ({ file: names.get(s.imageId) ?? s.imageId, what: s.error.message }))),
    ...gone.map((id) => ({ file: id, what: 'this image is not in the project any more' })),
  ]
}
